"""What every column and index keeps to, whichever is added: on either engine rows hold the same, and compare by their bytes."""

from pathlib import Path

import pytest

from tests.storage.copies import rows_of
from tests.storage.test_tables import make

pytestmark = pytest.mark.anyio

TYPES = {("bigint", ""), ("text", "C"), ("bytea", "")}
"""Of PostgreSQL, each with its collation: instants, ids and numbers, 0 and 1 among them, are as large as SQLite's."""
INDEXES_OF_WORDS = "%_words%"
"""These tables, and their indexes, are an engine's own."""
_COLUMNS = f"""
    SELECT relkind, relname || '.' || attname, format_type(atttypid, NULL), coalesce(collname, '')
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid LEFT JOIN pg_collation ON pg_collation.oid = attcollation
    WHERE relnamespace = CAST('public' AS regnamespace) AND relkind IN ('r', 'i') AND attnum > 0
        AND relname NOT LIKE '{INDEXES_OF_WORDS}'
"""
_OTHER_ORDERS = """
    SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE relnamespace = CAST('public' AS regnamespace) AND EXISTS (SELECT FROM unnest(indoption) AS one WHERE one <> 0)
"""
"""Indexes that go down, or have NULL first."""
_OTHER_COLLATIONS = """
    SELECT tables.name, columns.name
    FROM pragma_table_list AS tables JOIN pragma_index_list(tables.name) AS indexes
        JOIN pragma_index_xinfo(indexes.name) AS columns
    WHERE tables.type = 'table' AND columns.key AND columns.coll <> 'BINARY'
"""
_OF_ANY_TYPE = """
    SELECT name FROM pragma_table_list
    WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite%'
"""


async def test_of_postgresql(postgres_url: str) -> None:
    await make(postgres_url)
    columns = rows_of(postgres_url, _COLUMNS)
    assert len(columns) > 300
    assert [column for column in columns if column[0] == "r" and column[2:] not in TYPES] == []
    assert [column for column in columns if column[3] not in ("", "C")] == []
    assert rows_of(postgres_url, _OTHER_ORDERS) == [], "one that goes up is read backwards as well"


async def test_of_sqlite(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/dateline.db"
    await make(url)
    assert rows_of(url, _OF_ANY_TYPE) == []
    assert rows_of(url, _OTHER_COLLATIONS) == []
