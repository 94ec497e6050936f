"""A PostgreSQL database, open: threads that write and read, each unit of work in one transaction."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, suppress
from secrets import randbelow
from threading import Event
from time import monotonic
from typing import TypeVar

import psycopg
from psycopg.errors import LockNotAvailable

from storage.errors import OutcomeUnknown, Unavailable
from storage.omissions import Omissions
from storage.postgres.clock import DatabaseClock
from storage.postgres.commits import was_kept
from storage.postgres.connecting import Servers
from storage.postgres.faults import AGAIN, ConnectionLost, translated
from storage.postgres.patience import Crowded, Unanswered
from storage.postgres.pool import Pool
from storage.postgres.reading import begun, read_once
from storage.postgres.replica import Behind, Replica
from storage.postgres.schema import applied, read_site, require_current, require_own
from storage.postgres.snapshot import UNIT_TIME, Frozen, in_thread, opened_snapshot
from storage.postgres.transaction import BESIDE, WRITING, Begun, ask_to_commit, begin_write
from storage.postgres.units import Unit, UnitConnection
from storage.postgres.watch import Watch, is_alive
from storage.sql.engine import Connection
from storage.trouble import Trouble

T = TypeVar("T")

READERS = 4
_TRIES = 3
"""Of a unit that the server gave up, or whose connection broke."""
_LOOK_WITHIN = 1.0
"""Seconds that an opening waits for a connection by another URL."""
_PATIENCE = 5.0
"""Seconds that a unit waits for its turn, a connection and the lock."""


class Database:
    """A `storage.sql.engine.Engine`.

    A unit of work always runs to its end in a thread, even if the task that awaits it is cancelled: no transaction is left half
    done, and no connection is lost.
    """

    def __init__(self, servers: Servers, *, patience: float = _PATIENCE) -> None:
        self._servers = servers
        self._patience = patience
        self.clock = DatabaseClock()
        self.omissions = Omissions()
        self._key = randbelow(2**31)
        self.writer = f"{self._key}"
        self._writes, self._reads = Trouble("writes"), Trouble("reads")
        self._closing = Event()
        self._pool = Pool(servers.connect, self._closing)
        self._replica = (
            Replica(Pool(servers.connect_to_replica, self._closing), self.omissions) if servers.read_url else None
        )
        self._writing = ThreadPoolExecutor(1, "dateline-write")
        self._beside = ThreadPoolExecutor(1, "dateline-beside")
        self._reading = ThreadPoolExecutor(READERS, "dateline-read")
        self._watch = Watch(servers.connect_directly, self._key, self.clock, self._pool.cut_silent)
        self.moved = self._watch.moved
        """Asked for each answer from memory: not by way of another call."""
        self._is_open = False

    async def open(self) -> None:
        """Raises Unavailable if it cannot be reached, or its schema is not current, or its URLs lead to more than one newsroom."""
        await in_thread(self._reading, self._open)

    def _open(self) -> None:
        give_up_at = monotonic() + self._patience
        with translated():
            read_once(self._pool, lambda db: require_current(*applied(db)), self.omissions, give_up_at)
            self._require_one_newsroom(give_up_at)
        self._watch.start(self._patience)
        self._is_open = True

    def _require_one_newsroom(self, give_up_at: float) -> None:
        """What another one's log or standby says of this one is wrong, and nothing would tell so. Those that cannot be reached, or
        have nothing yet, are not asked.
        """
        for setting, connect in self._servers.others():
            with suppress(psycopg.Error), connect(_LOOK_WITHIN) as connection:
                theirs = read_site(UnitConnection(connection, self.omissions))
                if theirs != read_once(self._pool, read_site, self.omissions, give_up_at):
                    raise Unavailable(
                        f"{setting} leads to the database of another newsroom than DATELINE_DATABASE_URL."
                    )

    async def write(self, work: Unit[T], then: Iterable[Unit[object]] = ()) -> T:
        give_up_at = monotonic() + self._patience

        def unit() -> T:
            self._pool.require_time(give_up_at, LockNotAvailable)
            try:
                result = self._tried(lambda: self._write(work, give_up_at), give_up_at)
            except OutcomeUnknown:
                # It may have been kept, and late: what would follow it waits for another write.
                next(iter(then), None)
                raise
            with suppress(psycopg.Error, Unavailable):
                for rest in then:
                    with translated():
                        self._write(rest, monotonic() + self._patience)
            return result

        return await self._told(self._writing, unit, self._writes)

    async def write_beside(self, work: Unit[T]) -> T:
        give_up_at = monotonic() + self._patience

        def unit() -> T:
            self._pool.require_time(give_up_at, LockNotAvailable)
            return self._tried(lambda: self._write(work, give_up_at, BESIDE), give_up_at)

        return await self._told(self._beside, unit, self._writes)

    def _write(self, work: Unit[T], give_up_at: float, lock: int = WRITING) -> T:
        """Raises psycopg.Error, Unavailable."""
        committing: Begun | None = None
        seq: int | None = None
        try:
            with begun(self._pool, self.omissions, give_up_at) as db:
                asked = self.clock.asked()
                # What a statement returns is waited for when it is asked for: most of a write's are not.
                with db.connection.pipeline():
                    begin = begin_write(db, max(1, int(1000 * (give_up_at - monotonic()))), lock)
                    db.connection.give_up_at = monotonic() + UNIT_TIME
                    self.clock.hear(begin.now, asked)
                    require_own(begin.writers)
                    result = work(db)
                    # From here on it may be sent.
                    committing = begin
                    ended = ask_to_commit(db, tell=self._servers.notify and lock == WRITING)
                seq = ended()
        except (ConnectionLost, Unanswered):
            if committing is None or not was_kept(committing, self._servers, self._patience, self._closing):
                raise
        if lock == WRITING:
            self._watch.note_commit(seq)
        return result

    async def read(self, work: Unit[T], *, since: int | None = None) -> T:
        give_up_at = monotonic() + self._patience

        def unit() -> T:
            self._pool.require_time(give_up_at, Crowded)
            if self._replica is not None and since is not None:
                with suppress(Behind):
                    return self._replica.read(work, max(since, self._watch.seq))
            # Its turn has come; what a standby took of its time is not the primary's fault.
            begin_by = monotonic() + self._patience
            return self._tried(lambda: read_once(self._pool, work, self.omissions, begin_by), begin_by)

        return await self._told(self._reading, unit, self._reads)

    def _tried(self, unit: Callable[[], T], give_up_at: float) -> T:
        """Once more where the server gave it up, or the connection broke: nothing was kept of it."""
        for left in reversed(range(_TRIES)):
            self._require_open()
            try:
                return unit()
            except (*AGAIN, ConnectionLost):
                if not left or monotonic() >= give_up_at:
                    raise
        raise AssertionError("the last try returns or raises")

    async def _told(self, threads: ThreadPoolExecutor, unit: Callable[[], T], trouble: Trouble) -> T:
        """Run the unit in a thread with PostgreSQL's errors translated, and tell the log of what keeps it from working."""

        def told() -> T:
            self._require_open()
            with translated():
                return unit()

        self._require_open()
        try:
            result = await in_thread(threads, told)
        except Unavailable as error:
            if self._is_open:
                trouble.note(str(error))
            raise
        trouble.over()
        return result

    def read_at_once(self, _work: Unit[T]) -> T | None:
        """As `storage.sql.engine.Engine` says."""
        return None

    def snapshot(self) -> AbstractAsyncContextManager[Frozen]:
        self._require_open()
        return opened_snapshot(self._servers.connect_directly, self.omissions)

    def fault(self) -> str | None:
        return self._watch.fault

    async def faults(self) -> Sequence[str]:
        await self.read(lambda db: require_current(*applied(db)))
        return await in_thread(self._reading, self._servers.faults)

    def is_at_work(self, db: Connection, writer: str) -> bool:
        return is_alive(db.execute, int(writer))

    async def scrub(self) -> bool:
        """What was deleted is taken from the tables by PostgreSQL's own vacuum: nothing is left to do here."""
        self._require_open()
        return True

    def _require_open(self) -> None:
        if not self._is_open:
            raise Unavailable("The store is closed.")

    async def close(self) -> None:
        self._is_open = False
        self._closing.set()
        # Not in the loop's own threads: there may be none left.
        thread = ThreadPoolExecutor(1, "dateline-close")
        try:
            await in_thread(thread, self._close)
        finally:
            thread.shutdown(wait=False)

    def _close(self) -> None:
        self._watch.close()
        self._writing.shutdown()
        self._beside.shutdown()
        self._reading.shutdown()
        self._pool.forget()
        if self._replica is not None:
            self._replica.pool.forget()
