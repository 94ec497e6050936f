"""One snapshot for many units of work."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from time import monotonic
from typing import TypeVar

from storage.omissions import Omissions
from storage.postgres.faults import translated
from storage.postgres.patience import PatientConnection
from storage.postgres.transaction import STATEMENT_MS, begin_read
from storage.postgres.units import Unit, UnitConnection

T = TypeVar("T")

_IDLE_MS = 600_000
"""Whoever reads one snapshot for long may be as slow as this between two units."""
UNIT_TIME = STATEMENT_MS / 1000 + 5
"""Seconds that a unit has once it has begun. A server that is alive ends a statement before."""


class Frozen:
    """A connection that reads one snapshot. A `storage.sql.engine.Frozen`."""

    def __init__(self, db: UnitConnection, thread: ThreadPoolExecutor) -> None:
        self._db = db
        self._thread = thread

    async def read(self, work: Unit[T]) -> T:
        def unit() -> T:
            self._db.connection.give_up_at = monotonic() + UNIT_TIME
            with translated():
                return work(self._db)

        return await in_thread(self._thread, unit)


@asynccontextmanager
async def opened_snapshot(connect: Callable[[], PatientConnection], omissions: Omissions) -> AsyncIterator[Frozen]:
    """On a connection of its own. Raises Unavailable."""
    with ThreadPoolExecutor(1, "dateline-snapshot") as thread:

        def begin() -> UnitConnection:
            with translated():
                db = UnitConnection(connect(), omissions)
                begin_read(db, _IDLE_MS)
                return db

        db = await in_thread(thread, begin)
        try:
            yield Frozen(db, thread)
        finally:
            await in_thread(thread, db.connection.close)


async def in_thread(threads: ThreadPoolExecutor, unit: Callable[[], T]) -> T:
    """What it returns; it runs to its end even if whoever waits for it goes away."""
    return await asyncio.shield(asyncio.get_running_loop().run_in_executor(threads, unit))
