-- Partners take articles on terms. Equal terms are one row, whoever has them: their set.
CREATE TABLE term_sets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest TEXT NOT NULL UNIQUE, -- of `terms`
    terms TEXT NOT NULL, -- JSON object
    created_at INTEGER NOT NULL,
    last_number INTEGER NOT NULL, -- of its log
    filled_to INTEGER, -- the article down to which its view is filled, the newest first; NULL: it is whole
    unused_since INTEGER -- NULL: a partner has it
) STRICT;

CREATE INDEX term_sets_to_fill ON term_sets (id) WHERE filled_to IS NOT NULL;

CREATE INDEX term_sets_unused ON term_sets (unused_since) WHERE unused_since IS NOT NULL;

CREATE TABLE partners (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE, -- the name, casefolded
    contact TEXT NOT NULL,
    set_id INTEGER NOT NULL REFERENCES term_sets,
    rate INTEGER NOT NULL, -- requests a minute; 0: as many as it likes
    expires_at INTEGER,
    key_in_path INTEGER NOT NULL, -- whether a key may stand in a URL
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE INDEX partners_by_set ON partners (set_id);

CREATE TABLE partner_keys (
    partner_id INTEGER NOT NULL REFERENCES partners ON DELETE CASCADE,
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE, -- SHA-256 of the key, in hex
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    used_at INTEGER,
    PRIMARY KEY (partner_id, name)
) STRICT, WITHOUT ROWID;

-- Agencies whose articles are passed on to no partner.
CREATE TABLE withheld_sources (
    name TEXT PRIMARY KEY, -- casefolded
    label TEXT NOT NULL -- as it was written
) STRICT, WITHOUT ROWID;

-- What a set of terms was told of an article last. Where the action is 'withdraw', it does not see the article any more.
CREATE TABLE entitled (
    set_id INTEGER NOT NULL REFERENCES term_sets ON DELETE CASCADE,
    article_id INTEGER NOT NULL,
    number INTEGER NOT NULL, -- of the entry of the set's log that told so
    action TEXT NOT NULL,
    state TEXT NOT NULL, -- a digest of what it is shown: the same, nothing to tell
    lists TEXT NOT NULL, -- JSON array: the lists that it stands in, without the set
    at INTEGER NOT NULL, -- published_at
    gone_at INTEGER, -- NULL: it stands there
    due_at INTEGER, -- when the clock alone may change what the set sees
    embargoed INTEGER NOT NULL,
    PRIMARY KEY (set_id, article_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX entitled_due ON entitled (due_at, set_id, article_id) WHERE due_at IS NOT NULL;

CREATE INDEX entitled_by_article ON entitled (article_id, set_id);

CREATE TABLE entitled_log (
    set_id INTEGER NOT NULL REFERENCES term_sets ON DELETE CASCADE,
    number INTEGER NOT NULL,
    action TEXT NOT NULL,
    article_id INTEGER NOT NULL,
    guid TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (set_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX entitled_log_by_age ON entitled_log (at);
