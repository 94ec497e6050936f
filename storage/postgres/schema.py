"""The schema of a database: its migrations, applied and checked."""

import re
import secrets
from collections.abc import Sequence
from importlib.resources import files

from storage.clock import Clock
from storage.errors import NotMigrated, Unavailable
from storage.migrations import Migration, read_migrations
from storage.postgres.transaction import BESIDE, WRITING
from storage.postgres.units import UnitConnection
from storage.sql.rows import to_us

MIGRATIONS = read_migrations(files("storage.postgres") / "migrations")

_MIGRATING = 0x4474_6C6E_6D69_6772
"""The advisory lock of whoever migrates."""
_LOCK_MS = 5000
"""Milliseconds that a migration waits for a table, in which others wait behind it; then it is to be tried again."""
_WRITERS = re.compile(r"^-- writers: (\d+)$", re.MULTILINE)
"""Says in a migration from which schema on a release may go on writing when it is applied; unsaid: from this one."""


def applied(db: UnitConnection) -> tuple[int, int]:
    """The number of the last migration applied, 0 of an empty database; and the lowest schema whose release may write."""
    if db.execute("SELECT to_regclass('schema_migrations')").fetchone() == (None,):
        return 0, 0
    [(number, writers)] = db.execute(
        "SELECT coalesce(max(number), 0), coalesce(max(writers), 0) FROM schema_migrations"
    ).fetchall()
    return int(number), int(writers)


def migrate(db: UnitConnection, clock: Clock, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Apply what is missing, each in a transaction of its own, and make the site's row where there is none. Of two that do so at
    once, one waits and finds nothing left to do.

    `db` is a connection of its own, to the server itself: a pooler may give the lock to somebody else.
    """
    if applied(db)[0] >= len(migrations) and db.execute("SELECT 1 FROM site").fetchall():
        return
    db.execute("SELECT pg_advisory_lock(?)", (_MIGRATING,))
    try:
        _require_unicode(db)
        for migration in migrations[applied(db)[0] :]:
            with db.connection.transaction():
                _apply(db, migration, clock)
        _make_site(db, to_us(clock()))
    finally:
        if not db.connection.closed:
            db.execute("SELECT pg_advisory_unlock(?)", (_MIGRATING,))


def _require_unicode(db: UnitConnection) -> None:
    [(encoding,)] = db.execute("SHOW server_encoding").fetchall()
    if encoding != "UTF8":
        raise Unavailable(f"The database keeps text as {encoding}: create one with ENCODING 'UTF8' TEMPLATE template0.")


def _apply(db: UnitConnection, migration: Migration, clock: Clock) -> None:
    # No reader waits for long behind a table that another one has; and no write ends in another schema than it began in.
    db.connection.execute(
        f"""
        SET LOCAL lock_timeout = {_LOCK_MS};
        SELECT pg_advisory_xact_lock({WRITING}), pg_advisory_xact_lock({BESIDE})
        """.encode()
    )
    now = to_us(clock())
    db.connection.execute(migration.sql.encode())
    if migration.number == 1:
        _make_site(db, now)
    writers = _WRITERS.search(migration.sql)
    db.execute(
        "INSERT INTO schema_migrations (number, name, writers, at) VALUES (?, ?, ?, ?)",
        (migration.number, migration.name, int(writers[1]) if writers else migration.number, now),
    )


def _make_site(db: UnitConnection, now: int) -> None:
    db.execute(
        "INSERT INTO site (id, created_at, secret) VALUES (1, ?, ?) ON CONFLICT (id) DO NOTHING",
        (now, secrets.token_bytes(32)),
    )


def read_site(db: UnitConnection) -> Sequence[object]:
    """What tells a newsroom's database from every other's; a standby has it, too."""
    return db.execute("SELECT created_at, secret FROM site").fetchall()


def require_current(number: int, writers: int) -> None:
    """Raises NotMigrated, saying what to do, unless every migration is applied; later ones may be, that let this release go on."""
    if number < len(MIGRATIONS):
        raise NotMigrated(
            f"The database lacks {len(MIGRATIONS) - number} of {len(MIGRATIONS)} migrations: run `dateline migrate`."
        )
    require_own(writers)


def require_own(writers: int) -> None:
    """Raises Unavailable where the schema is one that this release must not write into: what is written by its rules would be
    wrong there.
    """
    if writers > len(MIGRATIONS):
        raise Unavailable(
            f"The database has a schema that is written to from release schema {writers} on, this process writes schema "
            f"{len(MIGRATIONS)}: replace it by one of the newer release."
        )
