-- Every migration applied. A test compares: what is to change here changes by a new migration.

CREATE TABLE site (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    created_at INTEGER NOT NULL,
    secret BLOB NOT NULL CHECK (length(secret) = 32),
    rendering TEXT NOT NULL DEFAULT ''
, pruned_seq INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    scopes TEXT NOT NULL -- JSON array of names
) STRICT;

CREATE TABLE scopes (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    moved INTEGER NOT NULL DEFAULT 0 -- the seq of the last Change by which an entry left the list without a tombstone
, left_seq INTEGER NOT NULL DEFAULT 0, left_at INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE tokens (
    name TEXT PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL, -- JSON array
    created_at INTEGER NOT NULL
, used_at INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE sections (
    path TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at INTEGER NOT NULL
, parent TEXT GENERATED ALWAYS AS (
    rtrim(rtrim(path, replace(path, '/', '')), '/')
) VIRTUAL, seq INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;

CREATE TABLE authors (
    slug TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    url TEXT NOT NULL
, about TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;

CREATE TABLE tags (
    slug TEXT PRIMARY KEY,
    name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    guid TEXT NOT NULL UNIQUE,
    slug TEXT NOT NULL,
    day TEXT,
    headline TEXT NOT NULL,
    summary TEXT NOT NULL,
    dateline TEXT NOT NULL,
    source TEXT, -- JSON object
    image TEXT, -- JSON object
    enclosures TEXT NOT NULL, -- JSON array of objects
    sections TEXT NOT NULL, -- JSON array of paths, in order
    authors TEXT NOT NULL, -- JSON array of slugs, in order
    tags TEXT NOT NULL, -- JSON array of slugs, in order
    language TEXT NOT NULL,
    rights TEXT NOT NULL,
    canonical_url TEXT NOT NULL,
    status TEXT NOT NULL,
    published_at INTEGER,
    embargoed_until INTEGER,
    updated_at INTEGER,
    comments_open INTEGER NOT NULL,
    editorial_note TEXT NOT NULL,
    version INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    public INTEGER NOT NULL,
    gone_at INTEGER,
    arrived_at INTEGER,
    publish_at INTEGER, -- when the clock makes it public
    comment_count INTEGER NOT NULL,
    listed_comment_count INTEGER NOT NULL,
    count_listed_at INTEGER, -- when the listed count last moved
    count_due_at INTEGER, -- when the count is to be listed
    search_row INTEGER, -- its rowid in article_search, while it is public
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    body_html TEXT NOT NULL -- last: what else is asked of a row is read without its overflow pages
, correction TEXT NOT NULL DEFAULT '', corrected_at INTEGER, edited_at INTEGER, digital_source_type TEXT NOT NULL DEFAULT '', credit_line TEXT NOT NULL DEFAULT '', republish_until INTEGER) STRICT;

CREATE UNIQUE INDEX articles_by_day_and_slug ON articles (day, slug) WHERE day IS NOT NULL;

CREATE UNIQUE INDEX articles_by_search_row ON articles (search_row) WHERE search_row IS NOT NULL;

CREATE INDEX articles_by_status ON articles (status);

CREATE INDEX articles_to_publish ON articles (publish_at) WHERE publish_at IS NOT NULL;

CREATE INDEX articles_to_count ON articles (count_due_at) WHERE count_due_at IS NOT NULL;

CREATE TABLE comments (
    id INTEGER PRIMARY KEY,
    guid TEXT NOT NULL UNIQUE,
    article_id INTEGER NOT NULL REFERENCES articles,
    parent_id INTEGER REFERENCES comments,
    author_name TEXT NOT NULL,
    author_email TEXT NOT NULL,
    email_key TEXT NOT NULL, -- the email, case folded
    author_url TEXT NOT NULL,
    body_html TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    ip_hash TEXT NOT NULL,
    version INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    gone_at INTEGER
, author_key TEXT NOT NULL DEFAULT '', held_why TEXT NOT NULL DEFAULT '', newsroom INTEGER NOT NULL DEFAULT 0, network_hash TEXT NOT NULL DEFAULT '') STRICT;

CREATE INDEX comments_by_article ON comments (article_id);

CREATE INDEX comments_by_status ON comments (status);

CREATE INDEX comments_by_email ON comments (email_key, created_at);

CREATE INDEX comments_by_ip_hash ON comments (ip_hash, created_at) WHERE ip_hash <> '';

CREATE INDEX comments_with_ip_hash ON comments (created_at) WHERE ip_hash <> '';

CREATE TABLE article_listings (
    scope_id INTEGER NOT NULL REFERENCES scopes,
    gone INTEGER NOT NULL,
    at INTEGER NOT NULL, -- published_at
    item_id INTEGER NOT NULL REFERENCES articles,
    PRIMARY KEY (scope_id, gone, at DESC, item_id DESC)
) STRICT, WITHOUT ROWID;

CREATE INDEX article_tombstones ON article_listings (item_id) WHERE gone = 1;

CREATE TABLE comment_listings (
    scope_id INTEGER NOT NULL REFERENCES scopes,
    gone INTEGER NOT NULL,
    at INTEGER NOT NULL, -- created_at
    item_id INTEGER NOT NULL REFERENCES comments,
    PRIMARY KEY (scope_id, gone, at DESC, item_id DESC)
) STRICT, WITHOUT ROWID;

CREATE INDEX comment_tombstones ON comment_listings (item_id) WHERE gone = 1;

CREATE VIRTUAL TABLE article_search USING fts5 (
    headline, names, summary, body, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
);

CREATE TABLE feed_sources (
    url TEXT PRIMARY KEY,
    etag TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    placement TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE aliases (
    path TEXT PRIMARY KEY,
    page TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    comment_id INTEGER NOT NULL REFERENCES comments ON DELETE CASCADE,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    at INTEGER NOT NULL,
    by TEXT NOT NULL
) STRICT;

CREATE INDEX decisions_by_comment ON decisions (comment_id);

CREATE VIRTUAL TABLE comment_search USING fts5 (
    author_name, body_html, content = 'comments', content_rowid = 'id', tokenize = "unicode61 remove_diacritics 2"
);

CREATE TABLE sessions (
    hash TEXT PRIMARY KEY,
    token TEXT NOT NULL REFERENCES tokens ON DELETE CASCADE,
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_token ON sessions (token);

CREATE INDEX sessions_by_end ON sessions (ends_at);

CREATE INDEX comments_by_author ON comments (email_key, author_key) WHERE status = 'approved' AND email_key <> '';

CREATE TABLE article_names (
    article_id INTEGER PRIMARY KEY REFERENCES articles,
    seq INTEGER NOT NULL
) STRICT;

CREATE TABLE comment_names (
    comment_id INTEGER PRIMARY KEY REFERENCES comments ON DELETE CASCADE,
    seq INTEGER NOT NULL
) STRICT;

CREATE INDEX comments_by_length ON comments (article_id, email_key, length(body_html));

CREATE INDEX sections_by_parent ON sections (parent, path);

CREATE TABLE last_writes (
    writer TEXT PRIMARY KEY, -- process id, random letters
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE article_arrivals (
    scope_id INTEGER NOT NULL REFERENCES scopes,
    gone INTEGER NOT NULL,
    at INTEGER NOT NULL, -- when it arrived
    item_id INTEGER NOT NULL REFERENCES articles,
    PRIMARY KEY (scope_id, gone, at DESC, item_id DESC)
) STRICT, WITHOUT ROWID;

CREATE INDEX article_arrivals_by_item ON article_arrivals (item_id);

CREATE TABLE comment_arrivals (
    scope_id INTEGER NOT NULL REFERENCES scopes,
    gone INTEGER NOT NULL,
    at INTEGER NOT NULL, -- when it arrived
    item_id INTEGER NOT NULL REFERENCES comments,
    PRIMARY KEY (scope_id, gone, at DESC, item_id DESC)
) STRICT, WITHOUT ROWID;

CREATE INDEX comment_arrivals_by_item ON comment_arrivals (item_id);

CREATE VIRTUAL TABLE article_words USING fts5 (
    headline, names, summary, body, tokenize = "ascii", prefix = '2 3'
);

CREATE VIRTUAL TABLE comment_words USING fts5 (author_name, body_html, tokenize = "ascii");

CREATE TRIGGER comment_words_insert AFTER INSERT ON comments BEGIN
    INSERT INTO comment_words (rowid, author_name, body_html)
    VALUES (new.id, words_of(CAST(new.author_name AS BLOB)), words_of(CAST(new.body_html AS BLOB)));
END;

CREATE TRIGGER comment_words_update AFTER UPDATE OF author_name, body_html ON comments
WHEN old.author_name <> new.author_name OR old.body_html <> new.body_html BEGIN
    DELETE FROM comment_words WHERE rowid = old.id;
    INSERT INTO comment_words (rowid, author_name, body_html)
    VALUES (new.id, words_of(CAST(new.author_name AS BLOB)), words_of(CAST(new.body_html AS BLOB)));
END;

CREATE TRIGGER comment_words_delete AFTER DELETE ON comments BEGIN
    DELETE FROM comment_words WHERE rowid = old.id;
END;

CREATE TRIGGER comment_search_update AFTER UPDATE OF author_name, body_html ON comments
WHEN (old.author_name <> new.author_name OR old.body_html <> new.body_html)
    AND EXISTS (SELECT 1 FROM comment_search_docsize WHERE id = old.id) BEGIN
    INSERT INTO comment_search (comment_search, rowid, author_name, body_html)
    VALUES ('delete', old.id, for_index(CAST(old.author_name AS BLOB)), for_index(CAST(old.body_html AS BLOB)));
END;

CREATE TRIGGER comment_search_delete AFTER DELETE ON comments
WHEN EXISTS (SELECT 1 FROM comment_search_docsize WHERE id = old.id) BEGIN
    INSERT INTO comment_search (comment_search, rowid, author_name, body_html)
    VALUES ('delete', old.id, for_index(CAST(old.author_name AS BLOB)), for_index(CAST(old.body_html AS BLOB)));
END;

CREATE TABLE cursors (
    name TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    holder TEXT NOT NULL,
    held_until INTEGER NOT NULL -- microseconds since 1970; 0: nobody holds it
) STRICT;

CREATE TABLE copying (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    source TEXT NOT NULL,
    run TEXT NOT NULL
) STRICT;

CREATE TABLE import_sources (
    id INTEGER PRIMARY KEY,
    seed TEXT NOT NULL, -- its first name: what new guids are made from; '' = of all that earlier releases brought
    site TEXT NOT NULL, -- without scheme and last slash
    whole INTEGER NOT NULL
) STRICT;

CREATE INDEX import_sources_by_site ON import_sources (site) WHERE site <> '';

CREATE TABLE import_source_names (
    whole INTEGER NOT NULL,
    name TEXT NOT NULL,
    source_id INTEGER NOT NULL REFERENCES import_sources,
    fetched INTEGER NOT NULL, -- whether it was fetched from there
    PRIMARY KEY (whole, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX import_source_names_by_source ON import_source_names (source_id);

CREATE TABLE imports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    counts TEXT NOT NULL, -- JSON object
    undone_at INTEGER
) STRICT;

CREATE TABLE imported_entries (
    guid TEXT NOT NULL, -- the source's
    source_id INTEGER NOT NULL REFERENCES import_sources,
    article_id INTEGER NOT NULL REFERENCES articles,
    said TEXT NOT NULL, -- a digest of each field as the source said it last
    kept TEXT NOT NULL, -- and as it was kept then
    added_by INTEGER NOT NULL, receipt TEXT NOT NULL DEFAULT '', -- the import; 0: nobody knows
    PRIMARY KEY (guid, source_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX imported_entries_by_article ON imported_entries (article_id);

CREATE TABLE imported_comments (
    comment_id INTEGER PRIMARY KEY REFERENCES comments ON DELETE CASCADE,
    source_id INTEGER NOT NULL REFERENCES import_sources,
    said TEXT NOT NULL,
    kept TEXT NOT NULL,
    added_by INTEGER NOT NULL
) STRICT;

CREATE TABLE import_changes (
    subject TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    import_id INTEGER NOT NULL REFERENCES imports,
    before TEXT NOT NULL, -- JSON object: what the import changed, as it was; empty of what it made
    PRIMARY KEY (subject, subject_id, import_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX import_changes_by_import ON import_changes (import_id, subject, subject_id);

CREATE TABLE pages (
    path TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    status TEXT NOT NULL,
    version INTEGER NOT NULL, -- the seq of the Change that wrote it last
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    published_at INTEGER,
    uppermost INTEGER NOT NULL, -- public, and lies in no other public one
    body_html TEXT NOT NULL
) STRICT;

CREATE INDEX pages_uppermost ON pages (path) WHERE uppermost = 1;

CREATE INDEX pages_public ON pages (path) WHERE status = 'published';

CREATE TABLE page_origins (
    origin TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    digest TEXT NOT NULL, -- of what the source said; '' where nobody knows
    version INTEGER NOT NULL -- of the page, after the import
) STRICT, WITHOUT ROWID;

CREATE INDEX page_origins_by_path ON page_origins (path);

CREATE TABLE "paths" (
    path TEXT PRIMARY KEY,
    article_id INTEGER REFERENCES articles,
    section TEXT,
    page TEXT,
    CHECK ((article_id IS NOT NULL) + (section IS NOT NULL) + (page IS NOT NULL) = 1)
) STRICT, WITHOUT ROWID;

CREATE INDEX paths_by_article ON paths (article_id) WHERE article_id IS NOT NULL;

CREATE INDEX paths_by_page ON paths (page) WHERE page IS NOT NULL;

CREATE INDEX aliases_by_page ON aliases (page);

CREATE TABLE former_sites (
    address TEXT PRIMARY KEY, -- 'old.example/blog'
    path TEXT NOT NULL, -- '/blog', or '' at the root of its host
    permalinks TEXT NOT NULL, -- '/%year%/%monthnum%/%postname%/', or ''
    category_base TEXT NOT NULL,
    tag_base TEXT NOT NULL,
    author_base TEXT NOT NULL
) STRICT, WITHOUT ROWID;

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
, silence INTEGER NOT NULL DEFAULT 0, renewal_url TEXT NOT NULL DEFAULT '', networks INTEGER NOT NULL DEFAULT 20, end_leaked INTEGER NOT NULL DEFAULT 0) STRICT;

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

CREATE TABLE withheld_sources (
    name TEXT PRIMARY KEY, -- casefolded
    label TEXT NOT NULL -- as it was written
) STRICT, WITHOUT ROWID;

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
    embargoed INTEGER NOT NULL, gone_seq INTEGER NOT NULL DEFAULT 0,
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

CREATE TABLE partner_reads (
    partner_id INTEGER PRIMARY KEY REFERENCES partners ON DELETE CASCADE,
    set_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;

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

CREATE TABLE partner_visits (
    partner_id INTEGER PRIMARY KEY REFERENCES partners ON DELETE CASCADE,
    at INTEGER NOT NULL,
    set_id INTEGER NOT NULL, -- of its terms then
    since INTEGER -- its first pick-up on these terms; NULL: there was none
) STRICT;

CREATE TABLE partner_pickups (
    partner_id INTEGER NOT NULL REFERENCES partners ON DELETE CASCADE,
    set_id INTEGER NOT NULL,
    article_id INTEGER NOT NULL, -- 0: all articles, up to the number
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (partner_id, set_id, article_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX partner_pickups_by_age ON partner_pickups (at);

CREATE TABLE partner_silences (
    partner_id INTEGER PRIMARY KEY REFERENCES partners ON DELETE CASCADE,
    since INTEGER NOT NULL
) STRICT;

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

CREATE TABLE member_networks (
    day INTEGER NOT NULL, -- since 1970
    member_id INTEGER NOT NULL, -- it may be gone
    network INTEGER NOT NULL, -- keyed hash, of the day and the key, too
    PRIMARY KEY (day, member_id, network)
) STRICT, WITHOUT ROWID;

CREATE TABLE ended_keys (
    hash TEXT PRIMARY KEY,
    partner_id INTEGER NOT NULL, -- as above
    ended_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX ended_keys_by_partner ON ended_keys (partner_id);

CREATE INDEX ended_keys_by_age ON ended_keys (ended_at);

CREATE TABLE import_memory (
    source_id INTEGER NOT NULL REFERENCES import_sources,
    name TEXT NOT NULL, -- 'attachment 12'
    added_by INTEGER NOT NULL, -- the import that said it
    said TEXT NOT NULL, -- in its importer's own form
    done_by INTEGER NOT NULL, -- the import that said otherwise, or completed the article; 0 = it stands
    PRIMARY KEY (source_id, name, added_by)
) STRICT, WITHOUT ROWID;

CREATE INDEX import_memory_by_import ON import_memory (added_by);

CREATE INDEX import_memory_done ON import_memory (done_by) WHERE done_by > 0;

CREATE TABLE article_facets (
    facet TEXT NOT NULL, -- as its scope is named: 'section:world', 'tag:nato', 'author:jane-doe'
    article_id INTEGER NOT NULL REFERENCES articles,
    PRIMARY KEY (facet, article_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX articles_by_modified ON articles (modified_at);

CREATE TABLE kept_answers (
    token TEXT NOT NULL REFERENCES tokens ON DELETE CASCADE,
    key TEXT NOT NULL, -- SHA-256, in hex
    digest TEXT NOT NULL, -- of the request: SHA-256, in hex
    at INTEGER NOT NULL,
    status INTEGER NOT NULL, -- 0: what was kept is forgotten, and the answer with it
    fields TEXT NOT NULL, -- JSON object: of the answer's header
    body TEXT NOT NULL,
    size INTEGER NOT NULL, -- of the body, in bytes
    comment_id INTEGER, -- where it tells of one
    PRIMARY KEY (token, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX kept_answers_by_age ON kept_answers (at, size);

CREATE INDEX kept_answers_by_comment ON kept_answers (comment_id) WHERE comment_id IS NOT NULL;

CREATE TABLE navigation (
    position INTEGER PRIMARY KEY,
    section TEXT NOT NULL UNIQUE REFERENCES sections
) STRICT;

CREATE TABLE pinned (
    position INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL UNIQUE REFERENCES articles
) STRICT;

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

CREATE TABLE held_feeds (
    token TEXT PRIMARY KEY REFERENCES tokens ON DELETE CASCADE,
    key_hash TEXT NOT NULL UNIQUE, -- SHA-256 in hex; the key stands in the feed's address, and nowhere here
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

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

CREATE TABLE partner_lists (
    partner_id INTEGER NOT NULL REFERENCES partners ON DELETE CASCADE,
    set_id INTEGER NOT NULL,
    scope TEXT NOT NULL, -- of the list, as the public's is named
    down_to INTEGER NOT NULL, -- of what was published after this it was shown all
    at INTEGER NOT NULL,
    PRIMARY KEY (partner_id, set_id, scope)
) STRICT, WITHOUT ROWID;
