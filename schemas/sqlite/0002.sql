-- Claims are found by their words, and by their numbers and units.

ALTER TABLE claim ADD COLUMN number_low GENERATED ALWAYS AS
  (coalesce(json_extract(CAST(body AS TEXT), '$.low'), json_extract(CAST(body AS TEXT), '$.high'))) VIRTUAL;
ALTER TABLE claim ADD COLUMN number_high GENERATED ALWAYS AS
  (coalesce(json_extract(CAST(body AS TEXT), '$.high'), json_extract(CAST(body AS TEXT), '$.low'))) VIRTUAL;
ALTER TABLE claim ADD COLUMN unit GENERATED ALWAYS AS (json_extract(CAST(body AS TEXT), '$.unit')) VIRTUAL;
ALTER TABLE claim ADD COLUMN place GENERATED ALWAYS AS (json_extract(CAST(body AS TEXT), '$.place')) VIRTUAL;
CREATE INDEX claim_number ON claim(number_low, number_high);
CREATE INDEX claim_unit ON claim(unit COLLATE NOCASE, number_low);
CREATE INDEX article_row_article_id ON article_row(article_id);

-- `row` keeps one row a claim; the words are not kept twice, so what is taken away is told by its old words.
CREATE TABLE claim_row (row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
CREATE VIRTUAL TABLE claim_words USING fts5(
  sentence, source, what, place, event, content = '', tokenize = "unicode61 remove_diacritics 2");
CREATE VIEW claim_told AS SELECT claim_row.row AS row, claim.id AS id,
    json_extract(CAST(body AS TEXT), '$.sentence') AS sentence,
    coalesce(json_extract(CAST(body AS TEXT), '$.source'), json_extract(CAST(body AS TEXT), '$.outlet_name')) AS source,
    json_extract(CAST(body AS TEXT), '$.what') AS what, claim.place AS place, claim.event AS event
  FROM claim JOIN claim_row ON claim_row.id = claim.id;

INSERT INTO claim_row(id) SELECT id FROM claim ORDER BY id;
INSERT INTO claim_words(rowid, sentence, source, what, place, event)
  SELECT row, sentence, source, what, place, event FROM claim_told;

CREATE TRIGGER claim_added AFTER INSERT ON claim BEGIN
  INSERT INTO claim_row(id) VALUES (new.id);
  INSERT INTO claim_words(rowid, sentence, source, what, place, event)
    SELECT row, sentence, source, what, place, event FROM claim_told WHERE id = new.id;
END;
CREATE TRIGGER claim_changing BEFORE UPDATE OF body ON claim BEGIN
  INSERT INTO claim_words(claim_words, rowid, sentence, source, what, place, event)
    SELECT 'delete', row, sentence, source, what, place, event FROM claim_told WHERE id = old.id;
END;
CREATE TRIGGER claim_changed AFTER UPDATE OF body ON claim BEGIN
  INSERT INTO claim_words(rowid, sentence, source, what, place, event)
    SELECT row, sentence, source, what, place, event FROM claim_told WHERE id = new.id;
END;
CREATE TRIGGER claim_removed BEFORE DELETE ON claim BEGIN
  INSERT INTO claim_words(claim_words, rowid, sentence, source, what, place, event)
    SELECT 'delete', row, sentence, source, what, place, event FROM claim_told WHERE id = old.id;
  DELETE FROM claim_row WHERE id = old.id;
END;
