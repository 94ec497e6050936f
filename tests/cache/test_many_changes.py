"""More changes at once than a reading takes, or than the follower remembers; and fewer than there were."""

import asyncio
from datetime import timedelta

import pytest

from feeds.cache import follower
from feeds.http.representation import CacheKey
from storage.model import ArticleRecord, Outcome
from storage.scopes import section_scope
from tests.cache.kitchen import Kitchen
from tests.cache.test_memory import check_books
from tests.kinds.newsroom import Newsroom, story, until
from tests.storage.newsroom import prune
from tests.stores import opened_store

pytestmark = pytest.mark.anyio

BATCH, REMEMBERED = 50, 200
_TOGETHER = 25
"""Articles in one transaction of an import."""


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is many here is a twentieth of what it is."""
    monkeypatch.setattr(follower, "_BATCH", BATCH)
    monkeypatch.setattr(follower, "_REMEMBERED", REMEMBERED)


async def import_stories(newsroom: Newsroom, url: str, count: int, section: str) -> None:
    """As an import beside the server does."""
    now = newsroom.clock()
    records = [
        ArticleRecord(article=story(f"{section}-{number}", now, newsroom.zone, sections=[section], body_html=""))
        for number in range(count)
    ]
    async with opened_store(url, newsroom.clock) as other:
        for start in range(0, count, _TOGETHER):
            assert set(await other.import_articles(records[start : start + _TOGETHER])) == {Outcome.ADDED}


async def test_more_changes_than_one_reading_takes_are_all_read(newsroom: Newsroom, store_url: str) -> None:
    kitchen = await Kitchen.open(newsroom)
    for scope in ("world", "business"):
        await kitchen.fetch(f"/{scope}", section_scope(scope))
    await import_stories(newsroom, store_url, 2 * BATCH, "world")
    last = await newsroom.publish("last", sections=["business"])
    await kitchen.follower.catch_up()
    assert kitchen.follower.is_current(newsroom.clock())
    assert kitchen.cache.get(CacheKey("/world")) is None
    assert kitchen.cache.get(CacheKey("/business")) is None
    assert await kitchen.fetch("/business", section_scope("business")) == last.slug
    check_books(kitchen.cache)


async def test_a_render_during_which_more_came_than_is_remembered_is_not_kept(
    newsroom: Newsroom, store_url: str
) -> None:
    kitchen = await Kitchen.open(newsroom)
    scope = section_scope("business")
    kitchen.go.clear()
    old = asyncio.create_task(kitchen.fetch("/business", scope))
    await kitchen.taken.wait()
    # The one change that concerns the render is followed by more than the follower remembers.
    await newsroom.publish("merger", sections=["business"])
    await import_stories(newsroom, store_url, REMEMBERED + 1, "world")
    await until(lambda: not kitchen.follower.is_current(newsroom.clock()))
    await kitchen.follower.catch_up()
    kitchen.go.set()
    assert await old == ""
    assert kitchen.cache.get(CacheKey("/business")) is None
    assert await kitchen.fetch("/business", scope) == "merger"
    assert kitchen.cache.get(CacheKey("/business")) is not None, "a render from now on is kept again"


async def test_what_is_remembered_tells_exactly_whose_scopes_were_raised(newsroom: Newsroom) -> None:
    kitchen = await Kitchen.open(newsroom)
    start = await newsroom.store.last_seq()
    world = await newsroom.publish("harbour", sections=["world"])
    await newsroom.publish("merger", sections=["business"])
    await kitchen.follower.catch_up()
    untouched = kitchen.follower.untouched_since
    assert not untouched(start, frozenset({"section:world", "site"}))
    assert not untouched(start, frozenset({"section:business"}))
    assert untouched(world.seq, frozenset({"section:world", "site"}))
    assert not untouched(world.seq, frozenset({"home"}))
    assert untouched(start, frozenset({"section:sport", "site"}))
    assert not untouched(start - 1, frozenset({"section:sport"})), "from before the start nothing is known"


async def test_where_the_log_was_cut_everything_is_forgotten(newsroom: Newsroom) -> None:
    kitchen = await Kitchen.open(newsroom)
    for scope in ("world", "business"):
        await kitchen.fetch(f"/{scope}", section_scope(scope))
    kitchen.go.clear()
    kitchen.taken.clear()
    old = asyncio.create_task(kitchen.fetch("/under way", section_scope("world")))
    await kitchen.taken.wait()
    # While this process heard nothing, others wrote, and let go of what they had written.
    world = await newsroom.publish("lost", sections=["world"])
    newsroom.clock.advance(days=100)
    business = await newsroom.publish("last", sections=["business"])
    await prune(newsroom.store, timedelta(days=90))
    await kitchen.follower.catch_up()
    assert kitchen.follower.is_current(newsroom.clock())
    assert kitchen.cache.get(CacheKey("/world")) is None
    assert kitchen.cache.get(CacheKey("/business")) is None
    kitchen.go.set()
    assert await old == ""
    assert kitchen.cache.get(CacheKey("/under way")) is None
    assert await kitchen.fetch("/world", section_scope("world")) == world.slug
    assert await kitchen.fetch("/business", section_scope("business")) == business.slug
    check_books(kitchen.cache)
