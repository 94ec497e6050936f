-- Of a store that another one is being copied into: it is none yet. `run` names the process that may write to it.
CREATE TABLE copying (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    source TEXT NOT NULL,
    run TEXT NOT NULL
) STRICT;
