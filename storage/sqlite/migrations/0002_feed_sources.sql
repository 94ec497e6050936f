-- Where feeds were imported from, and what to ask their servers next time.
CREATE TABLE feed_sources (
    url TEXT PRIMARY KEY,
    etag TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    placement TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What an article's entry was when it was imported last.
CREATE TABLE imported_entries (
    article_id INTEGER PRIMARY KEY REFERENCES articles,
    digest TEXT NOT NULL
) STRICT;
