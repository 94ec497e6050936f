"""What an earlier release imported, with a digest of what it made of an entry: the newsroom's edits of it stay."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from storage.model import Outcome
from storage.sql.store import SQLStore
from storage.sqlite.schema import MIGRATIONS
from tests.storage.newsroom import FOUNDED, SettableClock, edit, exported, record, story
from tests.storage.sqlite.opening import open_sqlite

pytestmark = pytest.mark.anyio

NUMBER = next(migration.number for migration in MIGRATIONS if migration.name.endswith("_entries_as_they_came"))
WAS = replace(record(story("a")), digest="of an earlier release")
IS = replace(WAS, digest="of this release")


async def upgraded(path: Path, clock: SettableClock) -> SQLStore:
    """With an article that an earlier release imported, and that the newsroom edited."""
    store = await open_sqlite(str(path), clock=clock, migrate=True)
    assert await store.import_articles([WAS]) == (Outcome.ADDED,)
    [kept] = await exported(store)
    await edit(store, kept.article, headline="Ours")
    await store.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript(MIGRATIONS[NUMBER - 1].sql)
    return await open_sqlite(str(path), clock=clock)


async def headline(store: SQLStore) -> str:
    [kept] = await exported(store)
    return kept.article.headline


async def test_an_entry_that_comes_again_is_left_as_the_newsroom_edited_it(
    tmp_path: Path, clock: SettableClock
) -> None:
    store = await upgraded(tmp_path / "a.db", clock)
    try:
        made_otherwise = replace(IS, article=replace(IS.article, body_html="<p>Cleaned otherwise.</p>"))
        for _ in range(2):
            assert await store.import_articles([made_otherwise]) == (Outcome.UNCHANGED,)
            assert await headline(store) == "Ours"
        # From now on it is known what it said.
        assert await store.import_articles([replace(IS, digest="edited")]) == (Outcome.CHANGED,)
        assert await headline(store) == IS.article.headline
    finally:
        await store.close()


async def test_one_that_says_it_was_edited_since_is_taken(tmp_path: Path, clock: SettableClock) -> None:
    store = await upgraded(tmp_path / "a.db", clock)
    try:
        edited = replace(IS.article, headline="Theirs", updated_at=FOUNDED + timedelta(days=9))
        assert await store.import_articles([replace(IS, article=edited)]) == (Outcome.CHANGED,)
        assert await headline(store) == "Theirs"
    finally:
        await store.close()
