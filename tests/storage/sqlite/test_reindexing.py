"""What an earlier release indexed is found at once, and as this one finds it while it is served, part by part."""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from storage.model import Rest, SearchIn
from storage.sql.rows import to_us
from storage.sql.store import SQLStore
from storage.sqlite import former_index
from storage.sqlite.former_words import for_index
from storage.sqlite.functions import add_functions
from storage.sqlite.schema import MIGRATIONS, migrate
from tests.storage.newsroom import FOUNDED, SettableClock, edit, sections, story, withdraw
from tests.storage.sqlite.opening import open_sqlite

pytestmark = pytest.mark.anyio

NUMBERS = {migration.name: migration.number for migration in MIGRATIONS}
LAST = next(number - 1 for name, number in NUMBERS.items() if name.endswith("_words"))
"""The schema of the release before."""
FIRST = next(number - 1 for name, number in NUMBERS.items() if name.endswith("_any_script"))
"""One whose articles were indexed as they are written."""
TEXTS = {
    "chinese": "位于北京市海淀区", "thai": "เมืองหลวงของประเทศไทย", "latin": "Ferry tariffs at the Café",
    "hindi": "नई दिल्ली भारत", "greek": "η Αθήνα σήμερα", "russian": "Ёлка в Москве",
}  # fmt: skip
WORDS = {
    "chinese": "北京", "thai": "ไทย", "latin": '"tariffs at" cafe', "hindi": "दिल्ली", "greek": "Αθήνα", "russian": "ёлка"
}  # fmt: skip
EACH = {slug: [slug] for slug in TEXTS}


def make_older(path: Path, texts: Mapping[str, str], schema: int = LAST) -> None:
    """A store as an earlier release left it, with an article of each text and a comment on it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        migrate(db, SettableClock(), MIGRATIONS[:schema])
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
                (at, for_index(text) if schema >= LAST else text),
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


async def found(search: Callable[[SQLStore, str], Awaitable[list[str]]], store: SQLStore) -> dict[str, list[str]]:
    return {slug: await search(store, words) for slug, words in WORDS.items()}


@pytest.fixture
def older(tmp_path: Path) -> Path:
    make_older(tmp_path / "older.db", TEXTS)
    return tmp_path / "older.db"


async def test_all_is_found_before_and_in_every_part_and_after(
    older: Path, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(former_index, "_ARTICLES", 1)
    monkeypatch.setattr(former_index, "_COMMENTS", 2)
    async with opened(older, clock) as store:
        seq, parts, more = await store.last_seq(), 0, True
        while more:
            assert await found(in_articles, store) == EACH
            assert await found(in_comments, store) == EACH
            more = await store.reindex()
            parts += more
        assert parts > len(TEXTS)
        # What is found otherwise now: told once, when all of it is.
        assert [await in_articles(store, words) for words in ("Αθηνα", "елка")] == [["greek"], ["russian"]]
        [change] = await store.changes_since(seq, limit=9)
        assert change.scopes == {"home"}
        assert not await store.reindex()
        assert await store.last_seq() == seq + 1
    with closing(sqlite3.connect(older)) as db:
        for index in ("article_search", "comment_search", "article_words", "comment_words"):
            db.execute(f"INSERT INTO {index} ({index}) VALUES ('integrity-check')")
        for index in ("article_search", "comment_search"):
            assert db.execute(f"SELECT count(*) FROM {index}_docsize").fetchone() == (0,)
            assert db.execute(f"SELECT max(id) FROM {index}_data").fetchone() == (10,)


async def test_a_list_goes_on_across_both_indexes(
    older: Path, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(former_index, "_ARTICLES", 2)
    async with opened(older, clock) as store:
        assert await store.reindex()
        await store.import_sections(sections())
        await store.add_article(story("old", FOUNDED - timedelta(hours=9), headline="Ferry"))
        latin = next(article for article in await store.list_articles(limit=9) if article.slug == "latin")
        assert await in_articles(store, "ferry") == ["latin", "old"]
        assert (await store.search_articles("ferry", limit=1)).older
        rest = await store.search_articles("ferry", limit=9, span=Rest(1))
        assert [article.slug for article in rest.articles] == ["old"]
        best = await store.search_articles("ferry", limit=9, ranked=True)
        assert {article.slug for article in best.articles} == {"latin", "old"}
        await edit(store, latin, headline="Ferry")
        assert await in_articles(store, "ferry") == ["latin", "old"]


async def test_what_was_indexed_as_it_is_written_is_found_in_the_end(tmp_path: Path, clock: SettableClock) -> None:
    path = tmp_path / "first.db"
    make_older(path, TEXTS, FIRST)
    async with opened(path, clock) as store:
        assert (await in_articles(store, "北京"), await in_articles(store, "cafe")) == ([], ["latin"])
        assert await found(in_comments, store) == EACH
        while await store.reindex():
            pass
        assert await found(in_articles, store) == EACH
        assert await found(in_comments, store) == EACH


async def test_it_goes_on_where_it_ended_and_beside_other_writes(
    older: Path, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(former_index, "_ARTICLES", 1)
    async with opened(older, clock) as store:
        assert await store.reindex()
        await store.import_sections(sections())
        articles = {article.slug: article for article in await store.list_articles(limit=9)}
        await edit(store, articles["thai"], body_html="<p>กรุงเทพมหานคร</p>")
        await withdraw(store, articles["hindi"])
        await store.add_article(story("new", FOUNDED - timedelta(hours=9), body_html="<p>東京は首都</p>"))
        page = await store.search_comments("ferry", among=SearchIn.WORDS, limit=9)
        comment = page.comments[0].comment
        await store.update_comment(replace(comment, body_html="<p>Harbour</p>"), if_version=comment.version)
    async with opened(older, clock) as store:
        for _ in range(2):
            words = ("ไทย", "กรุงเทพ", "दिल्ली", "首都", "cafe")
            assert [await in_articles(store, one) for one in words] == [[], ["thai"], [], ["new"], ["latin"]]
            assert [await in_comments(store, one) for one in ("ferry", "harbour", "北京")] == [
                [],
                ["latin"],
                ["chinese"],
            ]
            while await store.reindex():
                pass


async def test_text_that_is_no_utf_8_stops_nothing(older: Path, clock: SettableClock) -> None:
    with closing(sqlite3.connect(older, isolation_level=None)) as db:
        add_functions(db)
        db.execute("UPDATE comments SET body_html = CAST(x'e58c97ff' AS TEXT) WHERE author_name = 'thai'")
        db.execute("UPDATE articles SET body_html = CAST(x'e58c97ff' AS TEXT) WHERE slug = 'latin'")
    async with opened(older, clock) as store:
        while await store.reindex():
            pass
        assert await in_articles(store, "北京") == ["chinese"]
        assert await in_comments(store, "北京") == ["chinese"]
    with closing(sqlite3.connect(older)) as db:
        # As it was indexed: whoever mends the row finds it.
        found = db.execute("SELECT count(*) FROM article_words WHERE article_words MATCH 'ferry'")
        assert found.fetchone() == (1,)


async def test_a_new_store_has_nothing_to_do(tmp_path: Path, clock: SettableClock) -> None:
    async with opened(tmp_path / "new.db", clock) as store:
        assert not await store.reindex()
        assert await store.last_seq() == 0
