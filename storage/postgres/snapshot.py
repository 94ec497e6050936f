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
    thread = ThreadPoolExecutor(1, "dateline-snapshot")
    connections: list[PatientConnection] = []

    def begin() -> UnitConnection:
        with translated():
            connections.append(connect())
            db = UnitConnection(connections[0], omissions)
            begin_read(db, _IDLE_MS)
            return db

    def end() -> None:
        for connection in connections:
            connection.close()

    try:
        yield Frozen(await in_thread(thread, begin), thread)
    finally:
        # After what is under way: who is told to stop waits neither for that nor for a server that says nothing.
        thread.submit(end)
        thread.shutdown(wait=False)


async def in_thread(threads: ThreadPoolExecutor, unit: Callable[[], T]) -> T:
    """What it returns; it runs to its end even if whoever waits for it goes away."""
    running = asyncio.get_running_loop().run_in_executor(threads, unit)
    # Looked at, for perhaps nobody waits any more: asyncio complains of errors that nobody sees.
    running.add_done_callback(lambda done: done.cancelled() or done.exception())
    return await asyncio.shield(running)
