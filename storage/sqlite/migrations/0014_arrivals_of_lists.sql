-- What arrived late in a list, by when it did, as readers saw it: articles and comments, in every list but those of days. A list
-- shows it beside its newest. Nothing is late at once by this: what the list of arrivals holds arrived late in that of all.
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

INSERT INTO article_arrivals (scope_id, gone, at, item_id)
SELECT (SELECT id FROM scopes WHERE name = 'home'), gone, at, item_id FROM article_listings
WHERE scope_id = (SELECT id FROM scopes WHERE name = 'arrivals');

DELETE FROM article_listings WHERE scope_id = (SELECT id FROM scopes WHERE name = 'arrivals');

DELETE FROM scopes WHERE name = 'arrivals';
