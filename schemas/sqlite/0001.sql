-- Layout 1. One table a record class: the id, the columns that can be selected and sorted by, and the whole record as JSON.
-- Absent values are '' (so that rows can be paged by (column, id)). Numbers stay numbers, times are ISO 8601 in UTC.

CREATE TABLE page (
  id TEXT PRIMARY KEY,
  fetched_at NOT NULL DEFAULT '',
  url NOT NULL DEFAULT '',
  outlet NOT NULL DEFAULT '',
  run NOT NULL DEFAULT '',
  body BLOB NOT NULL
);
CREATE INDEX page_fetched_at ON page(fetched_at, id);
CREATE INDEX page_url ON page(url, id);
CREATE INDEX page_outlet ON page(outlet, id);
CREATE INDEX page_run ON page(run, id);

CREATE TABLE url_state (
  id TEXT PRIMARY KEY,
  checked_at NOT NULL DEFAULT '',
  outlet NOT NULL DEFAULT '',
  url NOT NULL DEFAULT '',
  body BLOB NOT NULL
);
CREATE INDEX url_state_checked_at ON url_state(checked_at, id);
CREATE INDEX url_state_outlet ON url_state(outlet, id);
CREATE INDEX url_state_url ON url_state(url, id);

CREATE TABLE article (
  id TEXT PRIMARY KEY,
  published NOT NULL DEFAULT '',
  key NOT NULL DEFAULT '',
  outlet NOT NULL DEFAULT '',
  language NOT NULL DEFAULT '',
  revision NOT NULL DEFAULT '',
  canonical_url NOT NULL DEFAULT '',
  fetched_at NOT NULL DEFAULT '',
  run NOT NULL DEFAULT '',
  body BLOB NOT NULL
);
CREATE INDEX article_published ON article(published, id);
CREATE INDEX article_key ON article(key, id);
CREATE INDEX article_outlet ON article(outlet, id);
CREATE INDEX article_language ON article(language, id);
CREATE INDEX article_revision ON article(revision, id);
CREATE INDEX article_canonical_url ON article(canonical_url, id);
CREATE INDEX article_fetched_at ON article(fetched_at, id);
CREATE INDEX article_run ON article(run, id);

CREATE TABLE copy_group (
  id TEXT PRIMARY KEY,
  original NOT NULL DEFAULT '',
  body BLOB NOT NULL
);
CREATE INDEX copy_group_original ON copy_group(original, id);

CREATE TABLE story (
  id TEXT PRIMARY KEY,
  started NOT NULL DEFAULT '',
  ended NOT NULL DEFAULT '',
  body BLOB NOT NULL
);
CREATE INDEX story_started ON story(started, id);
CREATE INDEX story_ended ON story(ended, id);

CREATE TABLE claim (
  id TEXT PRIMARY KEY,
  published NOT NULL DEFAULT '',
  article_id NOT NULL DEFAULT '' REFERENCES article(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  article_key NOT NULL DEFAULT '',
  outlet NOT NULL DEFAULT '',
  source_id NOT NULL DEFAULT '',
  event NOT NULL DEFAULT '',
  what_head NOT NULL DEFAULT '',
  run NOT NULL DEFAULT '',
  body BLOB NOT NULL
);
CREATE INDEX claim_published ON claim(published, id);
CREATE INDEX claim_article_id ON claim(article_id, id);
CREATE INDEX claim_article_key ON claim(article_key, id);
CREATE INDEX claim_outlet ON claim(outlet, id);
CREATE INDEX claim_source_id ON claim(source_id, id);
CREATE INDEX claim_event ON claim(event, id);
CREATE INDEX claim_what_head ON claim(what_head, id);
CREATE INDEX claim_run ON claim(run, id);

CREATE TABLE denial (
  id TEXT PRIMARY KEY,
  published NOT NULL DEFAULT '',
  article_id NOT NULL DEFAULT '' REFERENCES article(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  article_key NOT NULL DEFAULT '',
  body BLOB NOT NULL
);
CREATE INDEX denial_published ON denial(published, id);
CREATE INDEX denial_article_id ON denial(article_id, id);
CREATE INDEX denial_article_key ON denial(article_key, id);

CREATE TABLE figure (
  id TEXT PRIMARY KEY,
  title NOT NULL DEFAULT '',
  topic NOT NULL DEFAULT '',
  story NOT NULL DEFAULT '',
  name NOT NULL DEFAULT '',
  body BLOB NOT NULL
);
CREATE INDEX figure_title ON figure(title, id);
CREATE INDEX figure_topic ON figure(topic, id);
CREATE INDEX figure_story ON figure(story, id);
CREATE INDEX figure_name ON figure(name, id);

CREATE TABLE figure_day (
  id TEXT PRIMARY KEY,
  day NOT NULL DEFAULT '',
  figure NOT NULL DEFAULT '' REFERENCES figure(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  body BLOB NOT NULL
);
CREATE INDEX figure_day_day ON figure_day(day, id);
CREATE INDEX figure_day_figure ON figure_day(figure, id);

CREATE TABLE finding (
  id TEXT PRIMARY KEY,
  day NOT NULL DEFAULT '',
  finding NOT NULL DEFAULT '',
  figure NOT NULL DEFAULT '' REFERENCES figure(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  severity NOT NULL DEFAULT '',
  topic NOT NULL DEFAULT '',
  body BLOB NOT NULL
);
CREATE INDEX finding_day ON finding(day, id);
CREATE INDEX finding_finding ON finding(finding, id);
CREATE INDEX finding_figure ON finding(figure, id);
CREATE INDEX finding_severity ON finding(severity, id);
CREATE INDEX finding_topic ON finding(topic, id);

CREATE TABLE alert (
  id TEXT PRIMARY KEY,
  raised_at NOT NULL DEFAULT '',
  state NOT NULL DEFAULT '',
  severity NOT NULL DEFAULT '',
  figure NOT NULL DEFAULT '',
  topic NOT NULL DEFAULT '',
  finding NOT NULL DEFAULT '',
  body BLOB NOT NULL
);
CREATE INDEX alert_raised_at ON alert(raised_at, id);
CREATE INDEX alert_state ON alert(state, id);
CREATE INDEX alert_severity ON alert(severity, id);
CREATE INDEX alert_figure ON alert(figure, id);
CREATE INDEX alert_topic ON alert(topic, id);
CREATE INDEX alert_finding ON alert(finding, id);

CREATE TABLE correction (
  id TEXT PRIMARY KEY,
  at NOT NULL DEFAULT '',
  kind NOT NULL DEFAULT '',
  target NOT NULL DEFAULT '',
  body BLOB NOT NULL
);
CREATE INDEX correction_at ON correction(at, id);
CREATE INDEX correction_kind ON correction(kind, id);
CREATE INDEX correction_target ON correction(target, id);

CREATE TABLE delivery (
  id TEXT PRIMARY KEY,
  created_at NOT NULL DEFAULT '',
  sent_at NOT NULL DEFAULT '',
  next_at NOT NULL DEFAULT '',
  receiver NOT NULL DEFAULT '',
  alert_id NOT NULL DEFAULT '',
  body BLOB NOT NULL
);
CREATE INDEX delivery_created_at ON delivery(created_at, id);
CREATE INDEX delivery_sent_at ON delivery(sent_at, id);
CREATE INDEX delivery_next_at ON delivery(next_at, id);
CREATE INDEX delivery_receiver ON delivery(receiver, id);
CREATE INDEX delivery_alert_id ON delivery(alert_id, id);

CREATE TABLE run (
  id TEXT PRIMARY KEY,
  started_at NOT NULL DEFAULT '',
  body BLOB NOT NULL
);
CREATE INDEX run_started_at ON run(started_at, id);

CREATE TABLE outcome (
  id TEXT PRIMARY KEY,
  at NOT NULL DEFAULT '',
  step NOT NULL DEFAULT '',
  outcome NOT NULL DEFAULT '',
  outlet NOT NULL DEFAULT '',
  run NOT NULL DEFAULT '',
  item NOT NULL DEFAULT '',
  body BLOB NOT NULL
);
CREATE INDEX outcome_at ON outcome(at, id);
CREATE INDEX outcome_step ON outcome(step, id);
CREATE INDEX outcome_outcome ON outcome(outcome, id);
CREATE INDEX outcome_outlet ON outcome(outlet, id);
CREATE INDEX outcome_run ON outcome(run, id);
CREATE INDEX outcome_item ON outcome(item, id);

-- Keys for candidate look-ups: which ids share a shingle, a name, a member.
CREATE TABLE lookup_key (space TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (space, key, id)) WITHOUT ROWID;
CREATE INDEX lookup_key_id ON lookup_key(space, id);

-- Work that waits, by step, in the order it came.
CREATE TABLE queue (seq INTEGER PRIMARY KEY AUTOINCREMENT, step TEXT NOT NULL, item TEXT NOT NULL, UNIQUE (step, item));
CREATE INDEX queue_step ON queue(step, seq);

-- Full text of the newest revision of each article; `row` keeps one row a article key.
CREATE TABLE article_row (row INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, article_id TEXT NOT NULL, revision INTEGER NOT NULL);
CREATE VIRTUAL TABLE article_words USING fts5(title, text, tokenize = "unicode61 remove_diacritics 2");
