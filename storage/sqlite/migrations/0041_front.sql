CREATE TABLE navigation (
    position INTEGER PRIMARY KEY,
    section TEXT NOT NULL UNIQUE REFERENCES sections
) STRICT; -- what the newsroom put into the navigation of every page, in order
CREATE TABLE pinned (
    position INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL UNIQUE REFERENCES articles
) STRICT; -- what leads the front page, in order
ALTER TABLE authors ADD COLUMN about TEXT NOT NULL DEFAULT ''; -- a line about them, for their page
