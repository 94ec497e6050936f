"""What the cache holds: bounded in bytes, counted to the byte, and validators that outlive the bodies."""

import asyncio
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import strategies as st

from feeds.cache.cache import OVERHEAD, RepresentationCache
from feeds.http.conditional import Conditions
from feeds.http.decision import Asked, decide
from feeds.http.negotiation import Coding, encode
from feeds.http.representation import Answer, CacheKey, Representation
from storage.scopes import section_scope, with_ancestors
from tests.cache.kitchen import Kitchen, source, text
from tests.kinds.newsroom import SECTIONS, Newsroom, opened_newsroom
from tests.stores import Stores

SCOPES = [section_scope(path) for path in SECTIONS]


def check_books(cache: RepresentationCache) -> None:
    """What the cache says of itself is what it holds."""
    whole, heads = cache._whole, cache._heads
    assert cache._bytes == sum(OVERHEAD + sum(map(len, kept.bodies.values())) for kept in whole.values())
    assert cache._bytes <= cache._max_bytes
    assert not whole.keys() & heads.keys()
    assert all(kept.bodies for kept in whole.values())
    assert not any(kept.bodies or kept.tails for kept in heads.values())
    assert all(kept.is_kept for kept in heads.values())
    keys: defaultdict[str, set[CacheKey]] = defaultdict(set)
    for shelf in (whole, heads):
        for key, kept in shelf.items():
            for scope in kept.scopes if kept.is_kept else ():
                keys[scope].add(key)
    assert cache._keys == keys
    assert cache._renders == {}
    assert cache._encodings == {}


def answered(kept: Representation, etag: str, now: datetime) -> Answer | None:
    """To a client that has what this tag is of."""
    return decide(kept, Asked(Coding.GZIP, Conditions(if_none_match=etag), None), now).answer(Coding.GZIP, now)


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["fetch", "fetch", "encode", "encode all at once", "write", "wait"]),
        st.integers(0, 5),
        st.one_of(st.integers(0, 400), st.integers(16_000, 20_000)),
    ),
    max_size=25,
)


def test_the_books_balance_after_whatever_happens(stores: Stores) -> None:
    max_bytes = st.sampled_from([0, OVERHEAD + 150, 3 * OVERHEAD + 700, 100_000])
    stores.play_any(play, examples=30, operations=OPERATIONS, max_bytes=max_bytes)


async def play(url: str, operations: list[tuple[str, int, int]], max_bytes: int) -> None:
    async with opened_newsroom(url) as newsroom:
        kitchen = await Kitchen.open(newsroom, max_bytes)
        cache = kitchen.cache
        published: dict[str, list[str]] = {scope: [] for scope in SCOPES}
        held: dict[CacheKey, Representation] = {}
        for turn, (operation, number, amount) in enumerate(operations):
            key, path = CacheKey(f"/{number}"), list(SECTIONS)[number % len(SECTIONS)]
            scope = section_scope(path)
            match operation:
                case "fetch":
                    made = held[key] = await cache.fetch(key, kitchen.make(scope, padding=amount))
                    if amount % 3 == 0:
                        until = newsroom.clock() + timedelta(seconds=30)
                        made.freshness = replace(made.freshness, valid_until=until)
                    assert text(made).split() == published[scope]
                case "encode" if key in held:
                    coding = list(Coding)[amount % len(Coding)]
                    body = await cache.body(key, held[key], coding)
                    assert body == encode(source(held[key]), coding)
                case "encode all at once" if key in held:
                    await asyncio.gather(*(cache.body(key, held[key], coding) for coding in Coding for _ in range(2)))
                case "write":
                    await newsroom.publish(f"story-{turn}", newsroom.clock.advance(seconds=1), sections=[path])
                    for above in with_ancestors(path):
                        published[section_scope(above)].insert(0, f"story-{turn}")
                case "wait":
                    newsroom.clock.advance(seconds=amount)
            check_books(cache)


@pytest.fixture
async def kitchen(newsroom: Newsroom) -> Kitchen:
    await newsroom.publish("harbour")
    return await Kitchen.open(newsroom, max_bytes=3 * OVERHEAD + 1000)


@pytest.mark.anyio
async def test_the_least_recently_used_lose_their_bodies_but_not_their_validators(kitchen: Kitchen) -> None:
    cache, now = kitchen.cache, kitchen.newsroom.clock.advance(minutes=1)
    made = {path: await cache.fetch(CacheKey(path), kitchen.make(padding=300)) for path in ("/a", "/b", "/c")}
    assert cache.get(CacheKey("/a")) is made["/a"], "asked for, hence younger than /b"
    await cache.fetch(CacheKey("/d"), kitchen.make(padding=300))
    kept = cache.get(CacheKey("/b"))
    assert kept is not None
    assert kept.bodies == {}
    assert made["/b"].bodies, "whoever holds the old one can still send it"
    for etag in ("*", made["/b"].etag(Coding.GZIP)):
        unmodified = answered(kept, etag, now)
        assert unmodified is not None
        assert unmodified.status == 304
        assert unmodified.body is None
    assert answered(kept, '"other"', now) is None
    renders = kitchen.renders
    again = await cache.fetch(CacheKey("/b"), kitchen.make(padding=300))
    assert kitchen.renders == renders + 1
    assert again.etag(Coding.GZIP) == made["/b"].etag(Coding.GZIP)
    check_books(cache)


@pytest.mark.anyio
async def test_a_write_forgets_validators_as_it_forgets_bodies(kitchen: Kitchen) -> None:
    for number in range(10):
        await kitchen.cache.fetch(CacheKey(f"/{number}"), kitchen.make(padding=300))
    await kitchen.newsroom.publish("ferry")
    await kitchen.follower.catch_up()
    assert [kitchen.cache.get(CacheKey(f"/{number}")) for number in range(10)] == [None] * 10
    check_books(kitchen.cache)
    assert kitchen.cache._keys == {}


@pytest.mark.anyio
async def test_heads_are_bounded_too_and_the_least_recently_used_goes_first(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kitchen.cache, "_max_heads", 3)
    monkeypatch.setattr(kitchen.cache, "_max_bytes", 0)
    for number in range(4):
        assert kitchen.cache.get(CacheKey("/0")) is not None or number < 1
        await kitchen.cache.fetch(CacheKey(f"/{number}"), kitchen.make())
    kept = [number for number in range(4) if kitchen.cache.get(CacheKey(f"/{number}")) is not None]
    assert kept == [0, 2, 3]
    check_books(kitchen.cache)


@pytest.mark.anyio
async def test_a_body_larger_than_the_cache_is_served_all_the_same(kitchen: Kitchen) -> None:
    made = await kitchen.cache.fetch(CacheKey("/"), kitchen.make(padding=9000))
    bodies = [await kitchen.cache.body(CacheKey("/"), made, coding) for coding in Coding]
    assert bodies == [encode(source(made), coding) for coding in Coding]
    kept = kitchen.cache.get(CacheKey("/"))
    assert kept is not None
    assert kept.bodies == {}
    check_books(kitchen.cache)


@pytest.mark.anyio
async def test_a_coding_is_made_once_for_all_who_ask_and_outlives_those_who_go_away(kitchen: Kitchen) -> None:
    cache = kitchen.cache
    made = await cache.fetch(CacheKey("/"), kitchen.make(padding=20_000))
    first, second = (asyncio.create_task(cache.body(CacheKey("/"), made, Coding.BROTLI)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait({first})
    assert first.cancelled()
    body = await second
    assert body is made.bodies[Coding.BROTLI]
    assert body is await cache.body(CacheKey("/"), made, Coding.BROTLI)
    check_books(cache)
    only = asyncio.create_task(cache.body(CacheKey("/"), made, Coding.GZIP))
    await asyncio.sleep(0)
    [encoding] = cache._encodings.values()
    only.cancel()
    assert await encoding == encode(source(made), Coding.GZIP)
    check_books(cache)


@pytest.mark.anyio
async def test_what_is_asked_for_compressed_is_kept_compressed_alone(kitchen: Kitchen) -> None:
    made = await kitchen.cache.fetch(CacheKey("/"), kitchen.make(padding=300))
    identity = made.bodies[Coding.IDENTITY]
    await kitchen.cache.body(CacheKey("/"), made, Coding.GZIP)
    assert list(made.bodies) == [Coding.GZIP]
    assert await kitchen.cache.body(CacheKey("/"), made, Coding.IDENTITY) == identity
    await kitchen.cache.body(CacheKey("/"), made, Coding.BROTLI)
    assert list(made.bodies) == [Coding.GZIP, Coding.IDENTITY, Coding.BROTLI], "somebody wants it as it is"
    check_books(kitchen.cache)


@pytest.mark.anyio
async def test_a_coding_that_is_ready_after_its_representation_was_forgotten_is_not_counted(kitchen: Kitchen) -> None:
    cache = kitchen.cache
    cache._max_bytes = 100_000
    made = await cache.fetch(CacheKey("/"), kitchen.make(padding=20_000))
    encoding = asyncio.create_task(cache.body(CacheKey("/"), made, Coding.GZIP))
    await asyncio.sleep(0)
    await kitchen.newsroom.publish("ferry")
    fresh = await cache.fetch(CacheKey("/"), kitchen.make(padding=20_000))
    await encoding
    assert cache.get(CacheKey("/")) is fresh
    check_books(cache)
