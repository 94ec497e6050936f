"""Open a store by its URL: the only importer of a backend."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from storage.clock import Clock, utc_now
from storage.errors import Unavailable
from storage.masking import masked
from storage.model import Copied
from storage.protocol import Store
from storage.sql import copying
from storage.sql.engine import Engine
from storage.sql.store import SQLStore


async def open_store(
    url: str,
    *,
    clock: Clock = utc_now,
    migrate: bool = False,
    synchronous: str = "FULL",
    page_cache: int = 0,
    direct_url: str = "",
    read_url: str = "",
    pooled: bool = False,
    notify: bool = True,
) -> Store:
    """Open `sqlite:///relative.db`, `sqlite:////absolute.db`, or `postgresql://user:password@host/database`.

    `migrate` brings the schema up to date first (and makes the file, and the site's secret, if there is none).
    `synchronous` is SQLite's: 'FULL' makes every commit survive a power failure, 'NORMAL' every one but the last few.
    `page_cache`, too: KiB of pages that each connection may hold; 0 is what suits a server.
    `direct_url`, `read_url`, `pooled` and `notify` are PostgreSQL's: as `storage.postgres.connecting.Servers` says.

    Raises Unavailable if it cannot be opened or its schema is not current, ValueError for a URL of another kind.
    """
    engine = await _open_engine(
        url,
        clock,
        migrate=migrate,
        synchronous=synchronous,
        page_cache=page_cache,
        direct_url=direct_url,
        read_url=read_url,
        pooled=pooled,
        notify=notify,
    )
    return await SQLStore.open(*engine)


async def copy_store(source: str, target: str, progress: copying.Progress, *, ahead: bool = False) -> Copied:
    """Copy the store of one URL into that of another, which is made, or its schema brought up to date, where need be. The source
    stays as it is, and may be written to meanwhile.

    `progress` is told how many rows are done, and of how many. With `ahead` the copy stays unfinished, for a later run to bring
    up to date; one that was interrupted is gone on with. An unfinished copy does not open as a store.
    Raises as `storage.sql.copying.copy_store` says, ValueError for a URL of another kind.
    """
    async with _engine(source, migrate=False) as theirs, _engine(target, migrate=True) as ours:
        return await copying.copy_store(theirs, ours, progress, ahead=ahead)


@asynccontextmanager
async def _engine(url: str, *, migrate: bool) -> AsyncIterator[Engine]:
    """Open until the block ends. What keeps it from opening is told with the URL, for there are two."""
    if not (store_file(url) or is_server(url)):
        raise ValueError(f"{masked(url)!r} names no database: expected sqlite:///PATH or postgresql://...")
    try:
        engine, _ = await _open_engine(url, utc_now, migrate=migrate, synchronous="FULL")
    except Unavailable as error:
        raise Unavailable(f"{masked(url)}: {error}") from error
    try:
        yield engine
    finally:
        await engine.close()


async def _open_engine(
    url: str,
    clock: Clock,
    *,
    migrate: bool,
    synchronous: str,
    page_cache: int = 0,
    direct_url: str = "",
    read_url: str = "",
    pooled: bool = False,
    notify: bool = True,
) -> tuple[Engine, Clock]:
    """With the clock that its writes go by."""
    if path := store_file(url):
        from storage.sqlite.connection import PAGE_CACHE
        from storage.sqlite.engine import open_engine

        engine = await open_engine(
            path, clock=clock, migrate=migrate, synchronous=synchronous, page_cache=page_cache or PAGE_CACHE
        )
        return engine, clock
    if is_server(url):
        from storage.postgres.connecting import Servers
        from storage.postgres.engine import open_engine as open_server

        servers = Servers(url=url, direct_url=direct_url, read_url=read_url, pooled=pooled, notify=notify)
        server = await open_server(servers, clock=clock, migrate=migrate)
        # Hosts differ; the database's clock is one for all of them. A clock that was given is meant.
        return server, server.clock.now if clock is utc_now else clock
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
