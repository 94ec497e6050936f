-- What exports said that articles in other files of theirs may refer to, and articles that lack what no file has had yet.
CREATE TABLE import_memory (
    source_id INTEGER NOT NULL REFERENCES import_sources,
    name TEXT NOT NULL, -- 'attachment 12'
    added_by INTEGER NOT NULL, -- the import that said it
    said TEXT NOT NULL, -- in its importer's own form
    done_by INTEGER NOT NULL, -- the import that said otherwise, or completed the article; 0 = it stands
    PRIMARY KEY (source_id, name, added_by)
) STRICT, WITHOUT ROWID;

CREATE INDEX import_memory_by_import ON import_memory (added_by);
CREATE INDEX import_memory_done ON import_memory (done_by) WHERE done_by > 0;
