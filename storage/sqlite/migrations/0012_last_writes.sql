-- Of each process that writes, and has not closed the store yet: the Changes of its last transaction. Where it ends before it has
-- seen how long the commit took, the next one dates them again.
CREATE TABLE last_writes (
    writer TEXT PRIMARY KEY, -- process id, random letters
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
