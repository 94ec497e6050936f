-- Paths that led to a list where the newsroom was before: '/?cat=7' to '/section/world/'.
CREATE TABLE aliases (
    path TEXT PRIMARY KEY,
    page TEXT NOT NULL
) STRICT, WITHOUT ROWID;
