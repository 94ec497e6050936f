"""What comes due: committed once, at its moment, by whichever follower notices first."""

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from feeds.cache.follower import Follower
from feeds.loops import Loops
from storage.clock import utc_now
from storage.connect import open_store
from storage.model import Change
from tests.kinds.newsroom import Newsroom, story
from tests.stores import opened_store

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)


async def test_a_scheduled_article_appears_at_its_moment(newsroom: Newsroom) -> None:
    follower = Follower(newsroom.store, newsroom.clock)
    await follower.start()
    moment = newsroom.clock() + HOUR
    article = await newsroom.publish("budget", moment)
    await follower.catch_up()
    assert follower.due.next_at == moment
    newsroom.clock.now = moment - timedelta(microseconds=1)
    assert follower.is_current(newsroom.clock())
    await follower.catch_up()
    assert not (await newsroom.store.get_article(article.id)).public
    newsroom.clock.now = moment
    assert not follower.is_current(moment)
    await follower.catch_up()
    assert (await newsroom.store.get_article(article.id)).public
    await follower.catch_up()
    assert follower.is_current(moment + HOUR), "nothing else is due"


async def test_two_followers_that_race_make_one_change(newsroom: Newsroom, store_url: str) -> None:
    moment = newsroom.clock() + HOUR
    articles = [await newsroom.publish(f"budget-{number}", moment) for number in range(3)]
    async with opened_store(store_url, newsroom.clock) as other:
        mine, theirs = Follower(newsroom.store, newsroom.clock), Follower(other, newsroom.clock)
        told: dict[Follower, list[Change]] = {mine: [], theirs: []}
        for follower, changes in told.items():
            await follower.start()
            follower.on_changes.append(changes.extend)
        newsroom.clock.now = moment
        await asyncio.gather(*(follower.catch_up() for follower in (mine, theirs) * 5))
        for follower, changes in told.items():
            # Who came second may have looked a moment before the first had committed.
            async with asyncio.timeout(60):
                while len(changes) < len(articles):
                    await follower.catch_up()
                    await asyncio.sleep(0)
            assert sorted(change.subject_id for change in changes) == [str(article.id) for article in articles]


async def test_what_came_due_while_nothing_ran_is_committed_at_the_start(newsroom: Newsroom) -> None:
    article = await newsroom.publish("budget", newsroom.clock() + HOUR)
    newsroom.clock.advance(days=1)
    follower = Follower(newsroom.store, newsroom.clock)
    told: list[Change] = []
    follower.on_changes.append(told.extend)
    await follower.start()
    assert (await newsroom.store.get_article(article.id)).public
    assert [change.subject_id for change in told] == [str(article.id)]


async def test_an_earlier_moment_takes_the_place_of_a_later_one(newsroom: Newsroom) -> None:
    follower = Follower(newsroom.store, newsroom.clock)
    await follower.start()
    for hours in (3, 1, 2):
        await newsroom.publish(f"in-{hours}", newsroom.clock() + hours * HOUR)
        await follower.catch_up()
    assert follower.due.next_at == newsroom.clock() + HOUR
    newsroom.clock.advance(hours=1)
    await follower.catch_up()
    assert follower.due.next_at == newsroom.clock() + HOUR


async def test_a_schedule_that_is_called_off_leaves_nothing_due(newsroom: Newsroom) -> None:
    follower = Follower(newsroom.store, newsroom.clock)
    await follower.start()
    article = await newsroom.publish("budget", newsroom.clock() + HOUR)
    await newsroom.withdraw(article)
    await follower.catch_up()
    assert follower.due.next_at is None


async def test_the_background_task_commits_at_the_moment_itself(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a heartbeat that does not come in time, only the moment wakes it."""
    monkeypatch.setattr("feeds.cache.follower._HEARTBEAT", 60.0)
    store = await open_store(store_url, migrate=True)
    follower = Follower(store, utc_now)
    appeared: asyncio.Queue[datetime] = asyncio.Queue()
    moment = utc_now() + timedelta(milliseconds=150)
    await store.add_article(story("budget", moment, ZoneInfo("UTC"), sections=()))
    # Before it starts: a machine that is busy may come to that after the moment.
    follower.on_changes.append(lambda _changes: appeared.put_nowait(utc_now()))
    await follower.start()
    running = asyncio.create_task(follower.run(Loops()))
    try:
        async with asyncio.timeout(60):
            assert await appeared.get() >= moment
    finally:
        running.cancel()
        await asyncio.wait({running})
        await store.close()
