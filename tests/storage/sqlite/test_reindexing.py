"""What an earlier release indexed is found as this one finds it: comments after the migration, articles while it is served."""

import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pytest

from storage.model import SearchIn
from storage.sql import reindexing
from storage.sql.rows import to_us
from storage.sql.store import SQLStore
from storage.sqlite.schema import MIGRATIONS, migrate
from tests.storage.newsroom import FOUNDED, SettableClock, edit, sections, story
from tests.storage.sqlite.opening import open_sqlite

pytestmark = pytest.mark.anyio

NUMBER = next(migration.number for migration in MIGRATIONS if migration.name.endswith("_any_script"))
TEXTS = {"chinese": "位于北京市海淀区", "thai": "เมืองหลวงของประเทศไทย", "latin": "Ferry tariffs"}


def make_older(path: Path, texts: Mapping[str, str]) -> None:
    """A store as the release before left it, with an article of each text and a comment on it, indexed as they are written."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        migrate(db, SettableClock(), MIGRATIONS[: NUMBER - 1])
        db.execute("PRAGMA foreign_keys = OFF")
        for number, (name, text) in enumerate(texts.items(), 1):
            at = to_us(FOUNDED - timedelta(hours=number))
            lists = dict.fromkeys(("enclosures", "sections", "authors", "tags"), "[]")
            article = {
                "id": number,
                "guid": name,
                "slug": name,
                "day": "2023-03-01",
                "status": "published",
                "public": 1,
            }
            times = dict.fromkeys(("published_at", "created_at", "modified_at", "updated_at", "search_row"), at)
            _insert(db, "articles", article | lists | times | {"body_html": f"<p>{text}</p>"})
            db.execute(
                "INSERT INTO article_search (rowid, headline, names, summary, body) VALUES (?, '', '', '', ?)",
                (at, text),
            )
            comment = {"id": number, "guid": name, "article_id": number, "author_name": name, "status": "approved"}
            _insert(db, "comments", comment | {"created_at": at, "body_html": f"<p>{text}</p>"})


def _insert(db: sqlite3.Connection, table: str, values: Mapping[str, object]) -> None:
    """A row with what is given, and with nothing in the other columns that need something."""
    rows = db.execute(f"PRAGMA table_info({table})")
    columns: dict[str, object] = {
        name: (0 if kind == "INTEGER" else "")
        for _, name, kind, needed, default, _ in rows
        if needed and default is None
    }
    columns |= values
    db.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", [*columns.values()]
    )


@asynccontextmanager
async def opened(path: Path, clock: SettableClock) -> AsyncIterator[SQLStore]:
    store = await open_sqlite(str(path), clock=clock, migrate=True, synchronous="NORMAL")
    try:
        yield store
    finally:
        await store.close()


async def in_articles(store: SQLStore, words: str) -> list[str]:
    return [article.slug for article in (await store.search_articles(words, limit=9)).articles]


async def in_comments(store: SQLStore, words: str) -> list[str]:
    page = await store.search_comments(words, among=SearchIn.WORDS, limit=9)
    return [hit.comment.author_name for hit in page.comments]


@pytest.fixture
def older(tmp_path: Path) -> Path:
    make_older(tmp_path / "older.db", TEXTS)
    return tmp_path / "older.db"


async def test_all_is_found_in_the_end(older: Path, clock: SettableClock) -> None:
    async with opened(older, clock) as store:
        assert [await in_comments(store, words) for words in ("北京", "ไทย", "ferry")] == [
            ["chinese"],
            ["thai"],
            ["latin"],
        ]
        assert [await in_articles(store, words) for words in ("北京", "ไทย", "ferry")] == [[], [], ["latin"]]
        seq = await store.last_seq()
        while await store.reindex():
            assert await store.last_seq() == seq
        assert [await in_articles(store, words) for words in ("北京", "ไทย", "ferry")] == [
            ["chinese"],
            ["thai"],
            ["latin"],
        ]
        [change] = await store.changes_since(seq, limit=9)
        assert change.scopes == {"home"}
        assert not await store.reindex()
        assert await store.last_seq() == seq + 1
    with closing(sqlite3.connect(older)) as db:
        db.execute("INSERT INTO article_search (article_search) VALUES ('integrity-check')")
        assert db.execute(
            "SELECT count(*) FROM article_search WHERE article_search MATCH '位于北京市海淀区'"
        ).fetchone() == (0,)
        assert db.execute(
            "SELECT count(*) FROM comment_search WHERE comment_search MATCH '位于北京市海淀区'"
        ).fetchone() == (0,)


async def test_it_goes_on_where_it_ended_and_beside_other_writes(
    older: Path, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "_INDEXED", 1)
    async with opened(older, clock) as store:
        assert await store.reindex()
        assert [await in_articles(store, words) for words in ("北京", "ไทย")] == [["chinese"], []]
        await store.import_sections(sections())
        thai = next(article for article in await store.list_articles(limit=9) if article.slug == "thai")
        await edit(store, thai, body_html="<p>กรุงเทพมหานคร</p>")
        await store.add_article(story("new", FOUNDED - timedelta(hours=5), body_html="<p>東京は首都</p>"))
    async with opened(older, clock) as store:
        while await store.reindex():
            pass
        words = ("北京", "ไทย", "กรุงเทพ", "首都", "ferry")
        assert [await in_articles(store, one) for one in words] == [["chinese"], [], ["thai"], ["new"], ["latin"]]


async def test_text_that_is_no_utf_8_stops_nothing(older: Path, clock: SettableClock) -> None:
    with closing(sqlite3.connect(older, isolation_level=None)) as db:
        db.execute("UPDATE comments SET body_html = CAST(x'e58c97ff' AS TEXT) WHERE author_name = 'thai'")
        db.execute("UPDATE articles SET body_html = CAST(x'e58c97ff' AS TEXT) WHERE slug = 'thai'")
    async with opened(older, clock) as store:
        while await store.reindex():
            pass
        assert await in_articles(store, "北京") == ["chinese"]
        assert await in_comments(store, "北京") == ["chinese"]


async def test_a_store_without_such_texts_is_not_changed(tmp_path: Path, clock: SettableClock) -> None:
    path = tmp_path / "latin.db"
    make_older(path, {"a": "Café of “Kampala”"})
    async with opened(path, clock) as store:
        seq = await store.last_seq()
        while await store.reindex():
            pass
        assert await store.last_seq() == seq
        assert await in_articles(store, "kampala") == ["a"]
