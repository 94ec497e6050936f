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
