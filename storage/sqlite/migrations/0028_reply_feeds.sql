-- Feeds of the replies to some comments, each for whoever wrote these: who has its key has its address.
CREATE TABLE reply_feeds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key_hash TEXT NOT NULL UNIQUE, -- SHA-256 of the key, in hex
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL, -- when it last took a comment, or was ended
    ended INTEGER NOT NULL
) STRICT;

CREATE TABLE reply_feed_comments (
    feed_id INTEGER NOT NULL REFERENCES reply_feeds,
    comment_id INTEGER NOT NULL REFERENCES comments ON DELETE CASCADE, -- whose author follows the replies
    below INTEGER NOT NULL REFERENCES comments ON DELETE CASCADE, -- what these answer: the comment itself, or the first of its thread
    whole INTEGER NOT NULL, -- of the thread: the answers to these, too
    PRIMARY KEY (feed_id, comment_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX reply_feeds_by_comment ON reply_feed_comments (comment_id);

CREATE INDEX comments_by_parent ON comments (parent_id) WHERE parent_id IS NOT NULL;
