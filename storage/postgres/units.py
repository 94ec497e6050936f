"""The connection of a unit of work, as the store's topics use it."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import count
from typing import Any, TypeVar

import psycopg
from psycopg.adapt import Buffer, Dumper
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumperUnknown

from storage.omissions import Omissions
from storage.postgres.full_text import GIN
from storage.postgres.gathering import GatheringCursor
from storage.postgres.patience import PatientConnection
from storage.sql.texts import NulCharacter

T = TypeVar("T")


_numbers = count()


class UnitConnection:
    """A `storage.sql.engine.Connection`."""

    full_text = GIN()
    marks_damage = False
    """PostgreSQL takes no text that is not UTF-8."""

    def __init__(self, connection: PatientConnection, omissions: Omissions) -> None:
        self.connection = connection
        self.omissions = omissions
        self.known_seq: int | None = None
        """What `last_seq` is, where the transaction's begin has told."""

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> "Rows":
        cursor = GatheringCursor(self.connection)
        cursor.execute(numbered(sql), parameters)
        return Rows(cursor)

    def control(self, sql: str) -> None:
        """Run a statement of a transaction's begin or end, in words: it is not worth the preparing."""
        GatheringCursor(self.connection).execute(sql, prepare=False)

    def executemany(self, sql: str, rows: Iterable[Sequence[object]], /) -> None:
        """In one round trip; rows that are inserted, in few statements."""
        given = list(rows)
        if not given:
            return
        with GatheringCursor(self.connection) as cursor:
            if not self.connection.info.pipeline_status:
                cursor.executemany(numbered(sql), given)
            elif len(given) > 1 and _INSERT.match(sql):
                for chunk in _chunks(given):
                    cursor.execute(numbered(_with_rows(sql, len(chunk))), [value for row in chunk for value in row])
            else:
                for row in given:
                    cursor.execute(numbered(sql), row)

    def among(self, column: str) -> str:
        return f"{column} = ANY (?)"

    def array(self, values: Iterable[int] | Iterable[str]) -> list[int] | list[str]:
        # A number that no column holds is among no rows.
        return [one for one in values if isinstance(one, str) or -(2**63) <= one < 2**63]  # type: ignore[return-value]

    def last_number(self, table: str, key: str) -> int:
        [(last,)] = self.execute(f"SELECT {last_number(table, key)}").fetchall()
        return int(last)

    def last_seq(self) -> int:
        return self.last_number("changes", "seq") if self.known_seq is None else self.known_seq

    def number_after(self, table: str, key: str, last: int) -> None:
        last = max(last, self.last_number(table, key))
        self.known_seq = None
        # What is set at 1 and was not given yet comes next.
        self.execute("SELECT setval(pg_get_serial_sequence(?, ?), ?, ?)", (table, key, max(last, 1), last > 0)).close()

    def pages(self, sql: str, size: int) -> Iterator[list[Any]]:
        name = f"pages_{next(_numbers)}"
        self.execute(f"DECLARE {name} NO SCROLL CURSOR FOR {sql}").close()
        while rows := self.execute(f"FETCH FORWARD {size} FROM {name}").fetchall():
            yield rows
        self.execute(f"CLOSE {name}").close()

    def by_index(self, _name: str) -> str:
        return ""


def last_number(table: str, key: str) -> str:
    """The expression of what `storage.sql.engine.Dialect.last_number` says."""
    return (
        f"greatest(coalesce(pg_sequence_last_value(CAST(pg_get_serial_sequence('{table}', '{key}') AS regclass)), 0), "
        f"(SELECT coalesce(max({key}), 0) FROM {table}))"
    )


Unit = Callable[[UnitConnection], T]


class Rows:
    """Of a statement; none of one that returns none, as DB-API drivers for SQLite say it."""

    def __init__(self, cursor: psycopg.RawCursor[tuple[Any, ...]]) -> None:
        self._cursor = cursor

    @property
    def rowcount(self) -> int:
        if self._cursor.rowcount < 0:
            # It was sent, and nobody waited for it yet.
            with self._cursor.connection.pipeline() as pipeline:
                pipeline.sync()
        return self._cursor.rowcount

    def fetchone(self) -> Any:
        return self._cursor.fetchone()

    def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cursor)

    def close(self) -> None:
        self._cursor.close()


_INSERT = re.compile(r"\s*INSERT\b.*?\bVALUES (?=\()", re.S)
_MOST_ROWS = 32


def _chunks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """The rows in their order, 32, 16, 8, ... at a time: so that of each statement there are few forms, which stay prepared. A row
    that is bound and run by itself costs 50 us on both sides together: a publication inserts twenty.
    """
    at = 0
    while at < len(rows):
        size = min(_MOST_ROWS, 1 << (len(rows) - at).bit_length() - 1)
        yield rows[at : at + size]
        at += size


@lru_cache(maxsize=1024)
def _with_rows(sql: str, rows: int) -> str:
    """A statement that inserts one row, for so many."""
    found = _INSERT.match(sql)
    assert found is not None
    start = end = found.end()
    depth = 0
    while end == start or depth:
        depth += {"(": 1, ")": -1}.get(sql[end], 0)
        end += 1
    return sql[:end] + f", {sql[start:end]}" * (rows - 1) + sql[end:]


@lru_cache(maxsize=1024)
def numbered(sql: str) -> str:
    """A statement with PostgreSQL's parameters, $1 for the first `?`, and its joins: by its statistics it finds their order."""
    first, *others = sql.replace("CROSS JOIN", "JOIN").split("?")
    return first + "".join(f"${number}{part}" for number, part in enumerate(others, 1))


class _Text(StrDumperUnknown):
    """Text of no given type: the server takes the one that the statement means."""

    def dump(self, obj: str) -> Buffer | None:
        if "\0" in obj:
            raise NulCharacter
        return super().dump(obj)


def configure(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    """How values are bound: one type for all integers, so that a statement has one plan."""
    connection.adapters.register_dumper(int, _Integer)
    connection.adapters.register_dumper(str, _Text)


class _Integer(Int8Dumper, Dumper):
    """BIGINT, whatever its size; one that is none is refused by the server."""
