"""A generated newsroom in PostgreSQL: the rows of its file, table by table, and their words, as the index of its own keeps them.

Past `dateline copy`, which writes as a newsroom does and takes an hour for a million articles. A test holds both to the same store.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from storage.connect import open_store
from storage.postgres.words import Kept, kept
from storage.sql.tables import TABLES

_CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype IN ('f', 'u') ORDER BY contype DESC, conname
"""
_INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    JOIN pg_class ON pg_class.oid = indexrelid AND relnamespace = 'public'::regnamespace
    WHERE NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid) ORDER BY relname
"""
_ARTICLES = """
    SELECT articles.id, published_at, words.headline, words.names, words.summary, words.body
    FROM articles JOIN article_words AS words ON words.rowid = search_row ORDER BY articles.id
"""
_COMMENTS = "SELECT rowid, author_name, body_html FROM comment_words ORDER BY rowid"


async def copy_to_postgres(database: Path, url: str) -> None:
    """Fill an empty database. It holds the loop until it is done."""
    await (await open_store(url, migrate=True)).close()
    with closing(sqlite3.connect(database)) as source, psycopg.connect(url) as target:
        target.execute("SET maintenance_work_mem = '512MB'")
        target.execute("DELETE FROM site")
        with _unchecked(target):
            for table in TABLES:
                names = ", ".join(table.columns)
                _copy(target, table.name, table.columns, source.execute(f"SELECT {names} FROM {table.name}"))
            _copy(target, "article_words", ("article_id", "at", *Kept._fields), _words_of_articles(source))
            _copy(target, "comment_words", ("comment_id", *Kept._fields), _words_of_comments(source))
        for table in TABLES:
            if table.counted:
                key, name = Identifier(table.key[0]), Identifier(table.name)
                number_on = (
                    "SELECT setval(pg_get_serial_sequence(%s, %s), max({0})) FROM {1} HAVING max({0}) IS NOT NULL"
                )
                target.execute(SQL(number_on).format(key, name), (table.name, table.key[0]))
    with psycopg.connect(url, autocommit=True) as target:
        target.execute("VACUUM ANALYZE")


@contextmanager
def _unchecked(target: psycopg.Connection) -> Iterator[None]:
    """Indexes are made, and references and names that are one checked, when all rows are there: at once, by sorting."""
    constraints = target.execute(_CONSTRAINTS).fetchall()
    for table, name, _ in reversed(constraints):
        target.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}".encode())
    indexes = target.execute(_INDEXES).fetchall()
    for name, _ in indexes:
        target.execute(f"DROP INDEX {name}".encode())
    yield
    for _, definition in indexes:
        target.execute(definition.encode())
    for table, name, definition in constraints:
        target.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}".encode())


def _copy(target: psycopg.Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    into = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), SQL(", ").join(map(Identifier, columns)))
    with target.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row(row)


def _words_of_articles(source: sqlite3.Connection) -> Iterator[Sequence[object]]:
    for article_id, at, *parts in source.execute(_ARTICLES):
        yield article_id, at, *kept(parts)


def _words_of_comments(source: sqlite3.Connection) -> Iterator[Sequence[object]]:
    for comment_id, *parts in source.execute(_COMMENTS):
        yield comment_id, *kept(parts, marks_first=True)
