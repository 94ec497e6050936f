"""The generated newsroom is the imported one, table by table; and what is filled with it in PostgreSQL, the copied one."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from storage.connect import copy_store, open_store
from tests.bench.copying import copy_to_postgres
from tests.bench.generate import generate
from tests.bench.newsroom import FILLED, Shape, fill
from tests.postgres.databases import Databases

COUNT = 131
"""More than a period of the pattern, with a day that is not whole at either end."""


@pytest.mark.anyio
@pytest.mark.parametrize("comments", [0, 3])
async def test_the_generator_writes_what_the_import_does(tmp_path: Path, comments: int) -> None:
    shape = Shape(paragraphs=1, words=12, comments=comments)
    await generate(tmp_path / "generated.db", COUNT, shape)
    store = await open_store(f"sqlite:///{tmp_path}/imported.db", clock=lambda: FILLED, migrate=True)
    await fill(store, COUNT, shape)
    await store.close()
    generated, imported = tables(tmp_path / "generated.db"), tables(tmp_path / "imported.db")
    assert generated.keys() == imported.keys()
    for name, rows in imported.items():
        assert generated[name] == rows, name


@pytest.mark.anyio
@pytest.mark.parametrize("comments", [0, 3])
async def test_postgresql_is_filled_with_what_a_copy_brings(tmp_path: Path, postgres: Databases, comments: int) -> None:
    file = tmp_path / "generated.db"
    await generate(file, COUNT, Shape(paragraphs=1, words=12, comments=comments))
    with postgres.empty() as filled, postgres.empty() as copied:
        await copy_to_postgres(file, filled)
        await copy_store(f"sqlite:///{file}", copied, lambda *_: None)
        assert rows_of(filled) == rows_of(copied)
        assert schema_of(filled) == schema_of(copied)


def rows_of(url: str) -> dict[str, list[str]]:
    """All rows of all tables but the log of migrations, and the numbers that come next, as text."""
    with psycopg.connect(url) as db:
        names = db.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        rows = {
            name: [row for (row,) in db.execute(f"SELECT {name}::text FROM {name} ORDER BY 1".encode())]
            for (name,) in names
            if name != "schema_migrations"
        }
        numbers = db.execute("SELECT sequencename, last_value FROM pg_sequences").fetchall()
    assert sum(map(len, rows.values())) > 10 * COUNT
    return {**rows, "numbers": sorted(map(str, numbers))}


def schema_of(url: str) -> list[tuple[str, ...]]:
    """Of every index and constraint what it is."""
    with psycopg.connect(url) as db:
        indexes = db.execute("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'").fetchall()
        constraints = db.execute(
            "SELECT conname, pg_get_constraintdef(oid), convalidated::text FROM pg_constraint "
            "WHERE connamespace = 'public'::regnamespace"
        ).fetchall()
    return sorted([*indexes, *constraints])


def tables(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, with the names of scopes for their ids, and without the site's secret."""
    with closing(sqlite3.connect(database)) as db:
        names = db.execute("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')")
        chosen = [name for (name,) in names if name != "site" and not name.startswith("sqlite_")]
        scopes = dict(db.execute("SELECT id, name FROM scopes"))
        return {name: sorted(_rows(db, name, scopes), key=repr) for name in chosen}


def _rows(db: sqlite3.Connection, table: str, scopes: dict[int, str]) -> list[tuple[object, ...]]:
    cursor = db.execute(f"SELECT {'rowid, *' if table == 'article_words' else '*'} FROM {table}")
    id_ = {"scopes": "id", "article_listings": "scope_id", "comment_listings": "scope_id"}.get(table)
    columns = [column for column, *_ in cursor.description]
    return [
        tuple(scopes[value] if column == id_ else value for column, value in zip(columns, row, strict=True))
        for row in cursor
    ]
