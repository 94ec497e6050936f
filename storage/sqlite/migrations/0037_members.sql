-- A newsroom's members take their feeds as a partner does, each with a key of its own.
ALTER TABLE partners ADD COLUMN renewal_url TEXT NOT NULL DEFAULT ''; -- where a member is sent whose key opens nothing any more
ALTER TABLE partners ADD COLUMN networks INTEGER NOT NULL DEFAULT 20; -- from which a member's key is used in a day at most; 0: any
ALTER TABLE partners ADD COLUMN end_leaked INTEGER NOT NULL DEFAULT 0; -- whether a key that is used from more is ended

CREATE TABLE members (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- another one with each key
    partner_id INTEGER NOT NULL, -- it may be gone: then the key opens nothing, and the row goes in time
    member TEXT NOT NULL, -- the newsroom's own id
    hash TEXT NOT NULL UNIQUE, -- SHA-256 of the key, in hex
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    used_at INTEGER, -- to the day
    flagged_at INTEGER, -- since when it seems to have leaked; NULL: it does not
    networks INTEGER NOT NULL, -- from which it was used on the day that it was flagged; 0: it was not
    UNIQUE (partner_id, member)
) STRICT;

CREATE INDEX members_flagged ON members (partner_id, member) WHERE flagged_at IS NOT NULL;

-- From where members' keys were used, for a day or two.
CREATE TABLE member_networks (
    day INTEGER NOT NULL, -- since 1970
    member_id INTEGER NOT NULL, -- it may be gone
    network INTEGER NOT NULL, -- keyed hash, of the day and the key, too
    PRIMARY KEY (day, member_id, network)
) STRICT, WITHOUT ROWID;

-- Members' keys that were ended: who comes with one is told so.
CREATE TABLE ended_keys (
    hash TEXT PRIMARY KEY,
    partner_id INTEGER NOT NULL, -- as above
    ended_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX ended_keys_by_partner ON ended_keys (partner_id);

CREATE INDEX ended_keys_by_age ON ended_keys (ended_at);
