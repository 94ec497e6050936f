-- An author is a name and an email together: `author_key` is the name as it is compared. The function is the program's.
ALTER TABLE comments ADD COLUMN author_key TEXT NOT NULL DEFAULT '';

UPDATE comments SET author_key = name_key(author_name) WHERE email_key <> '';

CREATE INDEX comments_by_author ON comments (email_key, author_key) WHERE status = 'approved' AND email_key <> '';
