-- Whose replies are thrown away as they come. Readers see nothing of it.
CREATE TABLE bans (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE, -- what is compared, its kind before it
    shown TEXT NOT NULL, -- as moderators see it; '' of an address or a network that is known by a keyed hash alone
    note TEXT NOT NULL,
    by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    ends_at INTEGER -- NULL: when it is lifted
) STRICT;

CREATE INDEX bans_by_end ON bans (ends_at) WHERE ends_at IS NOT NULL;

ALTER TABLE comments ADD COLUMN network_hash TEXT NOT NULL DEFAULT ''; -- keyed, of the network that the address is in; goes with ip_hash

-- Feeds of what waits for a moderator, each for whoever holds a token.
CREATE TABLE held_feeds (
    token TEXT PRIMARY KEY REFERENCES tokens ON DELETE CASCADE,
    key_hash TEXT NOT NULL UNIQUE, -- SHA-256 in hex; the key stands in the feed's address, and nowhere here
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Where the newsroom is told of what waits for a moderator.
CREATE TABLE held_webhooks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    url TEXT NOT NULL UNIQUE,
    secret TEXT NOT NULL, -- with which its messages are signed; encrypted
    created_at INTEGER NOT NULL,
    ended_at INTEGER, -- NULL: it has not ended
    ended_why TEXT NOT NULL,
    told_id INTEGER NOT NULL, -- the newest comment that it was told of, or need not be
    message TEXT NOT NULL, -- by which what is sent is known to be the same when it comes again; '' = nothing is
    quiet_until INTEGER NOT NULL, -- what comes meanwhile is told together
    due_at INTEGER, -- NULL: there is nothing to send
    attempts INTEGER NOT NULL, -- that failed in a row, with the one under way
    claim TEXT NOT NULL,
    last_error TEXT NOT NULL,
    last_error_at INTEGER,
    acknowledged_at INTEGER -- when a message was taken last
) STRICT;

CREATE INDEX held_webhooks_due ON held_webhooks (due_at, id) WHERE due_at IS NOT NULL;
