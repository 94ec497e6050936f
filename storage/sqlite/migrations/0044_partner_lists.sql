CREATE TABLE partner_lists (
    partner_id INTEGER NOT NULL REFERENCES partners ON DELETE CASCADE,
    set_id INTEGER NOT NULL,
    scope TEXT NOT NULL, -- of the list, as the public's is named
    down_to INTEGER NOT NULL, -- of what was published after this it was shown all
    at INTEGER NOT NULL,
    PRIMARY KEY (partner_id, set_id, scope)
) STRICT, WITHOUT ROWID;
