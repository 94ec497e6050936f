-- Standing pages: About, Contact, Privacy.
CREATE TABLE pages (
    path TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    status TEXT NOT NULL,
    version INTEGER NOT NULL, -- the seq of the Change that wrote it last
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    published_at INTEGER,
    uppermost INTEGER NOT NULL, -- public, and lies in no other public one
    body_html TEXT NOT NULL
) STRICT;

CREATE INDEX pages_uppermost ON pages (path) WHERE uppermost = 1;

CREATE INDEX pages_public ON pages (path) WHERE status = 'published';

-- What pages were imported as. One of a page that is no more keeps an import from bringing it again.
CREATE TABLE page_origins (
    origin TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    digest TEXT NOT NULL, -- of what the source said; '' where nobody knows
    version INTEGER NOT NULL -- of the page, after the import
) STRICT, WITHOUT ROWID;

CREATE INDEX page_origins_by_path ON page_origins (path);

-- Paths lead to pages, too.
CREATE TABLE paths_to_all (
    path TEXT PRIMARY KEY,
    article_id INTEGER REFERENCES articles,
    section TEXT,
    page TEXT,
    CHECK ((article_id IS NOT NULL) + (section IS NOT NULL) + (page IS NOT NULL) = 1)
) STRICT, WITHOUT ROWID;

INSERT INTO paths_to_all (path, article_id, section) SELECT path, article_id, section FROM paths;

DROP TABLE paths;

ALTER TABLE paths_to_all RENAME TO paths;

CREATE INDEX paths_by_article ON paths (article_id) WHERE article_id IS NOT NULL;

CREATE INDEX paths_by_page ON paths (page) WHERE page IS NOT NULL;
