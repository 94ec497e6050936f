"""What is served while the log of changes cannot be read: nothing, or for a while what was known last, marked as such."""

import asyncio
import gzip
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feeds.cache.cache import RepresentationCache
from feeds.cache.follower import Follower
from storage.errors import Unavailable
from storage.protocol import Store
from tests.cache.valve import Valve
from tests.kinds.newsroom import Newsroom, SettableClock
from tests.stores import opened_store
from tests.web.site import Client, Reply, Site, client_of, open_site
from tests.web.test_entitlements import application_of

pytestmark = pytest.mark.anyio

NOON = datetime(2023, 3, 22, 12, tzinfo=UTC)
FEED = "/feed.atom"


@dataclass(frozen=True)
class CutOff:
    """A newsroom whose log is behind a valve."""

    site: Site
    client: Client
    valve: Valve
    other: Store
    """Of another process."""

    @property
    def clock(self) -> SettableClock:
        return self.site.clock

    async def publish_elsewhere(self, slug: str) -> None:
        await Newsroom(self.other, self.clock, self.site.newsroom.publication).publish(slug)


@asynccontextmanager
async def cut_off(folder: Path, seconds: int, *, patience: float = 60, **settings: object) -> AsyncIterator[CutOff]:
    """With an article, an hour after it was published."""
    url = f"sqlite:///{folder}/dateline.db"
    async with open_site(folder, SettableClock(NOON), stale_if_error=seconds, **settings) as site:
        valve, clock = Valve(site.state.store), site.clock
        # The site's own loops go on with a follower of theirs: which of the two is told of a commit is luck.
        valve.cannot_tell = True
        follower = Follower(valve, clock, patience=patience if seconds else None)
        cache, side = [RepresentationCache(follower, clock, max_bytes=1_000_000) for _ in range(2)]
        site = site.with_state(replace(site.state, follower=follower, cache=cache, side_cache=side))
        await follower.start()
        await site.newsroom.publish("harbour")
        clock.advance(hours=1)
        async with opened_store(url, clock) as other, client_of(site) as client:
            yield CutOff(site, client, valve, other)


def marks(reply: Reply) -> tuple[str | None, ...]:
    """Date, Age, Cache-Control and Cache-Status, each once."""
    names = ("date", "age", "cache-control", "cache-status")
    assert all(len(reply.fields.get_list(name)) <= 1 for name in names)
    return tuple(reply.fields.get(name) for name in names)


def stale(date: str, age: int) -> tuple[str, ...]:
    return (
        f"Wed, 22 Mar 2023 {date} GMT",
        str(age),
        "no-cache",
        f"Dateline; hit; ttl={-age}; detail=database-unreachable",
    )


async def test_by_default_nothing_is_served(tmp_path: Path) -> None:
    async with cut_off(tmp_path, 0) as room:
        etag = (await room.client.ask(FEED)).etag
        room.valve.log_fails = True
        for condition in ({}, {"If-None-Match": etag}):
            reply = await room.client.ask(FEED, condition)
            assert (reply.status, reply.fields["retry-after"]) == (503, "5")
            assert "age" not in reply.fields


async def test_what_was_known_last_is_served_for_so_long_and_marked(tmp_path: Path) -> None:
    async with cut_off(tmp_path, 30, surrogate_keys="xkey", cdn_max_age=3600) as room:
        fresh = await room.client.ask(FEED)
        assert (fresh.fields["cdn-cache-control"], "xkey" in fresh.fields) == ("max-age=3600", True)
        room.valve.log_fails = True
        room.clock.advance(seconds=20)
        await room.publish_elsewhere("ferry")
        for method, condition, status in (
            ("GET", {}, 200),
            ("HEAD", {}, 200),
            ("GET", {"If-None-Match": fresh.etag}, 304),
        ):
            reply = await room.client.ask(FEED, condition, method=method)
            assert (reply.status, marks(reply)) == (status, stale("13:00:00", 20))
            assert reply.body == (fresh.body if method == "GET" and status == 200 else b"")
            assert reply.etag == fresh.etag
            assert reply.fields["last-modified"] == fresh.fields["last-modified"]
            assert not {"xkey", "cdn-cache-control"} & set(reply.fields), "no cache in front keeps it"
        zipped = await room.client.ask(FEED, Accept_Encoding="gzip")
        assert (gzip.decompress(zipped.body), marks(zipped)) == (fresh.body, stale("13:00:00", 20))
        assert (await room.client.ask("/feed.rss")).status == 503, "nothing is kept of it"
        room.clock.advance(seconds=10)
        assert marks(await room.client.ask(FEED)) == stale("13:00:00", 30)
        room.clock.advance(seconds=1)
        late = await room.client.ask(FEED)
        assert (late.status, late.fields["retry-after"]) == (503, "5")


async def test_once_the_log_is_read_again_all_is_as_before(tmp_path: Path) -> None:
    async with cut_off(tmp_path, 30) as room:
        fresh = await room.client.ask(FEED)
        room.valve.log_fails = True
        room.clock.advance(seconds=5)
        await room.publish_elsewhere("ferry")
        kept = await room.client.ask(FEED)
        assert (kept.status, kept.etag) == (200, fresh.etag)
        # Whoever sends what he was given back is not told that nothing changed since, by whatever of it.
        room.clock.advance(seconds=5)
        room.valve.log_fails = False
        await room.site.state.follower._read_to_end()
        for condition in (
            {"If-None-Match": kept.etag},
            {"If-Modified-Since": kept.fields["last-modified"]},
            {"If-Modified-Since": kept.fields["date"]},
        ):
            reply = await room.client.ask(FEED, condition)
            assert (reply.status, "age" in reply.fields, "cache-status" in reply.fields) == (200, False, False)
            assert b"Ferry" in reply.body
            assert reply.fields["date"] == "Wed, 22 Mar 2023 13:00:10 GMT"


async def test_what_this_process_wrote_is_not_answered_by_what_was_before(tmp_path: Path) -> None:
    async with cut_off(tmp_path, 30) as room:
        assert (await room.client.ask(FEED)).status == 200
        [article] = await room.other.list_articles(limit=1)
        room.valve.log_fails = True
        assert (await room.client.ask(FEED)).status == 200
        await room.site.newsroom.withdraw(article)
        assert (await room.client.ask(FEED)).status == 503
        assert (await room.client.ask(article.path)).status == 503


async def test_what_was_known_to_be_withdrawn_does_not_come_back(tmp_path: Path) -> None:
    async with cut_off(tmp_path, 30) as room:
        [article] = await room.other.list_articles(limit=1)
        for path in (FEED, article.path):
            assert (await room.client.ask(path)).status == 200
        await room.site.newsroom.withdraw(article)
        assert (await room.client.ask(article.path)).status == 410
        room.valve.log_fails = True
        for path in (FEED, article.path):
            assert (await room.client.ask(path)).status == 503


async def test_what_changes_with_the_clock_is_not_served_beyond_its_time(tmp_path: Path) -> None:
    async with cut_off(tmp_path, 3600) as room:
        room.clock.now = datetime(2023, 3, 22, 23, 59, 50, tzinfo=UTC)
        for path in ("/", "/feeds.opml"):
            assert (await room.client.ask(path)).status == 200
        room.valve.log_fails = True
        assert marks(await room.client.ask("/")) == stale("23:59:50", 0)
        room.clock.advance(seconds=10)
        assert (await room.client.ask("/")).status == 503, "it bears the date"
        assert (await room.client.ask("/feeds.opml")).status == 200


async def test_what_is_for_some_readers_alone_is_served_to_nobody(tmp_path: Path) -> None:
    async with cut_off(tmp_path, 30) as room, client_of(application_of(room.site, Counter())) as client:
        assert (await client.ask("/feed.txt", {"Authorization": "world"})).status == 200
        assert (await client.ask("/feed.txt")).status == 200
        room.valve.log_fails = True
        assert marks(await client.ask("/feed.txt")) == stale("13:00:00", 0)
        with pytest.raises(Unavailable):
            await client.ask("/feed.txt", {"Authorization": "world"})


async def test_what_cannot_be_told_without_the_log_is_not(tmp_path: Path) -> None:
    async with cut_off(tmp_path, 30) as room:
        fresh = await room.client.ask(FEED)
        await room.site.newsroom.publish("ferry")
        present = await room.client.ask(FEED)
        room.valve.log_fails = True
        whole = await room.client.ask(FEED, A_IM="feed", If_None_Match=fresh.etag)
        assert (whole.status, whole.body) == (200, present.body), "the changes alone may not be all of them"
        assert (await room.client.ask(FEED, If_Match=present.etag)).status == 200
        assert (await room.client.ask(FEED, If_Match='"another"')).status == 503


async def test_nobody_waits_for_a_database_that_does_not_answer_but_one(tmp_path: Path) -> None:
    async with cut_off(tmp_path, 30, patience=0.01) as room, asyncio.timeout(60):
        while (await room.client.ask(FEED)).status != 200:
            # So little patience is too little at times; and who is refused at once leaves the reading no turn to end in.
            await room.site.state.follower._read_to_end()
        readings = room.valve.readings
        room.valve.open.clear()
        room.valve.cannot_tell = True
        replies = await asyncio.gather(*(room.client.ask(FEED) for _ in range(20)))
        assert {reply.status for reply in replies} == {200}
        assert {reply.fields.get("cache-control") for reply in replies} == {"no-cache"}
        assert room.valve.readings == readings + 1
        room.valve.open.set()
        room.valve.cannot_tell = False
        await room.site.state.follower._read_to_end()
        assert "age" not in (await room.client.ask(FEED)).fields
