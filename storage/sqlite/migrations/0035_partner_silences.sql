ALTER TABLE partners ADD COLUMN silence INTEGER NOT NULL DEFAULT 0; -- hours without a request after which the newsroom is told; 0: it is not

-- Partners of which it was said that they are silent.
CREATE TABLE partner_silences (
    partner_id INTEGER PRIMARY KEY REFERENCES partners ON DELETE CASCADE,
    since INTEGER NOT NULL
) STRICT;
