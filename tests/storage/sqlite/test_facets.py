"""What an earlier release kept of articles is narrowed down by the same as what is written since."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from storage.model import ArticleFilter, Author, Tag
from storage.sqlite.schema import MIGRATIONS
from tests.storage.filtering import check_filters, filtered
from tests.storage.newsroom import SettableClock, draft, sections, story
from tests.storage.sqlite.opening import open_sqlite

pytestmark = pytest.mark.anyio

NUMBER = next(migration.number for migration in MIGRATIONS if migration.name.endswith("_management"))
_BACK = f"""
    DROP TABLE article_facets; DROP INDEX articles_by_modified; DROP TABLE kept_answers;
    CREATE TABLE article_sections (section TEXT, article_id INTEGER, PRIMARY KEY (section, article_id)) STRICT, WITHOUT ROWID;
    PRAGMA user_version = {NUMBER - 1};
"""


async def test_a_migration_finds_the_facets_of_what_is_there(tmp_path: Path, clock: SettableClock) -> None:
    path = tmp_path / "a.db"
    names: dict[str, Any] = {
        "tags": (Tag(slug="東京", name="東京"), Tag(slug="t", name="T")),
        "authors": (Author(slug="ann", name="Ann"),),
    }
    store = await open_sqlite(str(path), clock=clock, migrate=True)
    await store.import_sections(sections())
    for number, paths in enumerate([(), ("world/africa",), ("business", "world"), ("world/africa", "world")]):
        await store.add_article((draft if number % 2 else story)(f"a{number}", sections=paths, **names))
    damaged = await store.add_article(story("damaged", sections=("world",), **names))
    await store.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        facets = "SELECT * FROM article_facets WHERE article_id <> ? OR facet NOT LIKE 'section:%' ORDER BY facet, article_id"
        written = db.execute(facets, (damaged.id,)).fetchall()
        db.execute("UPDATE articles SET sections = '[\"wor' WHERE id = ?", (damaged.id,))
        db.executescript(_BACK)
    store = await open_sqlite(str(path), clock=clock, migrate=True)
    try:
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("SELECT * FROM article_facets ORDER BY facet, article_id").fetchall() == written
        await check_filters(store)
        assert await filtered(store, ArticleFilter(section="world", tag="東京"), limit=9) == [4, 3, 2]
        assert list(await store.check())
    finally:
        await store.close()
