"""The generated newsroom is the imported one, table by table."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.connect import open_store
from tests.bench.generate import generate
from tests.bench.newsroom import FILLED, Shape, fill

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
