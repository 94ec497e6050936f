-- Where partners are told of each change that concerns them, as it comes.
CREATE TABLE partner_webhooks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    partner_id INTEGER NOT NULL REFERENCES partners ON DELETE CASCADE,
    url TEXT NOT NULL,
    secret TEXT NOT NULL, -- with which its messages are signed; encrypted
    created_at INTEGER NOT NULL,
    ended_at INTEGER, -- NULL: it has not ended
    ended_why TEXT NOT NULL,
    cursor TEXT NOT NULL, -- how far its events are queued of what the partner is told
    set_id INTEGER NOT NULL, -- of the log that the cursor is in; 0: it is not in one yet
    number INTEGER NOT NULL, -- of the entry there
    due_at INTEGER, -- NULL: there is nothing to send
    attempts INTEGER NOT NULL, -- that failed in a row, with the one under way
    claim TEXT NOT NULL,
    last_error TEXT NOT NULL,
    last_error_at INTEGER,
    UNIQUE (partner_id, url)
) STRICT;

CREATE INDEX partner_webhooks_due ON partner_webhooks (due_at, id) WHERE due_at IS NOT NULL;

CREATE INDEX partner_webhooks_live ON partner_webhooks (id) WHERE ended_at IS NULL;

-- What they are to be told, and the receipts of what they were.
CREATE TABLE webhook_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook_id INTEGER NOT NULL REFERENCES partner_webhooks ON DELETE CASCADE,
    message TEXT NOT NULL, -- by which it is known to be the same when it comes again
    action TEXT NOT NULL,
    urgency INTEGER NOT NULL, -- the lowest goes first
    article_id INTEGER NOT NULL,
    guid TEXT NOT NULL,
    set_id INTEGER NOT NULL, -- of the terms
    number INTEGER NOT NULL, -- of the newest entry of the article in the log of the set when this was queued
    queued_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL, -- that failed
    acknowledged_at INTEGER -- NULL: it waits
) STRICT;

CREATE INDEX webhook_events_waiting ON webhook_events (webhook_id, attempts, urgency, id) WHERE acknowledged_at IS NULL;

CREATE INDEX webhook_events_by_article ON webhook_events (webhook_id, article_id);

CREATE INDEX webhook_events_acknowledged ON webhook_events (acknowledged_at) WHERE acknowledged_at IS NOT NULL;
