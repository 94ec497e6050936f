"""What is due cannot be written: it waits, not the readers."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from feeds.cache.follower import Follower
from feeds.http.representation import CacheKey
from feeds.loops import Loops
from storage.errors import Unavailable
from tests.cache.kitchen import Kitchen
from tests.cache.valve import Valve
from tests.kinds.newsroom import Newsroom, until

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)


class Overdue:
    """A newsroom with an article whose time has come, and a follower to which it cannot be written."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.newsroom = newsroom
        self.valve = Valve(newsroom.store)
        self.follower = Follower(self.valve, newsroom.clock)

    async def begin(self) -> None:
        await self.follower.start()
        await self.newsroom.publish("budget", self.newsroom.clock() + HOUR)
        await self.follower.catch_up()
        self.newsroom.clock.advance(hours=1)
        assert not self.is_current()

    def is_current(self) -> bool:
        return self.follower.is_current(self.newsroom.clock())

    async def shown(self) -> list[str]:
        return [article.slug for article in (await self.newsroom.store.read_articles("home", limit=9)).articles]


@pytest.fixture
async def overdue(newsroom: Newsroom) -> AsyncIterator[Overdue]:
    overdue = Overdue(newsroom)
    await overdue.begin()
    yield overdue
    overdue.valve.due_error = None
    overdue.valve.due_writes.set()


@pytest.mark.parametrize("error", [Unavailable("full"), ValueError("a bug")])
async def test_what_cannot_be_written_is_waited_for_once(overdue: Overdue, error: Exception) -> None:
    overdue.valve.due_error = error
    await overdue.follower.catch_up()
    assert overdue.is_current()
    assert await overdue.shown() == []
    overdue.newsroom.clock.advance(hours=1)
    assert overdue.is_current(), "nor is what comes due later waited for"


async def test_what_takes_too_long_is_not_waited_for(overdue: Overdue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.cache.follower._PATIENCE", 0.02)
    overdue.valve.due_writes.clear()
    await asyncio.gather(*(overdue.follower.catch_up() for _ in range(5)))
    assert overdue.is_current()
    # At last it is written: readers learn of it at once, and the next is waited for again.
    overdue.valve.due_writes.set()
    await until(lambda: not overdue.is_current())
    await overdue.follower.catch_up()
    assert await overdue.shown() == ["budget"]
    await overdue.newsroom.publish("later", overdue.newsroom.clock() + HOUR)
    await overdue.follower.catch_up()
    overdue.newsroom.clock.advance(hours=1)
    assert not overdue.is_current()
    monkeypatch.setattr("feeds.cache.follower._PATIENCE", 60.0)
    await overdue.follower.catch_up()
    assert await overdue.shown() == ["later", "budget"]


async def test_what_comes_due_while_something_is_written_is_waited_for_as_well(overdue: Overdue) -> None:
    """A write that began before cannot have it."""
    overdue.valve.due_answers.clear()
    first = asyncio.create_task(overdue.follower.catch_up())
    await overdue.valve.due_written.wait()
    await overdue.newsroom.publish("later", overdue.newsroom.clock() + HOUR)
    overdue.newsroom.clock.advance(hours=1)
    second = asyncio.create_task(overdue.follower.catch_up())
    await until(lambda: overdue.follower.due.next_at == overdue.newsroom.clock())
    for _ in range(9):
        await asyncio.sleep(0)
    overdue.valve.due_answers.set()
    await second
    assert await overdue.shown() == ["later", "budget"]
    await first


async def test_what_others_commit_meanwhile_is_never_missed(overdue: Overdue) -> None:
    overdue.valve.due_error = Unavailable("locked")
    await overdue.follower.catch_up()
    await overdue.newsroom.publish("harbour")
    assert not overdue.is_current()
    await overdue.follower.catch_up()
    assert overdue.is_current()


async def test_a_commit_that_came_through_has_it_tried_again(overdue: Overdue) -> None:
    overdue.valve.due_error = Unavailable("locked")
    await overdue.follower.catch_up()
    overdue.valve.due_error = None
    await overdue.newsroom.publish("harbour")
    await overdue.follower.catch_up()
    await until(lambda: not overdue.is_current())
    await overdue.follower.catch_up()
    assert set(await overdue.shown()) == {"budget", "harbour"}


async def test_it_is_tried_again_unasked_and_seen_to_fail(overdue: Overdue, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    overdue.valve.due_error = ValueError("a bug")
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0.001)

    loops = Loops(overdue.newsroom.clock, sleep)
    running = asyncio.create_task(overdue.follower.run(loops))
    try:
        await until(lambda: loops.failures.get("writing what is due", 0) > 8)
        (trouble,) = loops.troubles
        assert (trouble.name, trouble.error) == ("writing what is due", "ValueError")
        assert max(pauses) == 30
        overdue.valve.due_error = None
        await until(lambda: not loops.troubles)
        assert await overdue.shown() == ["budget"]
    finally:
        running.cancel()
        await asyncio.wait({running})
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 2, said


@pytest.mark.parametrize("error", [Unavailable("full"), ValueError("a bug")])
async def test_a_start_does_not_fail_for_it(newsroom: Newsroom, error: Exception) -> None:
    await newsroom.publish("harbour")
    await newsroom.publish("budget", newsroom.clock() + HOUR)
    newsroom.clock.advance(hours=1)
    overdue = Overdue(newsroom)
    overdue.valve.due_error = error
    await overdue.follower.start()
    assert overdue.is_current()
    assert await overdue.shown() == ["harbour"]


async def test_a_reading_that_fails_unexpectedly_is_made_up_for(newsroom: Newsroom) -> None:
    """The follower outlives what nobody foresaw, and what it had read is told again."""
    overdue = Overdue(newsroom)
    await overdue.follower.start()
    told: list[int] = []

    def fail(_changes: object) -> None:
        overdue.follower.on_changes.remove(fail)
        raise ValueError("a bug")

    overdue.follower.on_changes += [fail, lambda changes: told.extend(change.seq for change in changes)]

    async def sleep(_seconds: float) -> None:
        await asyncio.sleep(0.001)

    loops = Loops(newsroom.clock, sleep)
    running = asyncio.create_task(overdue.follower.run(loops))
    try:
        article = await newsroom.publish("harbour")
        await until(lambda: loops.failures.get("following the change log", 0) == 1 and not loops.troubles)
        await until(overdue.is_current)
        assert told == [article.seq]
    finally:
        running.cancel()
        await asyncio.wait({running})


async def test_what_is_kept_and_what_is_made_are_both_served(newsroom: Newsroom) -> None:
    """A render needs no write either."""
    await newsroom.publish("harbour")
    kitchen = await Kitchen.open(newsroom)
    overdue = Overdue(newsroom)
    overdue.follower = kitchen.follower
    kitchen.follower._store = overdue.valve
    assert await kitchen.fetch("/kept") == "harbour"
    await newsroom.publish("budget", newsroom.clock() + HOUR)
    newsroom.clock.advance(hours=1)
    overdue.valve.due_error = Unavailable("full")
    for path in ("/kept", "/new"):
        assert await kitchen.fetch(path) == "harbour"
        assert kitchen.cache.get(CacheKey(path)) is not None
