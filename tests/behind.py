"""What another program does with a store's database, behind the store's back: on either engine."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg

from storage.connect import store_file
from storage.sqlite.functions import add_functions

_TABLES = {
    True: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
    False: "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname",
}


def change(url: str, *statements: str) -> None:
    """As a bad disk, a wrong hand or a fault of ours may leave it: all of the statements in one transaction."""
    with _connected(url) as db:
        for statement in statements:
            db.execute(statement)


def look(url: str, query: str) -> list[tuple[Any, ...]]:
    with _connected(url) as db:
        return [tuple(row) for row in db.execute(query)]


def everything(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every table."""
    tables = [name for (name,) in look(url, _TABLES[bool(store_file(url))])]
    return {name: look(url, f"SELECT * FROM {name}") for name in tables}


@contextmanager
def _connected(url: str) -> Iterator[Any]:
    """Commits at the end."""
    if path := store_file(url):
        with closing(sqlite3.connect(path)) as db:
            add_functions(db)
            with db:
                yield db
    else:
        with psycopg.connect(url) as connection:
            yield connection
