-- Trials of the hub that an operator's command makes, one subscription of the server to itself each; gone when they end.
CREATE TABLE hub_checks (
    token TEXT PRIMARY KEY, -- what the callback's address holds
    path TEXT NOT NULL, -- of the trial's feed
    secret TEXT NOT NULL, -- with which its deliveries are signed
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    number INTEGER NOT NULL, -- of the entries of its feed: each came with a Change
    asked INTEGER NOT NULL, -- whether its callback was asked what it wants
    arrived_at INTEGER, -- when a delivery came last
    fault TEXT NOT NULL -- of that delivery; '' where there is none
) STRICT, WITHOUT ROWID;

CREATE INDEX hub_checks_by_end ON hub_checks (expires_at);
