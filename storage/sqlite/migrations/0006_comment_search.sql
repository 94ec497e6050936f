-- Comments of every status, by their authors' names and their bodies: for moderators. Triggers keep it true whoever writes.
CREATE VIRTUAL TABLE comment_search USING fts5 (
    author_name, body_html, content = 'comments', content_rowid = 'id', tokenize = "unicode61 remove_diacritics 2"
);

INSERT INTO comment_search (comment_search) VALUES ('rebuild');

CREATE TRIGGER comment_search_insert AFTER INSERT ON comments BEGIN
    INSERT INTO comment_search (rowid, author_name, body_html) VALUES (new.id, new.author_name, new.body_html);
END;

CREATE TRIGGER comment_search_update AFTER UPDATE OF author_name, body_html ON comments
WHEN old.author_name <> new.author_name OR old.body_html <> new.body_html BEGIN
    INSERT INTO comment_search (comment_search, rowid, author_name, body_html)
    VALUES ('delete', old.id, old.author_name, old.body_html);
    INSERT INTO comment_search (rowid, author_name, body_html) VALUES (new.id, new.author_name, new.body_html);
END;

CREATE TRIGGER comment_search_delete AFTER DELETE ON comments BEGIN
    INSERT INTO comment_search (comment_search, rowid, author_name, body_html)
    VALUES ('delete', old.id, old.author_name, old.body_html);
END;
