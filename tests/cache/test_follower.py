"""What a worker knows of its own and others' writes, on a real store."""

import asyncio
import gc
from collections.abc import Iterable
from datetime import timedelta

import pytest

from feeds.cache.follower import Follower, Log
from feeds.loops import Loops
from storage.errors import Unavailable
from storage.model import Change
from tests.cache.valve import Valve
from tests.kinds.newsroom import Newsroom, SettableClock, story, until
from tests.stores import opened_store

pytestmark = pytest.mark.anyio


class Following:
    """A follower that has started, and the changes it told of."""

    def __init__(self, log: Log, clock: SettableClock) -> None:
        self.follower = Follower(log, clock)
        self.clock = clock
        self.told: list[Change] = []
        self.follower.on_changes.append(self._tell)

    def _tell(self, changes: Iterable[Change]) -> None:
        self.told.extend(changes)

    def current(self) -> bool:
        return self.follower.is_current(self.clock())

    @classmethod
    async def start(cls, log: Log, clock: SettableClock) -> "Following":
        following = cls(log, clock)
        await following.follower.start()
        # The store's own commits at the start, if any, are news of nothing.
        await following.follower.catch_up()
        return following


async def test_an_own_write_is_known_from_the_next_look_on(newsroom: Newsroom) -> None:
    following = await Following.start(newsroom.store, newsroom.clock)
    assert following.current()
    assert following.told == [], "what was there before the start is not news"
    article = await newsroom.publish("harbour")
    assert following.current() is bool(following.told)
    await following.follower.catch_up()
    assert following.current()
    [change] = following.told
    assert change.seq == article.seq
    assert "home" in change.scopes


async def test_a_write_of_another_process_is_known_as_soon_as_it_is_seen(newsroom: Newsroom, store_url: str) -> None:
    following = await Following.start(newsroom.store, newsroom.clock)
    async with opened_store(store_url, newsroom.clock) as other:
        article = await other.add_article(story("harbour", newsroom.clock(), newsroom.zone))
        # The store looks at the file at most every 10 ms.
        await until(lambda: not following.current() or bool(following.told))
        await following.follower.catch_up()
        assert [change.seq for change in following.told] == [article.seq]
        assert following.current()


async def test_what_an_embedded_store_can_tell_on_the_spot_is_known_without_waiting(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few Changes; of more, and of any that a server keeps, a reading tells that others do not wait for."""
    monkeypatch.setattr("feeds.cache.follower._FEW", 2)
    following = await Following.start(newsroom.store, newsroom.clock)
    is_embedded = newsroom.store.read_on_at_once(0, limit=1) is not None
    for number, count in enumerate((2, 3, 1)):
        seqs = [(await newsroom.publish(f"story-{number}-{place}")).seq for place in range(count)]
        following.told.clear()
        assert following.current() is (is_embedded and count <= 2)
        assert [change.seq for change in following.told] == (seqs if following.current() else [])
        await following.follower.catch_up()
        assert [change.seq for change in following.told] == seqs


async def test_what_a_listener_could_not_be_told_is_not_known(newsroom: Newsroom) -> None:
    following = await Following.start(newsroom.store, newsroom.clock)
    fails = True

    def fail(_changes: Iterable[Change]) -> None:
        if fails:
            raise RuntimeError("a listener's own fault")

    following.follower.on_changes.append(fail)
    article = await newsroom.publish("harbour")
    assert not following.current()
    with pytest.raises(RuntimeError):
        await following.follower.catch_up()
    assert not following.current()
    fails = False
    following.told.clear()
    await following.follower.catch_up()
    assert [change.seq for change in following.told] == [article.seq]
    assert following.current()


async def test_nothing_is_current_while_the_log_is_read(newsroom: Newsroom) -> None:
    """The commit was noticed, but what it changed is not known yet: a second request must wait like the first."""
    valve = Valve(newsroom.store)
    following = await Following.start(valve, newsroom.clock)
    await newsroom.publish("harbour")
    valve.open.clear()
    first = asyncio.create_task(following.follower.catch_up())
    await valve.waiting.wait()
    assert not following.current()
    assert not following.current(), "asking does not make it so"
    second = asyncio.create_task(following.follower.catch_up())
    done, _ = await asyncio.wait({first, second}, timeout=0)
    assert not done
    valve.open.set()
    await asyncio.gather(first, second)
    assert following.current()
    assert len(following.told) == 1


async def test_whoever_comes_during_a_reading_is_told_of_what_was_committed_before_it_came(newsroom: Newsroom) -> None:
    valve = Valve(newsroom.store)
    following = await Following.start(valve, newsroom.clock)
    await newsroom.publish("harbour")
    gate = valve.open
    gate.clear()
    first = asyncio.create_task(following.follower.catch_up())
    await valve.waiting.wait()
    later = await newsroom.publish("ferry")
    others = [asyncio.create_task(following.follower.catch_up()) for _ in range(20)]
    gate.set()
    await asyncio.gather(first, *others)
    assert following.told[-1].seq == later.seq
    assert following.current()


async def test_catching_up_ends_however_busy_the_writers_are(newsroom: Newsroom) -> None:
    valve = Valve(newsroom.store)
    following = await Following.start(valve, newsroom.clock)
    valve.cannot_tell = True
    async with asyncio.timeout(60):
        await asyncio.gather(*(following.follower.catch_up() for _ in range(5)))
    assert not following.current()


async def test_many_who_ask_at_once_cost_one_reading(newsroom: Newsroom) -> None:
    valve = Valve(newsroom.store)
    following = await Following.start(valve, newsroom.clock)
    await newsroom.publish("harbour")
    before = valve.readings
    await following.follower.catch_up()
    alone = valve.readings - before
    await newsroom.publish("ferry")
    before = valve.readings
    await asyncio.gather(*(following.follower.catch_up() for _ in range(100)))
    assert valve.readings - before <= alone
    assert len(following.told) == 2


async def test_nothing_is_current_while_the_store_cannot_be_read(newsroom: Newsroom) -> None:
    valve = Valve(newsroom.store)
    following = await Following.start(valve, newsroom.clock)
    valve.log_fails = True
    for _ in range(2):
        assert not following.current()
        with pytest.raises(Unavailable):
            await following.follower.catch_up()
    article = await newsroom.publish("harbour")
    valve.log_fails = False
    assert not following.current(), "what failed has to be made up for first"
    await following.follower.catch_up()
    assert [change.seq for change in following.told] == [article.seq]
    assert following.current()


async def test_a_closed_store_is_one_that_cannot_be_read(store_url: str) -> None:
    clock = SettableClock()
    async with opened_store(store_url, clock) as store:
        following = await Following.start(store, clock)
        await store.close()
        assert not following.current()
        with pytest.raises(Unavailable):
            await following.follower.catch_up()
        assert not following.current()


async def test_a_reading_that_failed_half_way_forgets_nothing_that_is_due(newsroom: Newsroom, store_url: str) -> None:
    """The log was read, the question what is due was not answered: it has to be asked again."""
    valve = Valve(newsroom.store)
    following = await Following.start(valve, newsroom.clock)
    assert following.follower.due.next_at is None
    moment = newsroom.clock() + timedelta(hours=1)
    async with opened_store(store_url, newsroom.clock) as other:
        await other.add_article(story("embargoed", moment, newsroom.zone))
    await until(lambda: not following.current())
    valve.due_fails = True
    with pytest.raises(Unavailable):
        await following.follower.catch_up()
    assert not following.current()
    valve.due_fails = False
    await following.follower.catch_up()
    assert following.follower.due.next_at == moment
    assert following.current()


async def test_one_who_goes_away_does_not_stop_the_reading_for_the_others(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    valve = Valve(newsroom.store)
    following = await Following.start(valve, newsroom.clock)
    await newsroom.publish("harbour")
    before = valve.readings
    valve.open.clear()
    first, second = (asyncio.create_task(following.follower.catch_up()) for _ in range(2))
    await valve.waiting.wait()
    first.cancel()
    await asyncio.wait({first})
    assert first.cancelled()
    valve.open.set()
    await second
    assert len(following.told) == 1
    assert valve.readings == before + 1, "one reading"
    # And if all go away from a reading that fails, asyncio has nothing to complain of.
    await newsroom.publish("ferry")
    valve.open.clear()
    only = asyncio.create_task(following.follower.catch_up())
    await valve.waiting.wait()
    only.cancel()
    await asyncio.wait({only})
    valve.log_fails = True
    valve.open.set()
    with pytest.raises(Unavailable):
        await following.follower.catch_up()
    gc.collect()
    assert caplog.records == []
    valve.log_fails = False
    await following.follower.catch_up()
    assert len(following.told) == 2


async def test_it_keeps_up_unasked_and_outlives_a_store_out_of_reach(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feeds.cache.follower._HEARTBEAT", 0.02)
    valve = Valve(newsroom.store)
    following = await Following.start(valve, newsroom.clock)
    valve.log_fails = True
    running = asyncio.create_task(following.follower.run(Loops()))
    try:
        await until(lambda: "out of reach" in caplog.text)
        valve.log_fails = False
        await newsroom.publish("harbour")
        await until(lambda: bool(following.told))
    finally:
        running.cancel()
        await asyncio.wait({running})
    assert running.cancelled()
