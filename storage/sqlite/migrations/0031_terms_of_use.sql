-- What is said to those who republish an article, and by what it was made.
ALTER TABLE articles ADD COLUMN digital_source_type TEXT NOT NULL DEFAULT ''; -- URI of an IPTC NewsCode
ALTER TABLE articles ADD COLUMN credit_line TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN republish_until INTEGER;
