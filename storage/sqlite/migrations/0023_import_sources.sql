-- Where articles and comments were imported from, what their source said of them last, and what each import changed.
CREATE TABLE import_sources (
    id INTEGER PRIMARY KEY,
    seed TEXT NOT NULL, -- its first name: what new guids are made from; '' = of all that earlier releases brought
    site TEXT NOT NULL, -- without scheme and last slash
    whole INTEGER NOT NULL
) STRICT;

CREATE INDEX import_sources_by_site ON import_sources (site) WHERE site <> '';

CREATE TABLE import_source_names (
    whole INTEGER NOT NULL,
    name TEXT NOT NULL,
    source_id INTEGER NOT NULL REFERENCES import_sources,
    fetched INTEGER NOT NULL, -- whether it was fetched from there
    PRIMARY KEY (whole, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX import_source_names_by_source ON import_source_names (source_id);

CREATE TABLE imports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    counts TEXT NOT NULL, -- JSON object
    undone_at INTEGER
) STRICT;

ALTER TABLE imported_entries RENAME TO former_entries;

CREATE TABLE imported_entries (
    guid TEXT NOT NULL, -- the source's
    source_id INTEGER NOT NULL REFERENCES import_sources,
    article_id INTEGER NOT NULL REFERENCES articles,
    said TEXT NOT NULL, -- a digest of each field as the source said it last
    kept TEXT NOT NULL, -- and as it was kept then
    added_by INTEGER NOT NULL, -- the import; 0: nobody knows
    PRIMARY KEY (guid, source_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX imported_entries_by_article ON imported_entries (article_id);

-- What earlier releases imported is of no source until one names it: 1 brought it in feeds, 2 in exports.
INSERT INTO import_sources (id, seed, site, whole) SELECT 1, '', '', 0 WHERE EXISTS (SELECT 1 FROM former_entries);

INSERT INTO import_sources (id, seed, site, whole)
SELECT 2, '', '', 1 WHERE EXISTS (SELECT 1 FROM paths WHERE path >= '/?p=' AND path < '/?p>' AND article_id IS NOT NULL);

INSERT INTO imported_entries (guid, source_id, article_id, said, kept, added_by)
SELECT guid, 1, id, '', '', 0 FROM articles WHERE id IN (SELECT article_id FROM former_entries)
UNION ALL
SELECT guid, 2, id, '', '', 0 FROM articles
WHERE id IN (SELECT article_id FROM paths WHERE path >= '/?p=' AND path < '/?p>' AND article_id IS NOT NULL)
    AND id NOT IN (SELECT article_id FROM former_entries);

DROP TABLE former_entries;

CREATE TABLE imported_comments (
    comment_id INTEGER PRIMARY KEY REFERENCES comments ON DELETE CASCADE,
    source_id INTEGER NOT NULL REFERENCES import_sources,
    said TEXT NOT NULL,
    kept TEXT NOT NULL,
    added_by INTEGER NOT NULL
) STRICT;

CREATE TABLE import_changes (
    subject TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    import_id INTEGER NOT NULL REFERENCES imports,
    before TEXT NOT NULL, -- JSON object: what the import changed, as it was; empty of what it made
    PRIMARY KEY (subject, subject_id, import_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX import_changes_by_import ON import_changes (import_id, subject, subject_id);
