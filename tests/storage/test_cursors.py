"""Places in the log that outlive their readers: kept, held by one at a time, and never in the log themselves."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from storage.connect import open_store
from storage.protocol import Store
from tests.storage.newsroom import SettableClock

pytestmark = pytest.mark.anyio

LEASE = timedelta(seconds=5)
PURGE = "purge é"


@pytest.fixture
async def store(store: Store) -> AsyncIterator[Store]:
    before = await store.last_seq()
    yield store
    assert await store.last_seq() == before


@pytest.fixture
async def other(store: Store, url: str, clock: SettableClock) -> AsyncIterator[Store]:
    """Another process's."""
    del store
    opened = await open_store(url, clock=clock)
    yield opened
    await opened.close()


async def test_a_cursor_stands_where_it_was_moved_to(store: Store, other: Store) -> None:
    assert await store.read_cursor(PURGE) == 0
    await store.move_cursor(PURGE, 7, holder="a", done=True)
    assert await other.read_cursor(PURGE) == 7
    await other.move_cursor(PURGE, 5, holder="b", done=True)
    assert await store.read_cursor(PURGE) == 7, "what is done is done"
    await other.move_cursor(PURGE, 2**53, holder="b", done=True)
    assert await store.read_cursor(PURGE) == 2**53
    assert await store.read_cursor("another") == 0


async def test_one_holds_it_at_a_time(store: Store, other: Store) -> None:
    assert await store.claim_cursor(PURGE, holder="a", lease=LEASE)
    assert await store.read_cursor(PURGE) == 0
    assert not await other.claim_cursor(PURGE, holder="b", lease=LEASE)
    assert await store.claim_cursor(PURGE, holder="a", lease=LEASE)
    assert await other.claim_cursor("another", holder="b", lease=LEASE)
    await store.move_cursor(PURGE, 3, holder="a", done=False)
    assert not await other.claim_cursor(PURGE, holder="b", lease=LEASE)
    await store.move_cursor(PURGE, 4, holder="a", done=True)
    assert await other.claim_cursor(PURGE, holder="b", lease=LEASE)
    assert await other.read_cursor(PURGE) == 4


async def test_whoever_dies_holds_it_no_longer_than_the_lease(store: Store, other: Store, clock: SettableClock) -> None:
    assert await store.claim_cursor(PURGE, holder="a", lease=LEASE)
    clock.advance(seconds=4)
    assert await store.claim_cursor(PURGE, holder="a", lease=LEASE), "and it was lengthened by that"
    clock.advance(seconds=4)
    assert not await other.claim_cursor(PURGE, holder="b", lease=LEASE)
    clock.advance(seconds=1)
    assert await other.claim_cursor(PURGE, holder="b", lease=LEASE)
    await store.move_cursor(PURGE, 9, holder="a", done=True)
    assert await other.read_cursor(PURGE) == 9
    assert not await store.claim_cursor(PURGE, holder="a", lease=LEASE), (
        "what the slow one notes takes nothing from the next"
    )


async def test_of_many_at_once_one_gets_it(store: Store, other: Store) -> None:
    asked = [
        worker.claim_cursor(PURGE, holder=f"{number}", lease=LEASE) for number, worker in enumerate([store, other] * 5)
    ]
    assert (await asyncio.gather(*asked)).count(True) == 1
