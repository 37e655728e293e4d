-- What kind of source a claim has; claims that were kept before get it when their story is grouped again.

ALTER TABLE claim ADD COLUMN source_type NOT NULL DEFAULT '';
CREATE INDEX claim_source_type ON claim(source_type, id);
