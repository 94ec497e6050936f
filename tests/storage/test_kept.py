"""Articles that lists showed before: read in full once, and never shown as they were."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from storage.model import ArticleStatus, CommentStatus, Section
from storage.protocol import Store
from storage.sql.engine import Connection
from storage.sql.kept import KeptArticles
from storage.sql.rows import Row, sift_articles
from storage.sql.store import SQLStore
from tests.storage.newsroom import FOUNDED, LIST_AFTER, SettableClock, edit, reply, story

pytestmark = pytest.mark.anyio


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids of articles whose rows are read in full, one after the other."""
    ids: list[int] = []

    def noting(db: Connection, rows: Sequence[Row]) -> Any:
        ids.extend(row[0] for row in rows)
        return sift_articles(db, rows)

    monkeypatch.setattr("storage.sql.kept.sift_articles", noting)
    return ids


async def test_what_did_not_change_is_read_once_for_all_lists(store: Store, read: list[int]) -> None:
    at = FOUNDED - timedelta(hours=1)
    one, two = [await store.add_article(story(slug, at, sections=("world",))) for slug in ("one", "two")]
    for scope in ("home", "section:world", "home"):
        found = await store.read_articles(scope, limit=5)
        assert found.articles == (two, one)
    assert sorted(read) == [one.id, two.id]
    edited = await edit(store, one, headline="Another")
    assert (await store.read_articles("home", limit=5)).articles == (two, edited)
    assert read[2:] == [one.id]


async def test_whatever_is_written_to_an_article_is_shown(store: Store, clock: SettableClock) -> None:
    assert isinstance(store, SQLStore)
    article = await store.add_article(story("one", FOUNDED - timedelta(hours=1)))

    async def look() -> None:
        fresh = SQLStore(store._engine, clock)
        for scope in ("home", "section:world", f"day:{article.day}"):
            listed = [await each.read_articles(scope, limit=5, also=("site",)) for each in (store, fresh)]
            assert listed[0] == listed[1]

    await look()
    for fields in (
        {"headline": "Another"}, {"editorial_note": "Check."}, {"comments_open": False}, {"correction": "No."}, {"sections": ()},
        {"status": ArticleStatus.WITHDRAWN}, {"status": ArticleStatus.PUBLISHED, "sections": ("world",)}, {"slug": "two"},
    ):  # fmt: skip
        clock.advance(minutes=1)
        article = await edit(store, article, **fields)
        await look()
    for number, status in enumerate((CommentStatus.APPROVED, CommentStatus.PENDING, CommentStatus.APPROVED)):
        comment = await store.add_comment(
            reply(article, f"Reader{number}", clock(), status=status), list_after=LIST_AFTER
        )
        await look()
        clock.advance(minutes=7)
        await store.run_due()
        await look()
    await store.set_comment_status(comment.id, CommentStatus.SPAM, by="ann", list_after=LIST_AFTER)
    await look()
    clock.advance(minutes=11)
    await store.run_due()
    await look()
    await store.update_section(Section(path="world", title="The world", created_at=FOUNDED))
    await look()


@pytest.mark.parametrize("limit", [0, 12_000])
async def test_what_is_kept_is_bounded(store: Store, limit: int) -> None:
    assert isinstance(store, SQLStore)
    store._kept = KeptArticles(limit)
    for number in range(8):
        await store.add_article(story(f"story-{number}", FOUNDED - timedelta(hours=number), body_html="x" * 1_000))
    for _ in range(2):
        assert len((await store.read_articles("home", limit=9)).articles) == 8
        assert store._kept.size <= limit
    before = store._kept.size
    assert before == sum(size for _, size, _ in store._kept._kept.values())
    assert bool(before) is bool(limit)
    await store.add_article(story("long", body_html="x" * 20_000, sections=("business",)))
    assert len((await store.read_articles("section:business", limit=5)).articles) == 1
    assert store._kept.size == before, "what is larger than all room pushes nothing out"
