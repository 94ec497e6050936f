"""The schema of a database file: its migrations, applied and checked."""

import secrets
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib.resources import files

from storage.errors import NotMigrated, Unavailable
from storage.migrations import Migration, pending, read_migrations
from storage.sql.rows import to_us
from storage.sqlite.functions import add_functions
from storage.sqlite.transaction import to_read, to_write, transaction

MIGRATIONS = read_migrations(files("storage.sqlite") / "migrations")

_APPLICATION_ID = 0x44746C6E
"""'Dtln', in the file's header: tells our databases from other people's."""


def schema_version(db: sqlite3.Connection) -> int:
    """The number of the last migration applied; 0 of an empty file.

    Raises Unavailable for a database of another program.
    """
    [(version,)] = db.execute("PRAGMA user_version")
    [(application,)] = db.execute("PRAGMA application_id")
    empty = db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None
    if application != _APPLICATION_ID and not empty:
        raise Unavailable("The database file belongs to another program: give the path of another file.")
    return int(version)


def migrate(
    db: sqlite3.Connection, clock: Callable[[], datetime], migrations: Sequence[Migration] = MIGRATIONS
) -> None:
    """Apply what is missing, each in a transaction of its own, and make the site's row where there is none. Of two processes that
    do so at once, one waits and finds nothing left to do.

    Where nothing is missing, nothing is written: neither a lock nor a full disk is in the way.
    """
    add_functions(db)
    while _missing(db, migrations):
        with transaction(db, to_write):
            if todo := pending(migrations, schema_version(db)):
                _apply(db, todo[0], clock())
    if not db.execute("SELECT 1 FROM site").fetchall():
        with transaction(db, to_write):
            _make_site(db, clock())


def _missing(db: sqlite3.Connection, migrations: Sequence[Migration]) -> Sequence[Migration]:
    with transaction(db, to_read):
        return pending(migrations, schema_version(db))


def require_current(db: sqlite3.Connection) -> None:
    """Raises NotMigrated, saying what to do, unless every migration is applied."""
    if missing := pending(MIGRATIONS, schema_version(db)):
        raise NotMigrated(f"The database lacks {len(missing)} of {len(MIGRATIONS)} migrations: run `dateline migrate`.")


def require_own(db: sqlite3.Connection) -> None:
    """Raises Unavailable where the schema is another release's by now: what is written by this one's rules would be wrong in it."""
    [(version,)] = db.execute("PRAGMA user_version")
    if version != len(MIGRATIONS):
        raise Unavailable(
            f"The database has schema {version} by now, this process is of a release that writes schema {len(MIGRATIONS)}: "
            "replace it by one of the newer release."
        )


def _apply(db: sqlite3.Connection, migration: Migration, now: datetime) -> None:
    for statement in _statements(migration.sql):
        db.execute(statement)
    if migration.number == 1:
        db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        _make_site(db, now)
    db.execute(f"PRAGMA user_version = {migration.number}")


def _make_site(db: sqlite3.Connection, now: datetime) -> None:
    db.execute(
        "INSERT INTO site (id, created_at, secret) VALUES (1, ?, ?) ON CONFLICT (id) DO NOTHING",
        (to_us(now), secrets.token_bytes(32)),
    )


def _statements(sql: str) -> list[str]:
    """The statements of a script. `executescript` would commit the transaction they belong to."""
    statements: list[str] = []
    buffer = ""
    for line in sql.splitlines(keepends=True):
        buffer += line
        if sqlite3.complete_statement(buffer):
            statements.append(buffer)
            buffer = ""
    return [*statements, buffer]
