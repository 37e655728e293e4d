-- Who works at a desk: users, their ways in, what they did, saw, took on and follow.

CREATE TABLE user (
  id TEXT PRIMARY KEY,
  name NOT NULL DEFAULT '',
  role NOT NULL DEFAULT '',
  subject NOT NULL DEFAULT '',
  body BLOB NOT NULL
);
CREATE INDEX user_name ON user(name, id);
CREATE INDEX user_role ON user(role, id);
CREATE INDEX user_subject ON user(subject, id);

CREATE TABLE login (
  id TEXT PRIMARY KEY,
  at NOT NULL DEFAULT '',
  user NOT NULL DEFAULT '',
  kind NOT NULL DEFAULT '',
  expires_at NOT NULL DEFAULT '',
  body BLOB NOT NULL
);
CREATE INDEX login_at ON login(at, id);
CREATE INDEX login_user ON login(user, id);
CREATE INDEX login_kind ON login(kind, id);
CREATE INDEX login_expires_at ON login(expires_at, id);

CREATE TABLE audit_entry (
  id TEXT PRIMARY KEY,
  at NOT NULL DEFAULT '',
  author NOT NULL DEFAULT '',
  action NOT NULL DEFAULT '',
  target NOT NULL DEFAULT '',
  body BLOB NOT NULL
);
CREATE INDEX audit_entry_at ON audit_entry(at, id);
CREATE INDEX audit_entry_author ON audit_entry(author, id);
CREATE INDEX audit_entry_action ON audit_entry(action, id);
CREATE INDEX audit_entry_target ON audit_entry(target, id);

CREATE TABLE assignment (
  id TEXT PRIMARY KEY,
  at NOT NULL DEFAULT '',
  user NOT NULL DEFAULT '',
  body BLOB NOT NULL
);
CREATE INDEX assignment_at ON assignment(at, id);
CREATE INDEX assignment_user ON assignment(user, id);

CREATE TABLE sight (
  id TEXT PRIMARY KEY,
  at NOT NULL DEFAULT '',
  alert NOT NULL DEFAULT '',
  user NOT NULL DEFAULT '',
  body BLOB NOT NULL
);
CREATE INDEX sight_at ON sight(at, id);
CREATE INDEX sight_alert ON sight(alert, id);
CREATE INDEX sight_user ON sight(user, id);

CREATE TABLE saved_search (
  id TEXT PRIMARY KEY,
  name NOT NULL DEFAULT '',
  author NOT NULL DEFAULT '',
  body BLOB NOT NULL
);
CREATE INDEX saved_search_name ON saved_search(name, id);
CREATE INDEX saved_search_author ON saved_search(author, id);
