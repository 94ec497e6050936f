"""Follow the change log: what a worker knows of every other worker's writes."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import takewhile
from time import monotonic
from typing import Protocol

from feeds.cache.outage import Outage
from feeds.loops import Loops
from storage.clock import Clock
from storage.errors import Pruned, Unavailable
from storage.model import Change, Due
from storage.protocol import Changes, DueTasks

_HEARTBEAT = 1.0
"""Seconds between two looks of a worker that nobody asks anything."""
_PATIENCE = 1.0
"""Seconds that a poll waits for what is due. Where that cannot be written in time, readers get what there is."""
_BATCH = 1000
_FEW = 100
"""Changes that are read on the spot: 1.5 ms of the loop."""
_REMEMBERED = 512
"""Changes that are kept in memory for `untouched_since`, some 1,500 bytes each. A render during which more come is not kept."""


class Log(Changes, DueTasks, Protocol):
    """What a follower needs of a store."""


class Follower:
    """A cursor over the change log, in memory; and the due-task, which writes what the clock brings.

    All in `on_changes` are called with every batch read, before `catch_up` returns: the one road by which caches forget.

    Whether the log is read to its end decides what may be served. What is due is waited for only while it can be written: a full
    disk or a lock that is held keeps back what is new, not what there is.
    """

    def __init__(self, store: Log, clock: Clock, *, patience: float | None = None) -> None:
        """`patience` as in `Outage`."""
        self._store = store
        self._clock = clock
        self._cursor = 0
        self._last: Change | None = None
        """The Change at the cursor: while the log has it, it is the log that was read; None of an empty one."""
        self.log = 0
        """How many logs were followed before this one."""
        self._supersede = 0
        """Up to here another log was read, which the store is to be told; 0 where there is nothing to tell."""
        self._behind = True
        self._reading: asyncio.Task[None] | None = None
        self._outage = Outage(patience)
        self._recent: deque[Change] = deque()
        """The last ones that were read."""
        self._forgotten = 0
        """The greatest seq that is not among them any more."""
        self.due = Due(next_at=None)
        self._wait_from: datetime | None = None
        """From when on nothing is served before what is due was written; None while nobody waits for that."""
        self._is_stuck = False
        """What is due could not be written, or not in time: from then on nobody waits for it until it is."""
        self._stuck_at = 0
        """Where the cursor was then."""
        self._writing: asyncio.Task[None] | None = None
        self.on_changes: list[Callable[[Iterable[Change]], None]] = []
        self.on_another_log: list[Callable[[], None]] = []
        """Called where the log is not the one that was read: a standby that took over had not all of it, or a backup was restored.
        Nothing that was made of what it told is true.
        """

    async def start(self) -> None:
        """Take the log's end as the place to follow from, and commit what came due while nothing ran, if it can be had.

        Raises Unavailable if the store cannot be read.
        """
        await self._begin_at_end()
        await self._read_to_end()
        if self._is_awaited():
            # What went wrong is said by the due-task, which tries again.
            with suppress(Exception):
                await self._write_due()
            await self._read_to_end()

    async def run(self, loops: Loops) -> None:
        """Keep up without being asked, and commit what comes due at its moment; until cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(loops.run_forever("following the change log", self._follow))
                group.create_task(loops.run_forever("writing what is due", self._run_due))
        finally:
            if self._writing is not None:
                self._writing.cancel()

    async def _follow(self) -> float:
        await self._read_to_end()
        return _HEARTBEAT

    async def _run_due(self) -> float:
        if self._supersede:
            await self._store.supersede_log(self._supersede)
            self._supersede = 0
        if self._is_due():
            await self._write_due()
            await self._read_to_end()
        wait = _HEARTBEAT
        if self.due.next_at is not None:
            wait = min(wait, (self.due.next_at - self._clock()).total_seconds())
        # Never a busy loop, whatever the clock does.
        return max(wait, 0.01)

    @property
    def position(self) -> int:
        """The newest Change that is known here."""
        return self._cursor

    def due_lag(self) -> float:
        """Seconds for which what is due has waited to be written."""
        if self.due.next_at is None:
            return 0.0
        return max(0.0, (self._clock() - self.due.next_at).total_seconds())

    def is_current(self, now: datetime) -> bool:
        """Whether everything committed so far is known here, and nothing is waited for: then cached answers may be served.

        A microsecond; not a coroutine.
        """
        self._look(now)
        # While the log is read, what it says of the commit that was noticed is not known here yet.
        if self._reading is not None or self._behind:
            return False
        return self._wait_from is None or now < self._wait_from

    def _is_at_end(self) -> bool:
        """Whether everything committed so far is known here, whatever is due."""
        self._look()
        return self._reading is None and not self._behind

    def _look(self, now: datetime | None = None) -> None:
        """Whether anything was committed; and what, where that can be read on the spot."""
        if self._store.moved(now):
            self._behind = True
        if self._behind and self._reading is None and self._last is not None:
            # What is wrong is found out by a reading that can be waited for.
            with suppress(Exception):
                self._read_at_once(self._last)

    def _read_at_once(self, last: Change) -> None:
        """A commit is known in 0.6 ms: a reading in its own task takes 2 to 3, for which everybody waits who polls meanwhile."""
        began = self._clock()
        found = self._store.read_on_at_once(self._cursor - 1, limit=2 + _FEW)
        if found is None:
            return
        changes, due = found
        if changes[:1] == (last,) and len(changes) <= 1 + _FEW:
            self._take(changes[1:])
            self._note_end(due, began)
            # Last: until all was told nothing is current.
            self._behind = False

    def known_until(self) -> datetime | None:
        """Until when everything that was committed is known here, while the log cannot be read; None while it can.

        None also where this process has written since: whoever was told of that is not answered by what was before.
        """
        is_ignorant = self._outage.lasts and self._store.written() <= self._cursor
        return self._outage.known_until if is_ignorant else None

    def _is_due(self) -> bool:
        return self.due.next_at is not None and self.due.next_at <= self._clock()

    def _is_awaited(self) -> bool:
        return self._wait_from is not None and self._wait_from <= self._clock()

    async def catch_up(self) -> None:
        """Read the log up to everything that was committed when this was called, and see that what is due is written.

        It waits for a few readings at most, however busy the writers are, and for what is due a second at most, if it can be
        written. Raises Unavailable if the store cannot be read; then nothing cached may be served.
        """
        await self._outage.wait_for(self._read_to_end, is_read=self._reading is not None)
        give_up_at = monotonic() + _PATIENCE
        # Twice: the first one may have begun before what is due now was, and have nothing of it.
        for _ in range(2):
            if not self._is_awaited():
                break
            done, _ = await asyncio.wait({self._due_task()}, timeout=give_up_at - monotonic())
            if not done:
                self._get_stuck()
            await self._read_to_end()

    async def _read_to_end(self) -> None:
        if self._reading is not None:
            # It may have begun before a commit that this caller must see; what it raises is for those who asked for it.
            await asyncio.wait({self._reading})
        if self._is_at_end():
            self._outage.note_reading(self._clock())
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
        _look_at(reading)

    async def _read(self) -> None:
        began = self._clock()
        try:
            due = await self._read_log()
        except BaseException as error:
            self._behind = True
            if isinstance(error, Unavailable):
                self._outage.note_fault(str(error))
            raise
        self._note_end(due, began)

    def _note_end(self, due: Due, began: datetime) -> None:
        """The log was read to its end, by a reading that began then."""
        self._expect(due)
        self._outage.note_reading(began)
        if self._is_stuck and self._cursor > self._stuck_at:
            # Somebody could write: so, perhaps, can the due-task by now.
            self._due_task()

    def _expect(self, due: Due) -> None:
        self.due = due
        if not self._is_due():
            self._is_stuck = False
        self._wait_from = None if self._is_stuck else due.next_at

    async def _write_due(self) -> None:
        """Raises what keeps it from being written."""
        await asyncio.shield(self._due_task())

    def _due_task(self) -> asyncio.Task[None]:
        """The one that runs, or a new one."""
        if self._writing is None:
            self._writing = asyncio.create_task(self._run_due_once())
            self._writing.add_done_callback(self._write_done)
        return self._writing

    def _write_done(self, writing: asyncio.Task[None]) -> None:
        self._writing = None
        _look_at(writing)

    async def _run_due_once(self) -> None:
        try:
            due = await self._store.run_due()
        except BaseException:
            self._get_stuck()
            raise
        # Another worker may have been first: what it committed is to be read, too, before anything is served.
        self._behind = True
        self._expect(due)

    def _get_stuck(self) -> None:
        self._is_stuck = True
        self._stuck_at = self._cursor
        self._wait_from = None

    async def _begin_at_end(self) -> None:
        [self._last] = await self._store.changes_since(await self._store.last_seq() - 1, limit=1) or [None]
        self._cursor = self._forgotten = self._last.seq if self._last else 0

    async def _read_log(self) -> Due:
        """To its end; and what is due as of then, for what was read may be due sooner than all else."""
        while True:
            changes, due = await self._new_changes()
            self._take(changes)
            if len(changes) < _BATCH:
                return due

    def _take(self, changes: Sequence[Change]) -> None:
        if not changes:
            return
        self._remember(changes)
        for listener in self.on_changes:
            listener(changes)
        # Only now: where a listener fails, all are told of it again.
        self._last = changes[-1]
        self._cursor = self._last.seq

    async def _new_changes(self) -> tuple[Sequence[Change], Due]:
        """The next after the cursor. Where the log is another, everything is forgotten, and it is followed from its end on."""
        try:
            if self._last is None:
                return await self._store.read_on(self._cursor, limit=_BATCH)
            # The last one that is known comes first, if this is the log that it was read from.
            found, due = await self._store.read_on(self._cursor - 1, limit=1 + _BATCH)
            if found and found[0] == self._last:
                return found[1:], due
        except Pruned:
            # So long was nothing heard of it that a part of it is gone.
            pass
        self.log += 1
        self._supersede = max(self._supersede, self._cursor)
        self._recent.clear()
        for listener in self.on_another_log:
            listener()
        await self._begin_at_end()
        return (), await self._store.next_due()

    def _remember(self, changes: Iterable[Change]) -> None:
        self._recent.extend(changes)
        while len(self._recent) > _REMEMBERED:
            self._forgotten = self._recent.popleft().seq

    def untouched_since(self, seq: int, scopes: frozenset[str]) -> bool:
        """Whether no Change after `seq` that is known here raised any of the scopes (the fill race)."""
        if seq < self._forgotten:
            return False
        since = takewhile(lambda change: change.seq > seq, reversed(self._recent))
        return all(scopes.isdisjoint(change.scopes) for change in since)


def _look_at(done: asyncio.Task[None]) -> None:
    """Even if everybody who waited for it has gone away: asyncio complains of errors that nobody sees."""
    if not done.cancelled():
        done.exception()
