"""Open a store by its URL: the only importer of a backend."""

import os

from storage.clock import Clock, utc_now
from storage.masking import masked
from storage.protocol import Store
from storage.sql.store import SQLStore


async def open_store(url: str, *, clock: Clock = utc_now, migrate: bool = False, synchronous: str = "FULL") -> Store:
    """Open `sqlite:///relative.db`, `sqlite:////absolute.db`, or `postgresql://user:password@host/database`.

    `migrate` brings the schema up to date first (and makes the file, and the site's secret, if there is none).
    `synchronous` is SQLite's: 'FULL' makes every commit survive a power failure, 'NORMAL' every one but the last few.

    Raises Unavailable if it cannot be opened or its schema is not current, ValueError for a URL of another kind.
    """
    if path := store_file(url):
        from storage.sqlite.engine import open_engine

        return await SQLStore.open(
            await open_engine(path, clock=clock, migrate=migrate, synchronous=synchronous), clock
        )
    if is_server(url):
        from storage.postgres.engine import open_engine as open_server

        engine = await open_server(url, clock=clock, migrate=migrate)
        # Hosts differ; the database's clock is one for all of them. A clock that was given is meant.
        return await SQLStore.open(engine, engine.clock if clock is utc_now else clock)
    raise ValueError(f"DATELINE_DATABASE_URL is {masked(url)!r}: expected sqlite:///PATH or postgresql://...")


def exposed_file(url: str) -> str:
    """The path of an embedded store whose files users besides their owner may read; '' of any other."""
    path = store_file(url)
    if not path:
        return ""
    from storage.sqlite.files import is_readable_by_others

    return path if is_readable_by_others(path) else ""


def missing_file(url: str) -> str:
    """The path of an embedded store that is still to be made; '' where there is one, and of any other."""
    path = store_file(url)
    return path if path and not os.path.lexists(path) else ""


def is_server(url: str) -> bool:
    """Whether it is the URL of a database server, which many hosts share."""
    return url.startswith(("postgresql://", "postgres://"))


def store_file(url: str) -> str:
    """The path of an embedded store; '' of a URL of another kind."""
    scheme, _, rest = url.partition(":///")
    return rest if scheme == "sqlite" else ""
