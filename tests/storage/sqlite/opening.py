"""A store in a file, with what only this engine can be told."""

from typing import Any

from storage.clock import Clock
from storage.sql.store import SQLStore
from storage.sqlite.engine import open_engine


async def open_sqlite(path: str, *, clock: Clock, **given: Any) -> SQLStore:
    """`given` as `storage.sqlite.engine.open_engine` takes it."""
    return await SQLStore.open(await open_engine(path, clock=clock, **given), clock)
