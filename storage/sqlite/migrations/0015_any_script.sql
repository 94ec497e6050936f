-- Words are found in scripts that write no spaces between them: the program splits these. The functions are the program's.

-- The index of comments: what of it is kept otherwise from now on, and the triggers. 'rebuild' is no more of use: it would index
-- the comments as they are written.
INSERT INTO comment_search (comment_search, rowid, author_name, body_html)
SELECT 'delete', id, author_name, body_html FROM comments WHERE is_segmented(CAST(author_name AS BLOB)) OR is_segmented(CAST(body_html AS BLOB));

INSERT INTO comment_search (rowid, author_name, body_html)
SELECT id, for_index(CAST(author_name AS BLOB)), for_index(CAST(body_html AS BLOB)) FROM comments
WHERE is_segmented(CAST(author_name AS BLOB)) OR is_segmented(CAST(body_html AS BLOB));

DROP TRIGGER comment_search_insert;

DROP TRIGGER comment_search_update;

DROP TRIGGER comment_search_delete;

CREATE TRIGGER comment_search_insert AFTER INSERT ON comments BEGIN
    INSERT INTO comment_search (rowid, author_name, body_html)
    VALUES (new.id, for_index(CAST(new.author_name AS BLOB)), for_index(CAST(new.body_html AS BLOB)));
END;

CREATE TRIGGER comment_search_update AFTER UPDATE OF author_name, body_html ON comments
WHEN old.author_name <> new.author_name OR old.body_html <> new.body_html BEGIN
    INSERT INTO comment_search (comment_search, rowid, author_name, body_html)
    VALUES ('delete', old.id, for_index(CAST(old.author_name AS BLOB)), for_index(CAST(old.body_html AS BLOB)));
    INSERT INTO comment_search (rowid, author_name, body_html)
    VALUES (new.id, for_index(CAST(new.author_name AS BLOB)), for_index(CAST(new.body_html AS BLOB)));
END;

CREATE TRIGGER comment_search_delete AFTER DELETE ON comments BEGIN
    INSERT INTO comment_search (comment_search, rowid, author_name, body_html)
    VALUES ('delete', old.id, for_index(CAST(old.author_name AS BLOB)), for_index(CAST(old.body_html AS BLOB)));
END;

-- The index of articles is larger: it is looked through while the newsroom is served. The place that it was looked through down
-- to, and whether anything was found that had to be indexed anew; no row where nothing is to be looked through.
CREATE TABLE reindexing (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    below INTEGER NOT NULL,
    found INTEGER NOT NULL
) STRICT;

INSERT INTO reindexing (id, below, found)
SELECT 1, 9223372036854775807, 0 WHERE EXISTS (SELECT 1 FROM articles WHERE search_row IS NOT NULL);
