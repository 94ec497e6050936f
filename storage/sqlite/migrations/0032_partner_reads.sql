-- How far partners have come in the logs of their sets: whoever asks from a number on has what it was told up to there.
CREATE TABLE partner_reads (
    partner_id INTEGER PRIMARY KEY REFERENCES partners ON DELETE CASCADE,
    set_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;
