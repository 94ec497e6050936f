-- Words are made by the program (storage/words.py), for every engine alike: FTS5 takes them as they are. Its tokenizer 'ascii' has
-- every letter, digit and mark for a part of a word. What the indexes of before hold moves here while the newsroom is served, the
-- newest first; they are asked, too, until nothing is left in them.
CREATE VIRTUAL TABLE article_words USING fts5 (
    headline, names, summary, body, tokenize = "ascii", prefix = '2 3'
);

-- With a copy of its words: to take some out it needs not be told them again, as another release might make them.
CREATE VIRTUAL TABLE comment_words USING fts5 (author_name, body_html, tokenize = "ascii");

CREATE TRIGGER comment_words_insert AFTER INSERT ON comments BEGIN
    INSERT INTO comment_words (rowid, author_name, body_html)
    VALUES (new.id, words_of(CAST(new.author_name AS BLOB)), words_of(CAST(new.body_html AS BLOB)));
END;

CREATE TRIGGER comment_words_update AFTER UPDATE OF author_name, body_html ON comments
WHEN old.author_name <> new.author_name OR old.body_html <> new.body_html BEGIN
    DELETE FROM comment_words WHERE rowid = old.id;
    INSERT INTO comment_words (rowid, author_name, body_html)
    VALUES (new.id, words_of(CAST(new.author_name AS BLOB)), words_of(CAST(new.body_html AS BLOB)));
END;

CREATE TRIGGER comment_words_delete AFTER DELETE ON comments BEGIN
    DELETE FROM comment_words WHERE rowid = old.id;
END;

DROP TRIGGER comment_search_insert;

DROP TRIGGER comment_search_update;

DROP TRIGGER comment_search_delete;

CREATE TRIGGER comment_search_update AFTER UPDATE OF author_name, body_html ON comments
WHEN (old.author_name <> new.author_name OR old.body_html <> new.body_html)
    AND EXISTS (SELECT 1 FROM comment_search_docsize WHERE id = old.id) BEGIN
    INSERT INTO comment_search (comment_search, rowid, author_name, body_html)
    VALUES ('delete', old.id, for_index(CAST(old.author_name AS BLOB)), for_index(CAST(old.body_html AS BLOB)));
END;

CREATE TRIGGER comment_search_delete AFTER DELETE ON comments
WHEN EXISTS (SELECT 1 FROM comment_search_docsize WHERE id = old.id) BEGIN
    INSERT INTO comment_search (comment_search, rowid, author_name, body_html)
    VALUES ('delete', old.id, for_index(CAST(old.author_name AS BLOB)), for_index(CAST(old.body_html AS BLOB)));
END;

DROP TABLE reindexing;
