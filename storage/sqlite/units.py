"""Units of work, each handed to its connection's thread whole, as one hop."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, TypeVar

import aiosqlite

from storage.errors import Unavailable
from storage.omissions import Omissions
from storage.sql.rows import to_json
from storage.sqlite.faults import translated
from storage.sqlite.full_text import FTS5
from storage.sqlite.transaction import marked_text, to_read

T = TypeVar("T")

UNIT = "a unit of work, not SQL"


class UnitConnection(sqlite3.Connection):
    """A connection to which aiosqlite can hand a whole unit of work as if it were one statement: one thread hop."""

    omissions: Omissions
    """Where rows that cannot be read are noted: the store's, on each of its connections."""
    full_text = FTS5()

    @property
    def marks_damage(self) -> bool:
        return self.text_factory is not str

    def among(self, column: str) -> str:
        return f"{column} IN (SELECT value FROM json_each(?) AS wanted)"

    def array(self, values: Iterable[int] | Iterable[str]) -> str:
        return to_json(tuple(values))

    def last_number(self, table: str, key: str) -> int:
        [(last,)] = self.execute(
            f"""
            SELECT max(
                coalesce((SELECT seq FROM sqlite_sequence WHERE name = ?), 0), coalesce((SELECT max({key}) FROM {table}), 0)
            )
            """,
            (table,),
        )
        return int(last)

    def last_seq(self) -> int:
        # Of a table with AUTOINCREMENT it is kept from its first row on.
        row = self.execute("SELECT seq FROM sqlite_sequence WHERE name = 'changes'").fetchone()
        return int(row[0]) if row else 0

    def number_after(self, table: str, key: str, last: int) -> None:
        # A table without a row in sqlite_sequence goes on from its highest key, as one whose rows are never deleted may.
        last = max(last, self.last_number(table, key))
        self.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", (last, table))

    def pages(self, sql: str, size: int) -> Iterator[list[Any]]:
        cursor = self.execute(sql)
        while rows := cursor.fetchmany(size):
            yield rows

    def by_index(self, name: str) -> str:
        return f"INDEXED BY {name}"

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if sql is not UNIT:
            return super().execute(sql, parameters)
        (work,) = parameters
        return _Result(self, work(self))


Unit = Callable[[UnitConnection], T]
"""What runs in a connection's thread."""


class _Result(sqlite3.Cursor):
    """What a unit of work returned, where aiosqlite fetches rows."""

    def __init__(self, connection: sqlite3.Connection, value: object) -> None:
        super().__init__(connection)
        self._value = value

    def fetchall(self) -> list[Any]:
        return [self._value]


class Frozen:
    """A connection that reads one snapshot."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._ending: asyncio.Task[None] | None = None

    async def end(self) -> None:
        """Whoever asks first, the reader or the store that is closed: both wait for the one end."""
        if self._ending is None:
            self._ending = asyncio.create_task(self._end())
        await asyncio.shield(self._ending)

    async def _end(self) -> None:
        # The log that has grown meanwhile is taken to its place here, or the next writer would do it in its commit.
        with suppress(Unavailable):
            await self.read(lambda db: db.execute("ROLLBACK").rowcount)
            await self.read(lambda db: db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall())
        await self._connection.close()

    async def read(self, work: Unit[T]) -> T:
        with translated():
            results: Iterable[Any] = await self._connection.execute_fetchall(UNIT, (work,))
        result: T
        [result] = results
        return result


def begin_frozen(db: sqlite3.Connection) -> None:
    # The snapshot is one for all units: none of them is run again for a text that is no UTF-8, as `run` does.
    db.text_factory = marked_text
    to_read(db)
