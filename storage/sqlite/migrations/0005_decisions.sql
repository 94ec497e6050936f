-- Who moderated what. `id` grows with time; what a comment arrived as is what its first decision took it from.
CREATE TABLE decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    comment_id INTEGER NOT NULL REFERENCES comments ON DELETE CASCADE,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    at INTEGER NOT NULL,
    by TEXT NOT NULL
) STRICT;

CREATE INDEX decisions_by_comment ON decisions (comment_id);
