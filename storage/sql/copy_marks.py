"""The mark of a store that is an unfinished copy of another."""

from hashlib import sha256

from storage.errors import Conflict, Unavailable
from storage.sql.engine import Connection
from storage.sql.tables import SITE, TABLES


def identity_of(db: Connection) -> str:
    """What tells a newsroom's store from every other: its copies have it, too. It gives nothing of the secret away."""
    [(created_at, secret)] = db.execute("SELECT created_at, secret FROM site WHERE id = 1").fetchall()
    return sha256(b"%d %b" % (created_at, secret)).hexdigest()


def require_whole(db: Connection) -> None:
    """Raises Unavailable where a copy into this store was not finished."""
    if db.execute("SELECT 1 FROM copying WHERE id = 1").fetchone() is not None:
        raise Unavailable(
            "The database is an unfinished copy of another one: run the same `dateline copy` again, which goes on where it ended."
        )


def begin_copy(db: Connection, source: str, run: str) -> bool:
    """Mark the store as being copied to, by a run of this name alone; whether an earlier run began.

    `source` is the identity of the store that is copied. Raises Conflict for a store that holds anything else.
    """
    row = db.execute("SELECT source FROM copying WHERE id = 1").fetchone()
    if row is not None:
        if row[0] != source:
            raise Conflict("The target is an unfinished copy of another newsroom: copy into a new database.")
        db.execute("UPDATE copying SET run = ? WHERE id = 1", (run,))
        return True
    if identity_of(db) == source:
        raise Conflict("The target is the source itself, or a whole copy of it: copy into a new database.")
    held = [
        table.name
        for table in TABLES
        if table != SITE and db.execute(f"SELECT 1 FROM {table.name} LIMIT 1").fetchone() is not None
    ]
    if held:
        raise Conflict(f"The target is not empty, it has rows of {', '.join(held)}: copy into a new database.")
    db.execute("INSERT INTO copying (id, source, run) VALUES (1, ?, ?)", (source, run))
    return False


def require_run(db: Connection, run: str) -> None:
    """Raises Conflict where another run has gone on with the copy."""
    if db.execute("SELECT 1 FROM copying WHERE id = 1 AND run = ?", (run,)).fetchone() is None:
        raise Conflict("Another `dateline copy` goes on with this one: leave it to that.")


def end_copy(db: Connection) -> None:
    """From here on it is a store like any other."""
    db.execute("DELETE FROM copying WHERE id = 1")
