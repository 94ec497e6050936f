"""Connections to a database file: one that writes, a few that read, one that watches."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from secrets import token_hex
from time import monotonic, sleep
from typing import Any, Self, TypeVar, cast
from urllib.parse import quote

import aiosqlite

from storage.errors import NotMigrated, Unavailable
from storage.omissions import Omissions
from storage.sql.texts import Keeping
from storage.sqlite.faults import is_busy, translated
from storage.sqlite.files import make_files
from storage.sqlite.functions import add_functions
from storage.sqlite.identity import DatabaseFile
from storage.sqlite.merging import merge_comments
from storage.sqlite.schema import require_current, require_own
from storage.sqlite.transaction import run, to_read, to_write, transaction
from storage.sqlite.units import UNIT, Frozen, Unit, UnitConnection, begin_frozen
from storage.trouble import Trouble

T = TypeVar("T")

READERS = 2
PAGE_CACHE = 4096
"""KiB of pages that each connection of a server may hold."""
LOOK_AGAIN = 0.01
"""Seconds from one look at what other processes committed to the next."""

_BUSY = "The database is busy with other writes."
_PATIENCE_STEP = 0.25
"""Seconds that a writer waits for a lock at a stretch, before it looks whether to go on waiting."""

_left_open: list[sqlite3.Connection] = []
"""To files that are not at their paths any more; see `Database.close`."""


class Database:
    """A database file, open.

    A unit of work always runs to its end in its connection's thread, even if the task that awaits it is cancelled:
    no transaction is left half done, and no connection is lost.
    """

    def __init__(self, path: str, *, create: bool, busy_timeout: float, page_cache: int) -> None:
        self._file = DatabaseFile(path)
        self._uri = f"file:{quote(path)}?mode={'rwc' if create else 'rw'}"
        self._busy_timeout = busy_timeout
        self._page_cache = page_cache
        self._connections: list[aiosqlite.Connection] = []
        self._snapshots: set[Frozen] = set()
        self._load = [0] * READERS
        self._watch: UnitConnection | None = None
        self._watched = 0
        self._newest: tuple[object, ...] | None = None
        """The newest Change at the last look that found a commit; nothing is known before the first."""
        self._look_at = 0.0
        self._committed = False
        self._writers = 0
        """Units of work that write, or wait for their turn."""
        self._writer_waits = -1
        """Milliseconds, as it was told last."""
        self._refusal = _BUSY
        """Why the last writer could not write, for those whose time goes by behind it."""
        self._writes, self._reads = Trouble("writes"), Trouble("reads")
        self.omissions = Omissions()
        self.writer = f"{os.getpid()} {token_hex(8)}"

    @classmethod
    async def open(
        cls,
        path: str,
        *,
        create: bool,
        synchronous: str,
        busy_timeout: float,
        prepare: Unit[None],
        page_cache: int = PAGE_CACHE,
    ) -> Self:
        """Open the file; `create` makes it if there is none. `prepare` has the writer first, outside a transaction.
        `page_cache`: KiB of pages that each connection may hold.

        Raises Unavailable if it cannot be opened, ValueError for an unknown `synchronous`.
        """
        if synchronous not in ("FULL", "NORMAL"):
            raise ValueError(f"synchronous is {synchronous!r}: expected FULL or NORMAL")
        if create:
            make_files(path)
        elif not Path(path).exists():
            raise NotMigrated(
                f"There is no database at {path!r}: run `dateline migrate`, or set DATELINE_DATABASE_URL."
            )
        database = cls(path, create=create, busy_timeout=busy_timeout, page_cache=page_cache)
        try:
            with translated(path):
                await database._open(synchronous, prepare)
        except BaseException:
            await database.close()
            raise
        return database

    async def _open(self, synchronous: str, prepare: Unit[None]) -> None:
        # First, for it has no thread: where the file cannot be opened, aiosqlite leaves one behind that outlives the loop.
        self._watch = sqlite3.connect(self._uri, uri=True, timeout=0, isolation_level=None, factory=UnitConnection)
        self._file.remember()
        # What is deleted or overwritten is zeroed: an email that was forgotten is not to be read from the file.
        await self._connect(f"PRAGMA synchronous = {synchronous}", "PRAGMA secure_delete = ON")
        await self._run(0, partial(_write_ahead, patience=self._busy_timeout))
        await self._run(0, prepare)
        for _ in range(READERS):
            await self._connect("PRAGMA query_only = ON")
        self._watched = self._data_version(self._watch)
        # Whatever came in its place meanwhile, some of the connections may be to that.
        self._file.require()

    async def _connect(self, *pragmas: str) -> aiosqlite.Connection:
        connection = await aiosqlite.connect(
            self._uri,
            uri=True,
            factory=UnitConnection,
            timeout=self._busy_timeout,
            isolation_level=None,
            cached_statements=256,
        )
        self._connections.append(connection)

        def configure(db: UnitConnection) -> None:
            db.omissions = self.omissions
            add_functions(db)
            for pragma in ("PRAGMA foreign_keys = ON", f"PRAGMA cache_size = -{self._page_cache}", *pragmas):
                db.execute(pragma)

        await self._run(len(self._connections) - 1, configure)
        return connection

    async def _run(self, index: int, work: Unit[T]) -> T:
        results: Iterable[Any] = await self._connections[index].execute_fetchall(UNIT, (work,))
        result: T
        [result] = results
        return result

    async def write(self, work: Unit[T], then: Iterable[Unit[object]] = ()) -> T:
        """Run the work in a write transaction, after those before it, if that can begin within `busy_timeout` from now.

        What `then` yields follows, each in a transaction of its own that may fail: it is asked after each commit.
        Raises Unavailable.
        """
        has_queue, give_up_at = self._writers > 0, monotonic() + self._busy_timeout

        def unit(db: UnitConnection) -> T:
            if has_queue and monotonic() >= give_up_at:
                raise Unavailable(self._refusal)

            def whole(db: UnitConnection) -> T:
                require_own(db)
                result = work(cast(UnitConnection, Keeping(db)))
                # To a file that is gone nothing is kept.
                self._file.require()
                return result

            try:
                with translated():
                    result = run(db, partial(self._to_write, give_up_at), whole)
            except Unavailable as error:
                self._refusal = str(error)
                raise
            self._refusal = _BUSY
            self._committed = True
            with suppress(sqlite3.Error, Unavailable):
                for rest in then:
                    with transaction(db, partial(self._to_write, monotonic() + _PATIENCE_STEP)):
                        require_own(db)
                        rest(db)
            return result

        self._writers += 1
        try:
            return await self._told(0, unit, self._writes)
        finally:
            self._writers -= 1

    async def write_beside(self, work: Unit[T]) -> T:
        """A file has one writer at a time, whatever is written."""
        return await self.write(work)

    def _to_write(self, give_up_at: float, db: sqlite3.Connection) -> None:
        """Begin to write. Looks now and then whether the store was closed meanwhile: then nobody waits any more."""
        while True:
            patience = max(0.0, min(_PATIENCE_STEP, give_up_at - monotonic()))
            self._wait_up_to(patience, db)
            try:
                return to_write(db)
            except sqlite3.OperationalError as error:
                if not is_busy(error) or monotonic() >= give_up_at:
                    raise
            self._require_open()

    def _wait_up_to(self, seconds: float, writer: sqlite3.Connection) -> None:
        """Have the writer's connection wait so long for a lock."""
        milliseconds = int(1000 * seconds)
        if milliseconds != self._writer_waits:
            writer.execute(f"PRAGMA busy_timeout = {milliseconds}")
            self._writer_waits = milliseconds

    async def read(self, work: Unit[T], *, since: int | None = None) -> T:  # noqa: ARG002 -- there is no replica
        """Run the work in a snapshot, beside the other readers. Raises Unavailable."""

        def unit(db: UnitConnection) -> T:
            return run(db, to_read, work)

        reader = self._load.index(min(self._load))
        self._load[reader] += 1
        try:
            return await self._told(1 + reader, unit, self._reads)
        finally:
            self._load[reader] -= 1

    def read_at_once(self, work: Unit[T]) -> T | None:
        """As `storage.sql.engine.Engine` says: on the connection that watches; a hop to a reader takes four times as long."""
        if self._watch is None:
            return None
        try:
            return run(self._watch, to_read, work)
        except sqlite3.Error:
            return None

    async def _told(self, index: int, unit: Unit[T], trouble: Trouble) -> T:
        """Run the unit with SQLite's errors translated, and tell the log of what keeps it from working."""

        def in_thread(db: UnitConnection) -> T:
            with translated():
                self._require_open()
                return unit(db)

        self._require_open()
        try:
            result = await self._run(index, in_thread)
        except Unavailable as error:
            if self._watch is not None:
                trouble.note(str(error))
            raise
        trouble.over()
        return result

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Frozen]:
        """One snapshot for many units of work, on a connection of its own; it begins with the first of them.

        While it lasts the write-ahead log grows with every commit, for nothing of it can be taken to its place for good.
        """
        with translated():
            self._require_open()
            connection = await self._connect("PRAGMA query_only = ON")
            self._connections.remove(connection)
        frozen = Frozen(connection)
        self._snapshots.add(frozen)
        try:
            await frozen.read(begin_frozen)
            yield frozen
        finally:
            await frozen.end()
            self._snapshots.discard(frozen)

    async def scrub(self) -> bool:
        """As `storage.protocol.Privacy.scrub` says.

        The writer zeroes what it frees (secure_delete). What is left is the index, which only marks words as deleted, and the log
        of pages as they were before.
        """
        begin = True
        while await self.write(partial(merge_comments, begin=begin)):
            begin = False
        return await self._empty_log()

    async def _empty_log(self) -> bool:
        """Write the write-ahead log's pages to their places and cut it to nothing; False where a reader is in the way."""

        def unit(db: UnitConnection) -> bool:
            self._wait_up_to(self._busy_timeout, db)
            [(busy, _, _)] = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            return not busy

        return await self._told(0, unit, self._writes)

    async def faults(self) -> Sequence[str]:
        """As `storage.sql.engine.Engine` says."""
        return await self.read(_faults)

    def is_at_work(self, _db: object, writer: str) -> bool:
        """As `storage.sql.engine.Engine` says; of the processes of one host. One of this process's number is not."""
        pid = int(writer.split()[0])
        if pid == os.getpid():
            return False
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except OSError:
            return True
        return True

    def fault(self) -> str | None:
        """Why nothing can be kept, as far as the file system tells; None if nothing is known."""
        return self._file.fault()

    def moved(self) -> bool:
        """Whether this process committed since the last call, or another one a Change, which is seen within LOOK_AGAIN: what a hub
        notes of its deliveries, all the time, or a session's last use, concerns no other.
        """
        if self._watch is None:
            return True
        now = monotonic()
        if not self._committed and now < self._look_at:
            return False
        # Cleared before the look: a commit from here on is seen by one or the other.
        committed, self._committed = self._committed, False
        try:
            version, newest = self._data_version(self._watch), self._newest
            if committed or version != self._watched:
                # After the version: what is committed in between is seen now, and looked for once more.
                newest = self._newest_change(self._watch)
        except sqlite3.Error:
            return True
        moved = committed or newest != self._newest
        self._watched, self._newest, self._look_at = version, newest, now + LOOK_AGAIN
        return moved

    @staticmethod
    def _data_version(watch: sqlite3.Connection) -> int:
        # To the last row: a statement that is not at its end would hold the old snapshot.
        [(version,)] = watch.execute("PRAGMA data_version").fetchall()
        return int(version)

    @staticmethod
    def _newest_change(watch: sqlite3.Connection) -> tuple[object, ...] | None:
        """All of it: another log, of a backup that was restored, may have the same numbers."""
        rows: list[tuple[object, ...]] = watch.execute("SELECT * FROM changes ORDER BY seq DESC LIMIT 1").fetchall()
        return rows[0] if rows else None

    def _require_open(self) -> None:
        if self._watch is None:
            raise Unavailable("The store is closed.")

    async def close(self) -> None:
        """Wait for the work under way; what waits for its turn, or for a lock, fails. Twice does no harm."""
        watch, self._watch = self._watch, None
        if watch is not None and self._file.fault():
            # The last connection to go would take the write-ahead log of whatever is at the path now away with it.
            _left_open.append(watch)
        elif watch is not None:
            watch.close()
        for frozen in tuple(self._snapshots):
            await frozen.end()
        connections, self._connections = self._connections, []
        # The writer last: it is then alone, and takes the write-ahead log away with it.
        for connection in reversed(connections):
            await asyncio.shield(connection.close())


def _faults(db: sqlite3.Connection) -> Sequence[str]:
    require_current(db)
    damaged = [line for (line,) in db.execute("PRAGMA quick_check") if line != "ok"]
    orphans = db.execute('SELECT "table", count(*) FROM pragma_foreign_key_check GROUP BY 1 ORDER BY 1').fetchall()
    return [
        *(f"The file is damaged: {line}." for line in damaged),
        *(f"{count} rows of {table} refer to rows that are not there." for table, count in orphans),
    ]


def _write_ahead(db: sqlite3.Connection, patience: float) -> None:
    """Switch to the write-ahead log. Where several processes do so at once, SQLite refuses instead of waiting."""
    give_up_at = monotonic() + patience
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL").fetchall()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > give_up_at:
                raise
            sleep(0.01)
        else:
            return
