"""A table, or a column, that a copy would forget: what is said of them in one place is what each engine's schema has."""

from pathlib import Path

import psycopg
import pytest

from storage.connect import open_store
from storage.sql.tables import NOT_COPIED, TABLES
from tests.storage.copies import rows_of

pytestmark = pytest.mark.anyio

SQLITE_OWN = {"articles": {"search_row"}}
"""Columns by table that this engine alone has: where an article stands in its index of words."""


async def make(url: str) -> None:
    await (await open_store(url, migrate=True)).close()


def require_all(kept: dict[str, set[str]]) -> None:
    said = {table.name: set(table.columns) for table in TABLES}
    assert kept.keys() - NOT_COPIED == said.keys(), "a table is neither in TABLES nor in NOT_COPIED"
    assert {name: columns for name, columns in kept.items() if name not in NOT_COPIED} == said


async def test_every_table_of_sqlite_is_copied_whole(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/dateline.db"
    await make(url)
    # Columns that are computed from others are hidden to table_info.
    tables = rows_of(
        url, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'"
    )
    kept = {
        name: {column for (column,) in rows_of(url, f"SELECT name FROM pragma_table_info('{name}')")}
        for (name,) in tables
    }
    require_all({name: columns - SQLITE_OWN.get(name, set()) for name, columns in kept.items()})


async def test_every_table_of_postgresql_is_copied_whole(postgres_url: str) -> None:
    await make(postgres_url)
    columns = rows_of(
        postgres_url,
        """
        SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = 'public' AND is_generated = 'NEVER'
        """,
    )
    kept: dict[str, set[str]] = {}
    for table, column in columns:
        kept.setdefault(table, set()).add(column)
    require_all(kept)


async def test_a_table_comes_after_those_that_it_refers_to(postgres_url: str) -> None:
    await make(postgres_url)
    order = [table.name for table in TABLES]
    referring = rows_of(
        postgres_url,
        "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'",
    )
    assert referring
    for table, referred in referring:
        if table in order:
            assert order.index(referred) <= order.index(table), (table, referred)


async def test_what_is_called_the_key_is_the_key(postgres_url: str) -> None:
    await make(postgres_url)
    with psycopg.connect(postgres_url) as db:
        for table in TABLES:
            keys = db.execute(
                "SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey) "
                "WHERE indrelid = CAST(%s AS regclass) AND indisprimary",
                (table.name,),
            ).fetchall()
            assert {key for (key,) in keys} == set(table.key)
            [(counted,)] = db.execute(
                "SELECT count(*) FROM pg_attribute WHERE attrelid = CAST(%s AS regclass) AND attidentity <> ''",
                (table.name,),
            ).fetchall()
            assert counted == table.counted
