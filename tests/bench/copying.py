"""A generated newsroom in PostgreSQL: the rows of its file, table by table."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from storage.connect import open_store

_TABLES = (
    "site", "changes", "scopes", "sections", "authors", "tags", "articles", "article_sections", "paths", "comments",
    "article_listings", "comment_listings",
)  # fmt: skip
"""Each after those that it refers to. The index of words has no row: no search is measured here."""
_COLUMNS = """
    SELECT column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'
"""


async def copy_to_postgres(database: Path, url: str) -> None:
    """Fill an empty database. It holds the loop until it is done."""
    await (await open_store(url, migrate=True)).close()
    with closing(sqlite3.connect(database)) as source, psycopg.connect(url) as target:
        target.execute("DELETE FROM site")
        for table in _TABLES:
            _copy(source, target, table)
        for table, key in (("changes", "seq"), ("scopes", "id")):
            target.execute(
                SQL("SELECT setval(pg_get_serial_sequence(%s, %s), (SELECT max({}) FROM {}))").format(
                    Identifier(key), Identifier(table)
                ),
                (table, key),
            )
    with psycopg.connect(url, autocommit=True) as target:
        target.execute("VACUUM ANALYZE")


def _copy(source: sqlite3.Connection, target: psycopg.Connection, table: str) -> None:
    there = {name for _, name, *_ in source.execute(f"PRAGMA table_info({table})")}
    columns = [name for (name,) in target.execute(_COLUMNS, (table,)) if name in there]
    into = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), SQL(", ").join(map(Identifier, columns)))
    with target.cursor() as cursor, cursor.copy(into) as copy:
        for row in source.execute(f"SELECT {', '.join(columns)} FROM {table}"):
            copy.write_row(row)
