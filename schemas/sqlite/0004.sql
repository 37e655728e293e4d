-- The pages of a large archive: contradictions that stay silent by day, alerts counted by what they are, and what is
-- shown and counted of an article, each read from an index and not from the record.

CREATE INDEX finding_silent ON finding(severity, day, id, finding, topic);
CREATE INDEX alert_counted ON alert(state, severity, finding, topic, raised_at, id);
CREATE INDEX article_newest ON article(published, id, outlet, language);
CREATE INDEX article_shown ON article(id, published, outlet, language);
