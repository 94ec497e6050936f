"""Databases with a schema, emptied after a test and lent to the next: a tenth of what it takes to make one."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from graphlib import TopologicalSorter
from time import sleep

import psycopg
from psycopg.sql import SQL, Composed, Identifier

from tests.postgres.databases import Databases
from tests.postgres.lasting import LastingConnection, idle, kept

# With whatever a test has left open goes what it still holds or would write later. (The server's own way of waiting until a
# session has ended looks every 100 ms.)
_DISCONNECT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND pid <> ALL(%s)
"""
_LOOK_AGAIN = 0.002
"""Seconds."""
_TABLES = """
    SELECT oid, relname, array(SELECT confrelid FROM pg_constraint WHERE conrelid = pg_class.oid AND contype = 'f')
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
# `ALTER SEQUENCE ... RESTART` would write a new file for each.
_RESTART = SQL("SELECT setval(seqrelid, seqstart, false) FROM pg_sequence")


class ReusedDatabases:
    """Of one process: as many as a test of it has wanted at once.

    `make_schema` is given the URL of an empty database. Tables that it leaves with rows are as it left them for good.
    """

    def __init__(self, databases: Databases, make_schema: Callable[[str], None]) -> None:
        self._databases = databases
        self._make_schema = make_schema
        self._made = ExitStack()
        self._idle: list[tuple[str, Composed]] = []

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The URL of a database without a row. A test that changes the schema makes an empty one of its own instead."""
        url, emptying = self._idle.pop() if self._idle else self._make()
        yield url
        with LastingConnection.connect(url, autocommit=True, prepare_threshold=None) as db:
            while db.execute(_DISCONNECT, [idle(url)]).fetchall():
                sleep(_LOOK_AGAIN)
            db.execute(emptying)
        self._idle.append((url, emptying))

    def _make(self) -> tuple[str, Composed]:
        url = self._made.enter_context(self._databases.empty())
        self._make_schema(url)
        self._made.enter_context(kept(url))
        with psycopg.connect(url) as db:
            return url, _emptying(db)

    def close(self) -> None:
        self._made.close()


def _emptying(db: psycopg.Connection) -> Composed:
    """Statements that delete the rows of every table that has none now. (To TRUNCATE that many takes 15 ms.)"""
    tables = db.execute(_TABLES).fetchall()
    names = {oid: Identifier(name) for oid, name, _ in tables}
    referring_first = reversed(
        list(TopologicalSorter({oid: set(others) - {oid} for oid, _, others in tables}).static_order())
    )
    empty = [
        names[oid]
        for oid in referring_first
        if not db.execute(SQL("SELECT 1 FROM {} LIMIT 1").format(names[oid])).fetchall()
    ]
    return SQL("; ").join([*(SQL("DELETE FROM {}").format(name) for name in empty), _RESTART])
