"""How a database file is opened for the store."""

import sqlite3

from storage.clock import Clock
from storage.errors import Unavailable
from storage.sqlite.connection import PAGE_CACHE, Database
from storage.sqlite.schema import migrate as apply_migrations
from storage.sqlite.schema import require_current

OLDEST_SQLITE = (3, 37)
"""The first with strict tables (3.37 of 2021)."""


async def open_engine(
    path: str,
    *,
    clock: Clock,
    migrate: bool = False,
    synchronous: str = "FULL",
    busy_timeout: float = 5.0,
    page_cache: int = PAGE_CACHE,
) -> Database:
    """As `storage.connect.open_store` says. `busy_timeout`: how long to wait for another process's lock, in seconds."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise Unavailable(f"Python comes with SQLite {sqlite3.sqlite_version}: 3.37 or later is needed.")

    def prepare(db: sqlite3.Connection) -> None:
        if migrate:
            apply_migrations(db, clock)
        require_current(db)

    return await Database.open(
        path,
        create=migrate,
        synchronous=synchronous,
        busy_timeout=busy_timeout,
        prepare=prepare,
        page_cache=page_cache,
    )
