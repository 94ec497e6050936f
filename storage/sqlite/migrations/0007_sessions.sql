-- Who is signed in at the desk. Only a hash of what the browser holds is kept; a session ends with its token.
ALTER TABLE tokens ADD COLUMN used_at INTEGER; -- to the hour

CREATE TABLE sessions (
    hash TEXT PRIMARY KEY,
    token TEXT NOT NULL REFERENCES tokens ON DELETE CASCADE,
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_token ON sessions (token);

CREATE INDEX sessions_by_end ON sessions (ends_at);

-- Addresses with parameters may have been kept with a secret in them: these feeds are asked for once more.
DELETE FROM feed_sources WHERE instr(url, '?') > 0;
