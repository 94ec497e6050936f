"""Connections to a database file: one that writes, a few that read, one that watches."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Self, TypeVar
from urllib.parse import quote

import aiosqlite

from storage.errors import Conflict, Invalid, NotFound, Unavailable
from storage.sqlite.files import make_files

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]
"""A unit of work: runs in a connection's thread, inside a transaction."""

READERS = 2
LOOK_AGAIN = 0.01
"""Seconds from one look at what other processes committed to the next."""

_UNIT = "a unit of work, not SQL"


class _Connection(sqlite3.Connection):
    """A connection to which aiosqlite can hand a whole unit of work as if it were one statement: one thread hop."""

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if sql is not _UNIT:
            return super().execute(sql, parameters)
        (work,) = parameters
        return _Result(self, work(self))


class _Result(sqlite3.Cursor):
    """What a unit of work returned, where aiosqlite fetches rows."""

    def __init__(self, connection: sqlite3.Connection, value: object) -> None:
        super().__init__(connection)
        self._value = value

    def fetchall(self) -> list[Any]:
        return [self._value]


@contextmanager
def transaction(db: sqlite3.Connection, begin: str) -> Iterator[None]:
    """Commit what the block does, or roll all of it back."""
    db.execute(begin)
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


class Database:
    """A database file, open.

    A unit of work always runs to its end in its connection's thread, even if the task that awaits it is cancelled:
    no transaction is left half done, and no connection is lost.
    """

    def __init__(self, uri: str, busy_timeout: float) -> None:
        self._uri = uri
        self._busy_timeout = busy_timeout
        self._connections: list[aiosqlite.Connection] = []
        self._load = [0] * READERS
        self._watch: sqlite3.Connection | None = None
        self._watched = 0
        self._look_at = 0.0
        self._committed = False

    @classmethod
    async def open(cls, path: str, *, create: bool, synchronous: str, busy_timeout: float, prepare: Work[None]) -> Self:
        """Open the file; `create` makes it if there is none. `prepare` has the writer first, outside a transaction.

        Raises Unavailable if it cannot be opened, ValueError for an unknown `synchronous`.
        """
        if synchronous not in ("FULL", "NORMAL"):
            raise ValueError(f"synchronous is {synchronous!r}: expected FULL or NORMAL")
        if create:
            make_files(path)
        elif not Path(path).exists():
            raise Unavailable(
                f"There is no database at {path!r}: run `dateline migrate`, or set DATELINE_DATABASE_URL."
            )
        database = cls(f"file:{quote(path)}?mode={'rwc' if create else 'rw'}", busy_timeout)
        try:
            with translated(path):
                await database._open(synchronous, prepare)
        except BaseException:
            await database.close()
            raise
        return database

    async def _open(self, synchronous: str, prepare: Work[None]) -> None:
        # First, for it has no thread: where the file cannot be opened, aiosqlite leaves one behind that outlives the loop.
        self._watch = sqlite3.connect(self._uri, uri=True, timeout=0, isolation_level=None)
        # What is deleted or overwritten is zeroed: an email that was forgotten is not to be read from the file.
        await self._connect(f"PRAGMA synchronous = {synchronous}", "PRAGMA secure_delete = ON")
        await self._run(0, partial(_write_ahead, patience=self._busy_timeout))
        await self._run(0, prepare)
        for _ in range(READERS):
            await self._connect("PRAGMA query_only = ON")
        self._watched = self._data_version(self._watch)

    async def _connect(self, *pragmas: str) -> None:
        connection = await aiosqlite.connect(
            self._uri,
            uri=True,
            factory=_Connection,
            timeout=self._busy_timeout,
            isolation_level=None,
            cached_statements=256,
        )
        self._connections.append(connection)

        def configure(db: sqlite3.Connection) -> None:
            for pragma in ("PRAGMA foreign_keys = ON", "PRAGMA cache_size = -8192", *pragmas):
                db.execute(pragma)

        await self._run(len(self._connections) - 1, configure)

    async def _run(self, index: int, work: Work[T]) -> T:
        results: Iterable[Any] = await self._connections[index].execute_fetchall(_UNIT, (work,))
        result: T
        [result] = results
        return result

    async def write(self, work: Work[T]) -> T:
        """Run the work in a write transaction, after those before it."""

        def unit(db: sqlite3.Connection) -> T:
            with transaction(db, "BEGIN IMMEDIATE"):
                result = work(db)
            self._committed = True
            return result

        with translated():
            self._require_open()
            return await self._run(0, unit)

    async def read(self, work: Work[T]) -> T:
        """Run the work in a snapshot, beside the other readers."""

        def unit(db: sqlite3.Connection) -> T:
            with transaction(db, "BEGIN"):
                return work(db)

        with translated():
            self._require_open()
            reader = self._load.index(min(self._load))
            self._load[reader] += 1
            try:
                return await self._run(1 + reader, unit)
            finally:
                self._load[reader] -= 1

    async def empty_log(self) -> bool:
        """Write the write-ahead log's pages to their places and cut it to nothing; False where a reader is in the way."""
        with translated():
            self._require_open()
            [(busy, _, _)] = await self._run(0, lambda db: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
            return not busy

    def moved(self) -> bool:
        """Whether any connection committed since the last call; another process's commit is seen within LOOK_AGAIN."""
        if self._watch is None:
            return True
        now = monotonic()
        if not self._committed and now < self._look_at:
            return False
        # Cleared before the look: a commit from here on is seen by one or the other.
        committed, self._committed = self._committed, False
        try:
            version = self._data_version(self._watch)
        except sqlite3.OperationalError:
            return True
        moved = committed or version != self._watched
        self._watched, self._look_at = version, now + LOOK_AGAIN
        return moved

    @staticmethod
    def _data_version(watch: sqlite3.Connection) -> int:
        # To the last row: a statement that is not at its end would hold the old snapshot.
        [(version,)] = watch.execute("PRAGMA data_version").fetchall()
        return int(version)

    def _require_open(self) -> None:
        if self._watch is None:
            raise Unavailable("The store is closed.")

    async def close(self) -> None:
        """Wait for the work under way. Twice does no harm."""
        if self._watch is not None:
            self._watch.close()
            self._watch = None
        connections, self._connections = self._connections, []
        # The writer last: it is then alone, and takes the write-ahead log away with it.
        for connection in reversed(connections):
            await asyncio.shield(connection.close())


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


_UNAVAILABLE = {
    sqlite3.SQLITE_BUSY: "is locked by another process",
    sqlite3.SQLITE_LOCKED: "is locked",
    sqlite3.SQLITE_READONLY: "cannot be written to",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk reports an error",
    sqlite3.SQLITE_CORRUPT: "is damaged: put a backup in its place",
    sqlite3.SQLITE_NOTADB: "is not a database",
    sqlite3.SQLITE_FULL: "has no space left on its disk",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: is its folder there, and ours to write to?",
    sqlite3.SQLITE_PERM: "is not ours to open",
    sqlite3.SQLITE_AUTH: "is not ours to open",
    sqlite3.SQLITE_PROTOCOL: "is locked by another process",
}

_TAKEN = (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)


@contextmanager
def translated(name: str = "") -> Iterator[None]:
    """The one place where SQLite's errors become the store's. What is left is a bug, and escapes."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code in _TAKEN:
            column = str(error).rpartition(".")[2]
            raise Conflict(f"That {column} is taken.") from error
        if code is not None and code & 0xFF in _UNAVAILABLE:
            raise Unavailable(f"The database {name and repr(name) + ' '}{_UNAVAILABLE[code & 0xFF]}.") from error
        raise
    except OverflowError as error:
        if "SQLite INTEGER" not in str(error):
            raise
        raise NotFound("No id is that large.") from error
    except UnicodeEncodeError as error:
        raise Invalid({"text": "A lone surrogate is no character: take it out."}) from error
