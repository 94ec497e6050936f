"""The rows of any table, in the order of its key: read in pages, compared, and written."""

from bisect import bisect_right
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from hashlib import sha256
from itertools import chain
from typing import Any

from storage.errors import Damaged
from storage.sql.engine import Connection, DamagedText, Frozen
from storage.sql.tables import Table

_MOST_VALUES = 2000

Row = tuple[Any, ...]
Key = tuple[Any, ...]


class Rows:
    """Of a table, or of its keys alone, in one snapshot. It is read once, from the beginning to the end."""

    def __init__(self, side: Frozen, table: Table, columns: Sequence[str], where: str = "TRUE") -> None:
        self._side = side
        self._table = table
        self._sql = f"SELECT {', '.join(columns)} FROM {table.name} WHERE {where} ORDER BY {', '.join(table.key)}"
        self._stream: Iterator[list[Row]] | None = None
        self._left: list[Row] = []
        """Read, and not given out by `matching` yet."""

    async def page(self) -> list[Row]:
        """The next rows; none at the end. Raises Damaged for text that is no UTF-8."""
        rows = await self._side.read(self._next)
        for row in rows:
            if DamagedText in map(type, row):
                raise Damaged(
                    f"{self._table.name} {shown_key(self._table, row)}: its text is no UTF-8. `dateline check` names all that "
                    "is damaged: put it back from a backup first."
                )
        return rows

    def _next(self, db: Connection) -> list[Row]:
        if self._stream is None:
            self._stream = iter(db.pages(self._sql, self._table.page))
        return next(self._stream, [])

    async def pages(self) -> AsyncIterator[list[Row]]:
        while rows := await self.page():
            yield rows

    async def matching(self, keys: Sequence[Key]) -> dict[Key, Row]:
        """Those of the rows that have one of these keys, by their keys; these ascend from call to call."""
        wanted, last = frozenset(keys), keys[-1]
        found = self._take(wanted, last)
        while not self._left and (rows := await self.page()):
            self._left = rows
            found |= self._take(wanted, last)
        return found

    def _take(self, wanted: Collection[Key], last: Key) -> dict[Key, Row]:
        end = bisect_right(self._left, last, key=self._key)
        taken, self._left = self._left[:end], self._left[end:]
        return {self._key(row): row for row in taken if self._key(row) in wanted}

    def _key(self, row: Row) -> Key:
        return row[: self._table.keys]


class Digest:
    """Of rows in an order: by their values, whatever the engine."""

    def __init__(self) -> None:
        self.rows = 0
        self._hash = sha256()

    def add(self, rows: Sequence[Row]) -> None:
        self.rows += len(rows)
        self._hash.update("".join(map(repr, rows)).encode())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Digest) and (self.rows, self.hex) == (other.rows, other.hex)

    __hash__ = None  # type: ignore[assignment]

    @property
    def hex(self) -> str:
        return self._hash.hexdigest()


def shown_key(table: Table, row: Row) -> str:
    return ", ".join(map(str, row[: table.keys]))


def count_rows(db: Connection, table: Table) -> int:
    [(count,)] = db.execute(f"SELECT count(*) FROM {table.name}").fetchall()
    return int(count)


def put_rows(db: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Write the rows, new ones or such that are otherwise now. One that refers to a row after it does not yet."""
    if table.parent:
        rows = list(map(partial(_without_later_parent, table.columns.index(table.parent)), rows))
    at_once = max(1, _MOST_VALUES // len(table.columns))
    for start in range(0, len(rows), at_once):
        part = rows[start : start + at_once]
        db.execute(_upsert(table, len(part)), [*chain.from_iterable(part)]).close()


@lru_cache
def _upsert(table: Table, count: int) -> str:
    """A statement for so many rows at once: an engine that is a server takes a third of the time."""
    row = f"({', '.join('?' * len(table.columns))})"
    others = table.columns[table.keys :]
    becomes = f"UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in others)}" if others else "NOTHING"
    return (
        f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES {', '.join([row] * count)} "
        f"ON CONFLICT ({', '.join(table.key)}) DO {becomes}"
    )


def _without_later_parent(parent: int, row: Row) -> Row:
    if row[parent] is None or row[parent] < row[0]:
        return row
    return (*row[:parent], None, *row[parent + 1 :])


def put_parents(db: Connection, table: Table, rows: Iterable[Row]) -> None:
    db.executemany(
        f"UPDATE {table.name} SET {table.parent} = ? WHERE {table.key[0]} = ?", [(parent, key) for key, parent in rows]
    )


def remove_rows(db: Connection, table: Table, keys: Sequence[Key]) -> None:
    if table.parent:
        among = db.among(table.parent)
        db.execute(
            f"UPDATE {table.name} SET {table.parent} = NULL WHERE {among}", (db.array(key for (key,) in keys),)
        ).close()
    db.executemany(f"DELETE FROM {table.name} WHERE {' AND '.join(f'{name} = ?' for name in table.key)}", keys)
