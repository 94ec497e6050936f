-- When each partner was here last.
CREATE TABLE partner_visits (
    partner_id INTEGER PRIMARY KEY REFERENCES partners ON DELETE CASCADE,
    at INTEGER NOT NULL,
    set_id INTEGER NOT NULL, -- of its terms then
    since INTEGER -- its first pick-up on these terms; NULL: there was none
) STRICT;

-- What partners have taken of what the logs of their sets told, and when: by a feed an article, by a cursor all up to a number.
CREATE TABLE partner_pickups (
    partner_id INTEGER NOT NULL REFERENCES partners ON DELETE CASCADE,
    set_id INTEGER NOT NULL,
    article_id INTEGER NOT NULL, -- 0: all articles, up to the number
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (partner_id, set_id, article_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX partner_pickups_by_age ON partner_pickups (at);
