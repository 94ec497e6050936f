"""The list of all articles, narrowed down: what a page costs, and that what cannot be read is passed over."""

from datetime import timedelta

import pytest

from storage.model import ArticleFilter, ArticleStatus, Author, Tag
from storage.protocol import Store
from storage.sql import filters
from tests.storage.filtering import check_filters, filtered
from tests.storage.newsroom import SettableClock, draft, edit, sections, story

pytestmark = pytest.mark.anyio

ANN, NATO = Author(slug="ann", name="Ann"), Tag(slug="nato", name="NATO")


async def test_drafts_are_found_by_whatever_they_have(store: Store) -> None:
    await store.import_sections(sections())
    one = await store.add_article(draft("one", sections=("world/africa",), tags=(NATO,), authors=(ANN,)))
    two = await store.add_article(story("two", sections=("business", "world"), tags=(NATO,)))
    assert await filtered(store, ArticleFilter(section="world"), limit=9) == [two.id, one.id]
    assert await filtered(store, ArticleFilter(section="world/africa"), limit=9) == [one.id]
    assert await filtered(store, ArticleFilter(tag="nato", status=ArticleStatus.DRAFT), limit=9) == [one.id]
    assert await filtered(store, ArticleFilter(author="ann", guid=one.guid), limit=9) == [one.id]
    await edit(store, one, sections=(), tags=(), authors=())
    assert await filtered(store, ArticleFilter(section="world"), limit=9) == [two.id]
    assert await filtered(store, ArticleFilter(author="ann"), limit=9) == []
    # A section may go as soon as none of any status has it.
    await store.delete_section("world/africa")


async def test_a_page_looks_at_so_many_articles_and_says_where_it_stopped(
    store: Store, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        await store.add_article(story(f"a{number}", tags=(NATO,), authors=(ANN,) if number == 0 else ()))
    monkeypatch.setattr(filters, "WALKED", 5)
    # By the author, of whom there is one; there is nothing to stop at.
    found = await store.filter_articles(ArticleFilter(tag="nato", author="ann"), limit=3)
    assert ([article.slug for article in found.articles], found.stopped_at) == (["a0"], None)
    clock.advance(hours=1)
    first, *_ = found.articles
    later = clock()
    await edit(store, first, headline="Changed")
    # One edit is quicker to find than to be met on the way.
    wanted = ArticleFilter(tag="nato", updated_since=later)
    found = await store.filter_articles(wanted, limit=3)
    assert ([article.slug for article in found.articles], found.stopped_at) == (["a0"], None)
    # Of many of both kinds the newest are looked at, whether they match or not.
    wanted = ArticleFilter(status=ArticleStatus.PUBLISHED, updated_since=later - timedelta(days=900))
    found = await store.filter_articles(wanted, limit=3)
    assert ([article.slug for article in found.articles], found.stopped_at) == (["a11", "a10", "a9"], 8)
    monkeypatch.setattr(filters, "WALKED", 1)
    found = await store.filter_articles(wanted, before_id=first.id + 1, limit=3)
    assert ([article.slug for article in found.articles], found.stopped_at) == (["a0"], 1)
    await check_filters(store)
