-- The seq by which a tombstone is told where the article's own write took it from the set; 0 where something else did.
ALTER TABLE entitled ADD COLUMN gone_seq INTEGER NOT NULL DEFAULT 0;
UPDATE entitled SET gone_seq = (SELECT seq FROM articles WHERE articles.id = entitled.article_id)
WHERE gone_at IS NOT NULL AND article_id IN (SELECT id FROM articles WHERE public = 0);

CREATE TABLE partner_lists (
    partner_id INTEGER NOT NULL REFERENCES partners ON DELETE CASCADE,
    set_id INTEGER NOT NULL,
    scope TEXT NOT NULL, -- of the list, as the public's is named
    down_to INTEGER NOT NULL, -- of what was published after this it was shown all
    at INTEGER NOT NULL,
    PRIMARY KEY (partner_id, set_id, scope)
) STRICT, WITHOUT ROWID;
