"""The cache over a real newsroom: never older than the call, one render per key at a time."""

import asyncio
import gc
from dataclasses import replace
from datetime import timedelta
from typing import Never

import pytest

from feeds.cache.cache import RepresentationCache
from feeds.cache.follower import Follower
from feeds.http.freshness import CachePolicy
from feeds.http.representation import CacheKey, Representation
from storage.errors import Unavailable
from storage.scopes import section_scope
from tests.cache.kitchen import Kitchen, text
from tests.cache.valve import Valve
from tests.kinds.newsroom import Newsroom, story, until
from tests.stores import opened_store

pytestmark = pytest.mark.anyio


@pytest.fixture
async def kitchen(newsroom: Newsroom) -> Kitchen:
    return await Kitchen.open(newsroom)


async def test_what_is_kept_is_not_made_again(kitchen: Kitchen) -> None:
    await kitchen.newsroom.publish("harbour")
    assert [await kitchen.fetch() for _ in range(3)] == ["harbour"] * 3
    assert kitchen.renders == 1


async def test_the_next_fetch_after_a_write_sees_it(kitchen: Kitchen) -> None:
    for number in range(5):
        await kitchen.newsroom.publish(f"story-{number}", kitchen.newsroom.clock.advance(minutes=1))
        assert (await kitchen.fetch()).split()[0] == f"story-{number}"


async def test_a_write_forgets_what_depends_on_it_and_nothing_else(kitchen: Kitchen) -> None:
    await kitchen.fetch("/world", section_scope("world"))
    await kitchen.fetch("/business", section_scope("business"))
    await kitchen.newsroom.publish("harbour", sections=["world/africa"])
    assert await kitchen.fetch("/world", section_scope("world")) == "harbour"
    assert kitchen.renders == 3
    assert await kitchen.fetch("/business", section_scope("business")) == ""
    assert kitchen.renders == 3


async def test_a_write_that_no_reader_sees_forgets_nothing(kitchen: Kitchen) -> None:
    article = await kitchen.newsroom.publish("harbour")
    await kitchen.fetch()
    await kitchen.newsroom.edit(article, editorial_note="check the tonnage")
    await kitchen.fetch()
    assert kitchen.renders == 1


async def test_a_write_of_another_process_is_seen(kitchen: Kitchen, store_url: str) -> None:
    clock = kitchen.newsroom.clock
    assert await kitchen.fetch() == ""
    async with opened_store(store_url, clock) as other:
        await other.add_article(story("harbour", clock(), kitchen.newsroom.zone))
        await until(lambda: not kitchen.follower.is_current(clock()) or kitchen.cache.get(CacheKey("/")) is None)
        assert await kitchen.fetch() == "harbour"


async def test_what_was_read_before_a_write_is_not_kept_if_the_write_is_known_when_it_ends(kitchen: Kitchen) -> None:
    async with kitchen.render_held_back() as old:
        await kitchen.newsroom.publish("harbour")
        await kitchen.follower.catch_up()
    assert await old == "", "it asked before the write"
    assert kitchen.cache.get(CacheKey("/")) is None
    assert await kitchen.fetch() == "harbour"


async def test_what_was_read_before_a_write_is_forgotten_if_the_write_is_known_later(kitchen: Kitchen) -> None:
    async with kitchen.render_held_back() as old:
        await kitchen.newsroom.publish("harbour")
    assert await old == ""
    assert not kitchen.follower.is_current(kitchen.newsroom.clock()) or kitchen.cache.get(CacheKey("/")) is None
    assert await kitchen.fetch() == "harbour"


async def test_a_write_during_a_render_that_concerns_something_else_does_not_spoil_it(kitchen: Kitchen) -> None:
    kitchen.go.clear()
    fetching = asyncio.create_task(kitchen.fetch("/business", section_scope("business")))
    await kitchen.taken.wait()
    await kitchen.newsroom.publish("harbour", sections=["world"])
    await kitchen.follower.catch_up()
    kitchen.go.set()
    await fetching
    assert kitchen.cache.get(CacheKey("/business")) is not None


async def test_what_has_seen_a_write_is_not_forgotten_when_the_log_tells_of_it(kitchen: Kitchen) -> None:
    async def write_and_make(_before: Representation | None) -> Representation:
        await kitchen.newsroom.publish("harbour")
        return await kitchen.make()(None)

    made = await kitchen.cache.fetch(CacheKey("/"), write_and_make)
    kitchen.follower.is_current(kitchen.newsroom.clock())
    await kitchen.follower.catch_up()
    assert kitchen.cache.get(CacheKey("/")) is made


async def test_a_crowd_costs_one_render(kitchen: Kitchen) -> None:
    await kitchen.newsroom.publish("harbour")
    async with kitchen.render_held_back() as first:
        crowd = [asyncio.create_task(kitchen.fetch()) for _ in range(200)]
    assert set(await asyncio.gather(first, *crowd)) == {"harbour"}
    assert kitchen.renders == 1


async def test_who_waits_for_a_render_gets_nothing_older_than_the_own_call(kitchen: Kitchen) -> None:
    async with kitchen.render_held_back() as first:
        await kitchen.newsroom.publish("harbour")
        crowd = [asyncio.create_task(kitchen.fetch()) for _ in range(20)]
        await asyncio.sleep(0)
    assert await first == ""
    assert set(await asyncio.gather(*crowd)) == {"harbour"}
    assert kitchen.renders == 2


async def test_a_crowd_costs_two_renders_however_busy_the_writers_are(kitchen: Kitchen) -> None:
    """No render can be kept here: a write comes during each. Still nobody waits for more than two."""

    async def make_and_write(_before: Representation | None) -> Representation:
        made = await kitchen.make()(None)
        await kitchen.newsroom.publish(f"story-{kitchen.renders}", kitchen.newsroom.clock.advance(minutes=1))
        await kitchen.follower.catch_up()
        return made

    crowd = [asyncio.create_task(kitchen.cache.fetch(CacheKey("/"), make_and_write)) for _ in range(100)]
    read = [text(made) for made in await asyncio.gather(*crowd)]
    assert read == ["", *["story-1"] * 99]
    assert kitchen.renders == 2


async def test_what_make_raises_goes_to_its_caller_and_the_next_one_tries_anew(kitchen: Kitchen) -> None:
    async def fail(_before: Representation | None) -> Never:
        kitchen.renders += 1
        raise LookupError("no such feed")

    for _ in range(2):
        with pytest.raises(LookupError):
            await kitchen.cache.fetch(CacheKey("/"), fail)
    assert kitchen.renders == 2
    assert await kitchen.fetch() == ""


async def test_a_failure_reaches_a_crowd_in_two_renders_and_asyncio_has_no_complaint(
    kitchen: Kitchen, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(_before: Representation | None) -> Never:
        kitchen.renders += 1
        await asyncio.sleep(0)
        raise LookupError("no such feed")

    crowd = [asyncio.create_task(kitchen.cache.fetch(CacheKey("/"), fail)) for _ in range(50)]
    answers = await asyncio.gather(*crowd, return_exceptions=True)
    assert {type(answer) for answer in answers} == {LookupError}
    assert kitchen.renders == 2
    del answers, crowd
    gc.collect()
    assert caplog.records == []
    assert await kitchen.fetch() == ""


async def test_when_the_one_who_renders_goes_away_another_takes_over(kitchen: Kitchen) -> None:
    await kitchen.newsroom.publish("harbour")
    async with kitchen.render_held_back() as leader:
        waiters = [asyncio.create_task(kitchen.fetch()) for _ in range(10)]
        await asyncio.sleep(0)
        leader.cancel()
        await asyncio.wait({leader})
        assert leader.cancelled()
    assert set(await asyncio.gather(*waiters)) == {"harbour"}
    assert kitchen.renders == 2


async def test_one_who_renders_goes_away_again_and_again(kitchen: Kitchen) -> None:
    """Whoever takes over may go away too: then the next one does."""
    await kitchen.newsroom.publish("harbour")
    kitchen.go.clear()
    crowd = [asyncio.create_task(kitchen.fetch()) for _ in range(6)]
    for _ in range(5):
        await kitchen.taken.wait()
        kitchen.taken.clear()
        # Tasks go on in the order in which they came.
        crowd.pop(0).cancel()
    kitchen.go.set()
    assert set(await asyncio.gather(*crowd)) == {"harbour"}


async def test_when_one_who_waits_goes_away_nobody_else_notices(kitchen: Kitchen) -> None:
    async with kitchen.render_held_back() as leader:
        waiters = [asyncio.create_task(kitchen.fetch()) for _ in range(3)]
        await asyncio.sleep(0)
        waiters[1].cancel()
        await asyncio.wait({waiters[1]})
    assert set(await asyncio.gather(leader, waiters[0], waiters[2])) == {""}
    assert kitchen.renders == 1


async def test_nothing_is_kept_past_the_instant_at_which_it_changes_unwritten(kitchen: Kitchen) -> None:
    clock = kitchen.newsroom.clock
    midnight = clock() + timedelta(hours=1)

    async def today(_before: Representation | None) -> Representation:
        made = await kitchen.make()(None)
        made.freshness = replace(made.freshness, valid_until=midnight if clock() < midnight else None)
        return made

    await kitchen.cache.fetch(CacheKey("/"), today)
    clock.now = midnight - timedelta(microseconds=1)
    assert kitchen.cache.get(CacheKey("/")) is not None
    clock.now = midnight
    assert kitchen.cache.get(CacheKey("/")) is None
    await kitchen.cache.fetch(CacheKey("/"), today)
    await kitchen.cache.fetch(CacheKey("/"), today)
    assert kitchen.renders == 2
    clock.advance(days=100)
    assert kitchen.cache.get(CacheKey("/")) is not None


async def test_a_scheduled_article_is_in_the_first_answer_from_its_moment_on(kitchen: Kitchen) -> None:
    clock = kitchen.newsroom.clock
    moment = clock() + timedelta(hours=1)
    await kitchen.newsroom.publish("budget", moment)
    assert await kitchen.fetch() == ""
    clock.now = moment - timedelta(microseconds=1)
    assert await kitchen.fetch() == ""
    clock.now = moment
    assert await kitchen.fetch() == "budget"
    assert kitchen.renders == 2


async def test_nothing_kept_is_served_while_the_store_cannot_be_read(newsroom: Newsroom) -> None:
    valve = Valve(newsroom.store)
    follower = Follower(valve, newsroom.clock)
    cache = RepresentationCache(follower, newsroom.clock, max_bytes=1_000_000)
    kitchen = Kitchen(newsroom, follower, cache)
    kitchen.go.set()
    await follower.start()
    assert await kitchen.fetch() == ""
    valve.log_fails = True
    with pytest.raises(Unavailable):
        await kitchen.fetch()
    await newsroom.publish("harbour")
    with pytest.raises(Unavailable):
        await kitchen.fetch()
    valve.log_fails = False
    assert await kitchen.fetch() == "harbour"


async def test_a_second_request_does_not_overtake_the_reading_that_the_first_began(newsroom: Newsroom) -> None:
    valve = Valve(newsroom.store)
    follower = Follower(valve, newsroom.clock)
    kitchen = Kitchen(newsroom, follower, RepresentationCache(follower, newsroom.clock, max_bytes=1_000_000))
    kitchen.go.set()
    await follower.start()
    assert await kitchen.fetch() == ""
    await newsroom.publish("harbour")
    valve.open.clear()
    first = asyncio.create_task(kitchen.fetch())
    await valve.waiting.wait()
    second = asyncio.create_task(kitchen.fetch())
    await asyncio.sleep(0)
    valve.open.set()
    assert set(await asyncio.gather(first, second)) == {"harbour"}


async def test_what_is_for_some_readers_alone_is_never_kept_where_others_find_it(kitchen: Kitchen) -> None:
    """Nor is what anybody may see kept for some alone: a mistake on either side costs renders, and tells nobody anything."""

    async def private(_before: Representation | None) -> Representation:
        made = await kitchen.make()(None)
        made.freshness = replace(made.freshness, policy=CachePolicy.of(60, private=True))
        return made

    anybody, some, others = CacheKey("/"), CacheKey("/", "world"), CacheKey("/", "business")
    assert await kitchen.cache.fetch(anybody, private) is not await kitchen.cache.fetch(anybody, private)
    await kitchen.cache.fetch(some, kitchen.make())
    assert [kitchen.cache.get(key) for key in (anybody, some, others)] == [None] * 3
    made = await kitchen.cache.fetch(some, private)
    assert [kitchen.cache.get(key) for key in (anybody, some, others)] == [None, made, None]
