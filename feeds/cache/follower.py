"""Follow the change log: what a worker knows of every other worker's writes."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from storage.connect import Clock
from storage.errors import Unavailable
from storage.model import Change, Due
from storage.protocol import Changes, Clockwork

_log = logging.getLogger(__name__)
_HEARTBEAT = 1.0
"""Seconds between two looks of a worker that nobody asks anything."""
_BATCH = 1000
_REMEMBERED = 4096
"""Changes kept in memory for `untouched_since`. A render during which more than these come is not kept."""


class Log(Changes, Clockwork, Protocol):
    """What a follower needs of a store."""


class Follower:
    """A cursor over the change log, in memory.

    All in `on_changes` are called with every batch read, before `catch_up` returns: the one road by which caches forget.
    """

    def __init__(self, store: Log, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._cursor = 0
        self._behind = True
        self._reading: asyncio.Task[None] | None = None
        self._recent: deque[Change] = deque()
        self._forgotten = 0
        self.due = Due(next_at=None, publication_at=None)
        self.on_changes: list[Callable[[Iterable[Change]], None]] = []

    async def start(self) -> None:
        """Take the log's end as the place to follow from, and commit what came due while nothing ran."""
        self._cursor = self._forgotten = await self._store.last_seq()
        await self.catch_up()

    async def run(self) -> None:
        """Keep up without being asked, and commit what comes due at its moment; until cancelled."""
        while True:
            try:
                await self.catch_up()
            except Unavailable as error:
                _log.warning("the store cannot be read: %s", error)
            wait = _HEARTBEAT
            if self.due.next_at is not None:
                wait = min(wait, max(0.0, (self.due.next_at - self._clock()).total_seconds()))
            # Never a busy loop, whatever the clock does.
            await asyncio.sleep(max(wait, 0.01))

    def is_current(self, now: datetime) -> bool:
        """Whether everything committed so far is known here and nothing is due: then cached answers may be served.

        A few microseconds; not a coroutine.
        """
        if self._store.moved():
            self._behind = True
        # While the log is read, what it says of the commit that was noticed is not known here yet.
        caught_up = self._reading is None and not self._behind
        return caught_up and (self.due.next_at is None or now < self.due.next_at)

    async def catch_up(self) -> None:
        """Read the log up to everything that was committed when this was called, and commit what is due.

        It waits for two readings at most, however busy the writers are.
        Raises Unavailable if the store cannot be read; then nothing cached may be served.
        """
        if self._reading is not None:
            # It may have begun before a commit that this caller must see; what it raises is for those who asked for it.
            await asyncio.wait({self._reading})
        if self.is_current(self._clock()):
            return
        if self._reading is None:
            # A commit from here on needs another reading: this one may not see it.
            self._behind = False
            self._reading = asyncio.create_task(self._read())
            self._reading.add_done_callback(self._read_done)
        # Whoever asked first may go away; the others still wait for this reading.
        await asyncio.shield(self._reading)

    def _read_done(self, reading: asyncio.Task[None]) -> None:
        self._reading = None
        if not reading.cancelled():
            # Looked at even if everybody who waited has gone away: asyncio complains of errors that nobody sees.
            reading.exception()

    async def _read(self) -> None:
        try:
            await self._read_log()
            # Asked each time: what was read, now or in a reading that failed half-way, may be due sooner than all else.
            self.due = await self._store.run_due()
            await self._read_log()
        except BaseException:
            self._behind = True
            raise

    async def _read_log(self) -> None:
        while changes := await self._store.changes_since(self._cursor, limit=_BATCH):
            self._cursor = changes[-1].seq
            self._recent.extend(change for change in changes if change.scopes)
            while len(self._recent) > _REMEMBERED:
                self._forgotten = self._recent.popleft().seq
            for listener in self.on_changes:
                listener(changes)
            if len(changes) < _BATCH:
                break

    def untouched_since(self, seq: int, scopes: frozenset[str]) -> bool:
        """Whether no Change after `seq` that is known here raised any of the scopes (the fill race)."""
        if seq < self._forgotten:
            return False
        for change in reversed(self._recent):
            if change.seq <= seq:
                return True
            if not scopes.isdisjoint(change.scopes):
                return False
        return True
