"""Connections to a PostgreSQL database: one that writes, a few that read, one that watches."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from secrets import randbelow
from time import monotonic
from typing import Any, TypeVar

import psycopg
from psycopg_pool import ConnectionPool

from storage.errors import Unavailable
from storage.omissions import Omissions
from storage.postgres.clock import DatabaseClock
from storage.postgres.faults import AGAIN, is_lost, translated
from storage.postgres.schema import applied, require_current, require_own
from storage.postgres.transaction import begin_read, begin_write, commit_write, end_read, was_committed
from storage.postgres.units import Unit, UnitConnection, configure
from storage.postgres.watch import Watch, is_alive
from storage.sql.engine import Connection
from storage.trouble import Trouble

T = TypeVar("T")

READERS = 4
_TRIES = 3
"""Of a unit that the server gave up, or whose connection broke."""
_PATIENCE = 5.0
"""Seconds that a unit waits for a connection, or for the lock."""
_EXPORT_IDLE_MS = 600_000
"""Whoever reads one snapshot for long may be as slow as this between two units."""
_MANY_STATEMENTS = 400


class Database:
    """A `storage.sql.engine.Engine`.

    A unit of work always runs to its end in a thread, even if the task that awaits it is cancelled: no transaction is left half
    done, and no connection is lost.
    """

    def __init__(self, url: str, *, direct_url: str, pooled: bool, patience: float = _PATIENCE) -> None:
        self._direct_url = direct_url
        self._patience = patience
        self.clock = DatabaseClock()
        self.omissions = Omissions()
        self._key = randbelow(2**31)
        self.writer = f"{self._key}"
        self._writes, self._reads = Trouble("writes"), Trouble("reads")
        self._pool = ConnectionPool(
            url,
            min_size=1,
            max_size=1 + READERS,
            timeout=patience,
            open=False,
            configure=configure,
            kwargs={"autocommit": True, "prepare_threshold": None if pooled else 2, **_OPTIONS},
        )
        self._writing = ThreadPoolExecutor(1, "dateline-write")
        self._reading = ThreadPoolExecutor(READERS, "dateline-read")
        self._watch = Watch(self.connect, self._key, self.clock)
        self._is_open = False

    async def open(self) -> None:
        """Raises Unavailable if it cannot be reached, or its schema is not current."""
        await self._in_thread(self._reading, self._open)

    def _open(self) -> None:
        with translated(), self.connect() as connection:
            require_current(*applied(UnitConnection(connection, self.omissions)))
        self._pool.open()
        self._watch.start(self._patience)
        self._is_open = True

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection of its own, to the server itself."""
        connection = psycopg.connect(self._direct_url, autocommit=True, **_OPTIONS)
        configure(connection)
        return connection

    async def write(self, work: Unit[T], then: Iterable[Unit[object]] = ()) -> T:
        give_up_at = monotonic() + self._patience

        def unit() -> T:
            result = self._tried(lambda: self._write(work, give_up_at))
            with suppress(psycopg.Error, Unavailable):
                for rest in then:
                    with translated():
                        self._write(rest, monotonic() + self._patience)
            return result

        return await self._told(self._writing, unit, self._writes)

    def _write(self, work: Unit[T], give_up_at: float) -> T:
        """Raises psycopg.Error, Unavailable."""
        with self._connection(give_up_at) as db:
            committing = ""
            try:
                begun = begin_write(db, max(1, int(1000 * (give_up_at - monotonic()))))
                self.clock.hear(begun.now)
                require_own(begun.writers)
                # What a statement returns is waited for when it is asked for: most of a write's are not.
                with db.connection.pipeline():
                    result = work(db)
                committing = begun.transaction
                seq = commit_write(db)
            except BaseException as error:
                _roll_back(db)
                lost = isinstance(error, psycopg.Error) and is_lost(db.connection)
                if not (committing and lost and self._was_committed(committing)):
                    raise
                seq = None
            self._watch.note_commit(seq)
            return result

    def _was_committed(self, transaction: str) -> bool:
        """Whether the transaction of a connection that broke as it committed was kept after all."""
        with self.connect() as connection:
            return was_committed(UnitConnection(connection, self.omissions), transaction)

    async def read(self, work: Unit[T]) -> T:
        def whole(db: UnitConnection) -> T:
            begin_read(db)
            try:
                result = work(db)
                end_read(db)
            except BaseException:
                _roll_back(db)
                raise
            return result

        def once() -> T:
            with self._connection(monotonic() + self._patience) as db:
                return whole(db)

        return await self._told(self._reading, lambda: self._tried(once), self._reads)

    def _tried(self, unit: Callable[[], T]) -> T:
        """Once more where the server gave it up, or the connection broke: nothing was kept of it."""
        for left in reversed(range(_TRIES)):
            try:
                return unit()
            except AGAIN:
                if not left:
                    raise
            except psycopg.OperationalError as error:
                if not left or not _is_of_the_connection(error):
                    raise
            self._require_open()
        raise AssertionError("the last try returns or raises")

    @contextmanager
    def _connection(self, give_up_at: float) -> Iterator[UnitConnection]:
        """Raises PoolTimeout where there is none in time."""
        with self._pool.connection(timeout=max(0.001, give_up_at - monotonic())) as connection:
            yield UnitConnection(connection, self.omissions)

    async def _told(self, threads: ThreadPoolExecutor, unit: Callable[[], T], trouble: Trouble) -> T:
        """Run the unit in a thread with PostgreSQL's errors translated, and tell the log of what keeps it from working."""

        def in_thread() -> T:
            self._require_open()
            with translated():
                return unit()

        self._require_open()
        try:
            result = await self._in_thread(threads, in_thread)
        except Unavailable as error:
            if self._is_open:
                trouble.note(str(error))
            raise
        trouble.over()
        return result

    async def _in_thread(self, threads: ThreadPoolExecutor, unit: Callable[[], T]) -> T:
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(threads, unit))

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator["Frozen"]:
        self._require_open()
        with ThreadPoolExecutor(1, "dateline-snapshot") as thread:

            def begin() -> UnitConnection:
                with translated():
                    db = UnitConnection(self.connect(), self.omissions)
                    begin_read(db, _EXPORT_IDLE_MS)
                    return db

            db = await self._in_thread(thread, begin)
            try:
                yield Frozen(db, thread)
            finally:
                await self._in_thread(thread, db.connection.close)

    def moved(self) -> bool:
        return not self._is_open or self._watch.moved()

    def fault(self) -> str | None:
        return self._watch.fault

    async def faults(self) -> Sequence[str]:
        def unit(db: UnitConnection) -> Sequence[str]:
            require_current(*applied(db))
            return ()

        return await self.read(unit)

    def is_at_work(self, db: Connection, writer: str) -> bool:
        return is_alive(db.execute, int(writer))

    async def scrub(self) -> bool:
        """What was deleted is taken from the tables by PostgreSQL's own vacuum: nothing is left to do here."""
        return True

    def _require_open(self) -> None:
        if not self._is_open:
            raise Unavailable("The store is closed.")

    async def close(self) -> None:
        self._is_open = False
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._watch.close()
        self._writing.shutdown()
        self._reading.shutdown()
        self._pool.close()


class Frozen:
    """A connection that reads one snapshot."""

    def __init__(self, db: UnitConnection, thread: ThreadPoolExecutor) -> None:
        self._db = db
        self._thread = thread

    async def read(self, work: Unit[T]) -> T:
        def unit() -> T:
            with translated():
                return work(self._db)

        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._thread, unit))


_OPTIONS: dict[str, Any] = {
    "connect_timeout": 5,
    # A host that is gone without a word is noticed within seconds.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "dateline",
}


def _roll_back(db: UnitConnection) -> None:
    """Where even that fails, the connection is not used again."""
    try:
        if not is_lost(db.connection):
            db.connection.execute(b"ROLLBACK")
    except psycopg.Error:
        db.connection.close()


def _is_of_the_connection(error: psycopg.OperationalError) -> bool:
    """Whether the connection broke, and not a statement: what the server says of a statement has a state that begins otherwise."""
    return error.sqlstate is None or error.sqlstate.startswith(("08", "57P"))
