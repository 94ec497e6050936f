"""Tokens and the sessions begun with them: found, noted, ended, and never in the log of Changes."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from storage.connect import open_store
from storage.errors import Conflict, NotFound
from storage.model import Session, Token
from storage.protocol import TOKEN_USE_INTERVAL, Store
from tests.storage.newsroom import FOUNDED, SettableClock

pytestmark = pytest.mark.anyio


LATER = FOUNDED + timedelta(hours=12)


def token(name: str, *scopes: str) -> Token:
    return Token(name=name, hash=f"hash of {name}", scopes=frozenset(scopes), created_at=FOUNDED)


ANN, BOB = token("ann", "moderate", "publish"), token("Bob / é", "admin")


@pytest.fixture
async def store(store: Store) -> AsyncIterator[Store]:
    """One with tokens; whatever is done to them appends no Change."""
    before = await store.last_seq()
    for one in (ANN, BOB):
        await store.add_token(one)
    yield store
    assert await store.last_seq() == before


@pytest.fixture
async def other(store: Store, url: str, clock: SettableClock) -> AsyncIterator[Store]:
    """Another worker's."""
    del store
    opened = await open_store(url, clock=clock)
    yield opened
    await opened.close()


async def test_tokens_are_found_and_listed_as_they_were_kept(store: Store) -> None:
    assert await store.find_token(ANN.hash) == ANN
    assert await store.find_token("hash of nobody") is None
    assert await store.list_tokens() == (BOB, ANN), "by name, capitals first"
    for taken in (token("ann"), Token(name="other", hash=ANN.hash, scopes=frozenset(), created_at=FOUNDED)):
        with pytest.raises(Conflict):
            await store.add_token(taken)


async def test_a_revoked_token_is_found_by_no_worker(store: Store, other: Store) -> None:
    await store.revoke_token(BOB.name)
    for worker in (store, other):
        assert await worker.find_token(BOB.hash) is None
        assert await worker.list_tokens() == (ANN,)
        with pytest.raises(NotFound, match="Bob / é"):
            await worker.revoke_token(BOB.name)
    await store.add_token(BOB)
    assert await other.find_token(BOB.hash) == BOB


async def test_last_use_is_noted_at_most_hourly(store: Store, other: Store) -> None:
    async def used() -> list[object]:
        return [one.used_at for one in await other.list_tokens()]

    assert await used() == [None, None]
    await store.note_token_use(ANN.name, FOUNDED)
    assert await used() == [None, FOUNDED]
    store.moved()
    for minutes in (1, 59, -5):
        await store.note_token_use(ANN.name, FOUNDED + timedelta(minutes=minutes))
        assert not store.moved(), "nothing was written"
    assert await used() == [None, FOUNDED]
    await store.note_token_use(ANN.name, FOUNDED + TOKEN_USE_INTERVAL)
    assert await used() == [None, FOUNDED + TOKEN_USE_INTERVAL]
    found = await store.find_token(ANN.hash)
    assert found is not None
    assert found.used_at == FOUNDED + TOKEN_USE_INTERVAL


async def test_the_use_of_a_token_that_is_gone_is_nobodys(store: Store) -> None:
    await store.revoke_token(ANN.name)
    await store.note_token_use(ANN.name, FOUNDED)
    assert await store.list_tokens() == (BOB,)


async def test_a_session_is_found_by_every_worker_until_it_ends(store: Store, other: Store) -> None:
    await store.begin_session("1", token=ANN.name, ends_at=LATER)
    await store.begin_session("2", token=ANN.name, ends_at=LATER)
    for worker in (store, other):
        assert await worker.find_session("1") == Session(hash="1", token=ANN, ends_at=LATER)
        assert await worker.find_session("3") is None
    await other.end_session("1")
    await other.end_session("3")
    for worker in (store, other):
        assert await worker.find_session("1") is None
        assert await worker.find_session("2") is not None


async def test_a_session_is_over_at_its_time(store: Store, clock: SettableClock) -> None:
    await store.begin_session("1", token=ANN.name, ends_at=LATER)
    clock.now = LATER - timedelta(microseconds=1)
    assert await store.find_session("1") is not None
    clock.now = LATER
    assert await store.find_session("1") is None


async def test_a_session_ends_with_its_token(store: Store, other: Store) -> None:
    await store.begin_session("1", token=ANN.name, ends_at=LATER)
    await store.begin_session("2", token=BOB.name, ends_at=LATER)
    await store.revoke_token(ANN.name)
    await store.add_token(ANN)
    for worker in (store, other):
        assert await worker.find_session("1") is None, "another token of that name has other sessions"
        assert await worker.find_session("2") is not None
    with pytest.raises(NotFound):
        await store.begin_session("3", token="nobody", ends_at=LATER)
    with pytest.raises(Conflict):
        await store.begin_session("2", token=ANN.name, ends_at=LATER)


async def test_sessions_that_are_over_are_forgotten_a_bounded_number_at_a_time(
    store: Store, clock: SettableClock
) -> None:
    for number in range(105):
        await store.begin_session(f"old {number}", token=ANN.name, ends_at=FOUNDED + timedelta(minutes=number + 1))
    clock.now = LATER
    await store.begin_session("new", token=ANN.name, ends_at=LATER + timedelta(hours=12))
    clock.now = FOUNDED
    left = [number for number in range(105) if await store.find_session(f"old {number}")]
    assert left == list(range(100, 105))
    assert await store.find_session("new") is not None


async def test_reading_takes_nothing_off_the_fast_path(store: Store) -> None:
    await store.begin_session("1", token=ANN.name, ends_at=LATER)
    store.moved()
    await store.find_session("1")
    await store.find_token(ANN.hash)
    await store.list_tokens()
    assert not store.moved()
