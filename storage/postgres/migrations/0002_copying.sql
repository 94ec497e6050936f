-- writers: 1
-- Of a store that another one is being copied into: it is none yet. `run` names the process that may write to it.
CREATE TABLE copying (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    source TEXT COLLATE "C" NOT NULL,
    run TEXT COLLATE "C" NOT NULL
);
