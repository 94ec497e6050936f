-- The hub (WebSub): feeds that somebody subscribes to, who does so, what was asked of it and is not verified yet. A row that a worker
-- is at work on has its claim, and is due again when that runs out. How far the topics know the log is the cursor 'push'.
CREATE TABLE push_topics (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    raised INTEGER NOT NULL, -- the seq of the newest Change that raised one of its scopes, as far as the log was read
    looked INTEGER NOT NULL, -- the seq of its document when somebody looked last; -1: nobody did
    digest TEXT NOT NULL, -- of that document
    content INTEGER NOT NULL, -- the seq by which its document came to be as it is: what subscriptions are told of
    spread_to INTEGER, -- the id of the last subscription that was; NULL: all were
    new_from INTEGER, -- the id of the first that has a document at which nobody looked; NULL: none has
    due_at INTEGER, -- when somebody is to look; NULL: no sooner than it is raised
    attempts INTEGER NOT NULL,
    claim TEXT NOT NULL
) STRICT;

CREATE INDEX push_topics_due ON push_topics (due_at, id) WHERE due_at IS NOT NULL AND spread_to IS NULL;

CREATE INDEX push_topics_to_spread ON push_topics (content, id) WHERE spread_to IS NOT NULL;

CREATE TABLE push_topic_scopes (
    scope TEXT NOT NULL,
    topic_id INTEGER NOT NULL REFERENCES push_topics ON DELETE CASCADE,
    PRIMARY KEY (scope, topic_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX push_topic_scopes_by_topic ON push_topic_scopes (topic_id);

CREATE TABLE subscriptions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    topic_id INTEGER NOT NULL REFERENCES push_topics,
    callback TEXT NOT NULL,
    asked TEXT NOT NULL, -- the topic's URL as the subscriber named it
    secret TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    content TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    verified_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    wanted INTEGER NOT NULL, -- the seq of the document that it is to get
    delivered INTEGER NOT NULL, -- the seq of the one that it has; at first, of the newest Change when it was asked for
    digest TEXT NOT NULL, -- of that one; '': nobody knows
    due_at INTEGER, -- NULL: there is nothing to send
    attempts INTEGER NOT NULL,
    claim TEXT NOT NULL,
    last_error TEXT NOT NULL,
    last_error_at INTEGER,
    last_delivered_at INTEGER,
    UNIQUE (callback, asked)
) STRICT;

CREATE INDEX subscriptions_by_topic ON subscriptions (topic_id, id);

CREATE INDEX subscriptions_due ON subscriptions (due_at, id) WHERE due_at IS NOT NULL;

CREATE INDEX subscriptions_by_end ON subscriptions (expires_at);

CREATE INDEX subscriptions_failing ON subscriptions (id) WHERE last_error <> '';

CREATE TABLE subscription_requests (
    id INTEGER PRIMARY KEY,
    callback TEXT NOT NULL,
    callback_host TEXT NOT NULL,
    asked TEXT NOT NULL,
    path TEXT NOT NULL,
    mode TEXT NOT NULL,
    lease INTEGER NOT NULL, -- of the subscription, in microseconds
    secret TEXT NOT NULL,
    algorithm TEXT,
    content TEXT,
    client TEXT NOT NULL, -- a keyed hash of its IP address
    reason TEXT NOT NULL,
    seq INTEGER NOT NULL, -- of the newest Change when it was asked
    asked_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    claim TEXT NOT NULL,
    UNIQUE (callback, asked)
) STRICT;

CREATE INDEX subscription_requests_due ON subscription_requests (due_at, id);

CREATE INDEX subscription_requests_by_mode ON subscription_requests (mode, asked_at);

CREATE INDEX subscription_requests_by_host ON subscription_requests (callback_host) WHERE mode <> 'denied';

CREATE INDEX subscription_requests_by_client ON subscription_requests (client) WHERE client <> '';

CREATE INDEX subscription_requests_with_client ON subscription_requests (asked_at) WHERE client <> '';
