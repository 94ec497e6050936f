"""Readers are answered by a standby as long as it keeps up; where one takes over that had not all, nothing stale is left."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial

import psycopg
import pytest

from feeds.cache.cache import RepresentationCache
from feeds.cache.follower import Follower
from feeds.http.freshness import CachePolicy
from feeds.http.negotiation import Coding
from feeds.http.representation import CacheKey, Representation, represent
from feeds.loops import Loops
from feeds.validity import LASTING
from storage.connect import open_store
from storage.errors import Unavailable
from storage.protocol import Store
from storage.scopes import HOME, SITE
from tests.postgres.cluster import Cluster, running
from tests.postgres.proxy import Proxy, proxied
from tests.postgres.standby import Standby, standby_of
from tests.storage.newsroom import add_reply, reply, story, until

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def primary() -> Iterator[Cluster]:
    with running() as primary:
        yield primary


@pytest.fixture(scope="module")
def standby(primary: Cluster) -> Iterator[Standby]:
    with standby_of(primary) as standby:
        yield standby


@pytest.fixture
def name(primary: Cluster, request: pytest.FixtureRequest) -> str:
    """Of a database of the test's own."""
    name = request.node.name
    with psycopg.connect(primary.url(), autocommit=True) as db:
        db.execute(f'CREATE DATABASE "{name}"'.encode())
    return str(name)


@asynccontextmanager
async def opened(url: str, read_url: str = "") -> AsyncIterator[Store]:
    store = await open_store(url, read_url=read_url, migrate=True)
    try:
        yield store
    finally:
        await store.close()


async def headlines(store: Store) -> list[str]:
    return [article.slug for article in (await store.read_articles(HOME, limit=50)).articles]


def count(url: str, table: str) -> int:
    with psycopg.connect(url) as db:
        row = db.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
    assert row is not None
    return int(row[0])


def reads_of(proxy: Proxy) -> list[bytes]:
    """What is asked from now on, but for who comes in."""
    asked: list[bytes] = []

    def note(packet: bytes) -> bool:
        if b"articles" in packet:
            asked.append(packet)
        return False

    proxy.cut_before = note
    return asked


async def test_readers_are_answered_by_a_standby_that_keeps_up(primary: Cluster, standby: Standby, name: str) -> None:
    with proxied(standby.url(name)) as (proxy, read_url):
        async with opened(primary.url(name)) as other:
            await other.add_article(story("harbour"))
            await until(lambda: reached(standby, name, 1))
        async with opened(primary.url(name), read_url) as store:
            asked = reads_of(proxy)
            assert await headlines(store) == ["harbour"]
            assert asked


def reached(standby: Standby, name: str, articles: int) -> bool:
    try:
        return count(standby.url(name), "articles") == articles
    except psycopg.Error:
        return False


async def test_a_standby_that_lags_is_not_believed(primary: Cluster, standby: Standby, name: str) -> None:
    async with opened(primary.url(name), standby.url(name)) as store, opened(primary.url(name)) as other:
        await store.add_article(story("first"))
        await until(lambda: reached(standby, name, 1))
        standby.pause()
        try:
            # What this process wrote.
            await store.add_article(story("second"))
            assert await headlines(store) == ["second", "first"]
            # What another wrote, as soon as this one can know of it.
            follower = Follower(store, store.now)
            await follower.start()
            await follower.catch_up()
            await other.add_article(story("third"))
            await until(lambda: not follower.is_current(store.now()))
            await follower.catch_up()
            assert await headlines(store) == ["third", "second", "first"]
            assert count(standby.url(name), "articles") == 1
        finally:
            standby.resume()


async def test_what_appends_no_change_is_not_looked_for_at_a_standby(
    primary: Cluster, standby: Standby, name: str
) -> None:
    """No seq tells whether it has a feed of replies that was taken, or ended, a moment ago."""
    async with opened(primary.url(name), standby.url(name)) as store:
        article = await store.add_article(story("first"))
        comment = await add_reply(store, reply(article, "Ann"))
        await until(lambda: reached(standby, name, 1) and count(standby.url(name), "comments") == 1)
        standby.pause()
        try:
            await store.follow_replies("key", comment.id)
            taken = await store.read_replies("key", limit=5)
            assert taken is not None
            await store.end_reply_feed("key")
            ended = await store.read_replies("key", limit=5)
            assert ended is not None
            assert (taken.feed.ended, ended.feed.ended) == (False, True)
        finally:
            standby.resume()


async def test_a_standby_that_is_away_costs_nothing_but_a_look_and_a_line(
    primary: Cluster, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with proxied(primary.url(name)) as (proxy, read_url):
        async with opened(primary.url(name), read_url) as store:
            await store.add_article(story("first"))
            assert await headlines(store) == ["first"]
            proxy.close()
            accepted = proxy.accepted
            for _ in range(50):
                assert await headlines(store) == ["first"]
            assert proxy.accepted == accepted
            assert store.fault() is None
            [line] = caplog.messages
            assert line.startswith(
                "reads from the standby, DATELINE_DATABASE_READ_URL, fail: The database cannot be reached"
            )


async def test_a_standby_cannot_be_written_to(primary: Cluster, standby: Standby, name: str) -> None:
    async with opened(primary.url(name)) as store:
        await store.add_article(story("first"))
        await until(lambda: reached(standby, name, 1))
    store = await open_store(standby.url(name))
    try:
        with pytest.raises(Unavailable, match="it is a standby"):
            await store.add_article(story("second"))
        assert await headlines(store) == ["first"]
    finally:
        await store.close()


async def test_where_a_standby_takes_over_that_lacked_the_end_of_the_log_everything_is_forgotten() -> None:
    """Its Changes get the numbers of those that were lost: none of them is taken for another."""
    with running() as primary, standby_of(primary) as standby, proxied(primary.url()) as (proxy, url):
        async with opened(url) as store:
            follower = Follower(store, store.now)
            cache = RepresentationCache(follower, store.now, max_bytes=1 << 20)
            await follower.start()
            await store.add_article(story("kept"))
            await until(lambda: reached(standby, "dateline", 1))
            standby.cut_off()
            # What is written from here on is lost.
            for number in range(60):
                await store.add_article(story(f"lost-{number}"))
            shown = await cache.fetch(KEY, partial(show, store))
            assert cache.get(KEY) is shown
            lost = await store.last_seq()
            primary.stop("immediate")
            await asyncio.to_thread(standby.promote)
            async with opened(standby.url()) as other:
                number = 0
                while await other.last_seq() < lost:
                    number += 1
                    await other.add_article(story(f"new-{number}"))
            proxy.server = standby.folder / "data" / ".s.PGSQL.5432"
            proxy.cut_all()

            after = await cache.fetch(KEY, partial(show, store))
            assert (b"lost" in shown.bodies[Coding.IDENTITY], b"lost" in after.bodies[Coding.IDENTITY]) == (True, False)
            assert not shown.is_kept
            assert cache.get(KEY) is after
            # Who has the old one, with a number and a date, is told by none of them that nothing changed.
            running_on = asyncio.create_task(follower.run(Loops(store.now)))
            await until(lambda: follower.is_current(store.now()) and follower.log == 1 and last(standby) > lost)
            superseded = await cache.fetch(KEY, partial(show, store))
            running_on.cancel()
            await asyncio.wait({running_on})
            assert superseded.seq > lost
            assert superseded.freshness.modified_at > shown.freshness.modified_at


def last(server: Cluster) -> int:
    with psycopg.connect(server.url()) as db:
        [row] = db.execute("SELECT max(seq) FROM changes").fetchall()
    return int(row[0])


KEY = CacheKey("/feed.rss")


async def show(store: Store, _before: Representation | None) -> Representation:
    shown = await store.read_articles(HOME, limit=50, also=(SITE,))
    return represent(
        " ".join(article.slug for article in shown.articles).encode(),
        media_type="text/plain",
        snapshot=shown.snapshot,
        seq=shown.snapshot.seq,
        policy=CachePolicy.of(60),
        validity=LASTING,
        fields=(),
    )
