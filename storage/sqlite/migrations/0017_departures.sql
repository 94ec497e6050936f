-- Of the entries that left a list without a tombstone, or came into it unchanged, the last of the newest: the seq of its Change, and its
-- place in the list. A list that reaches down to it is another since.
ALTER TABLE scopes ADD COLUMN left_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scopes ADD COLUMN left_at INTEGER NOT NULL DEFAULT 0;
