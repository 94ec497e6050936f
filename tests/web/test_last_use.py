"""Notes of a token's use are made beside the requests: rare, late, and of no consequence when they fail."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from feeds.newsroom.last_use import LastUse
from storage.connect import open_store
from storage.errors import Unavailable
from storage.model import Partner, PartnerAccess, PartnerKey, Token
from storage.protocol import Store
from tests.kinds.newsroom import SettableClock

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]


class Ledger:
    """What a note needs of a store; `answer` is what it does."""

    def __init__(self, answer: Callable[[], Awaitable[None]]) -> None:
        self.asked: list[tuple[str, datetime]] = []
        self._answer = answer

    async def note_token_use(self, name: str, at: datetime) -> None:
        self.asked.append((name, at))
        await self._answer()

    async def note_partner_use(self, name: str, key: str, at: datetime) -> None:
        await self.note_token_use(f"{name}: {key}", at)


async def fine() -> None:
    pass


def notes(ledger: Ledger, clock: SettableClock) -> LastUse:
    return LastUse(ledger, clock, after=0)  # type: ignore[arg-type]


def token(clock: SettableClock, name: str = "ann", used_at: datetime | None = None) -> Token:
    return Token(name=name, hash=name, scopes=frozenset(), created_at=clock(), used_at=used_at)


async def test_each_token_once_an_hour() -> None:
    clock = SettableClock()
    ledger = Ledger(fine)
    last_use = notes(ledger, clock)
    start = clock()
    for minutes in (0, 0, 30, 59, 60, 61):
        clock.now = start + timedelta(minutes=minutes)
        for name in ("ann", "bob"):
            last_use.note(token(clock, name))
            await last_use.written()
    assert ledger.asked == [(name, start + timedelta(hours=hour)) for hour in (0, 1) for name in ("ann", "bob")]


async def test_each_key_of_a_partner_once_an_hour() -> None:
    clock = SettableClock()
    ledger = Ledger(fine)
    last_use = notes(ledger, clock)
    used_at = clock() - timedelta(minutes=30)
    for name, used in (("old", used_at), ("new", None), ("new", None)):
        key = PartnerKey(name=name, hash=name, created_at=clock(), used_at=used)
        last_use.note_partner(PartnerAccess(partner=Partner(name="ann"), key=key), clock())
        last_use.note(token(clock))
        await last_use.written()
    assert ledger.asked == [("ann", clock()), ("ann: new", clock())]


async def test_what_another_worker_noted_is_not_noted_again() -> None:
    clock = SettableClock()
    ledger = Ledger(fine)
    last_use = notes(ledger, clock)
    last_use.note(token(clock, used_at=clock() - timedelta(minutes=59)))
    await last_use.written()
    assert ledger.asked == []
    last_use.note(token(clock, used_at=clock() - timedelta(hours=1)))
    await last_use.written()
    assert ledger.asked == [("ann", clock())]


@pytest.mark.parametrize("error", [Unavailable("it is locked"), RuntimeError("unexpected")])
async def test_what_cannot_be_written_is_said_once_and_not_tried_at_each_request(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        raise error

    clock = SettableClock()
    ledger = Ledger(fail)
    last_use = notes(ledger, clock)
    with caplog.at_level(logging.WARNING):
        for name in ("ann", "ann", "bob", "cid"):
            last_use.note(token(clock, name))
            await last_use.written()
    assert [name for name, _ in ledger.asked] == ["ann", "bob", "cid"]
    assert [record.getMessage() for record in caplog.records] == [
        f"the last use of a token could not be noted: {error}"
    ]


async def test_what_hangs_is_dropped_when_the_server_stops() -> None:
    async def hang() -> None:
        await asyncio.Event().wait()

    clock = SettableClock()
    last_use = notes(Ledger(hang), clock)
    last_use.note(token(clock))
    await asyncio.sleep(0)
    await asyncio.wait_for(last_use.stop(), 60)
    assert not last_use._writing


async def test_it_is_kept(store_url: str) -> None:
    clock = SettableClock()
    store: Store = await open_store(store_url, clock=clock, migrate=True)
    try:
        ann = token(clock)
        await store.add_token(ann)
        last_use = LastUse(store, clock, after=0)
        last_use.note(ann)
        await last_use.written()
        assert await store.list_tokens() == (replace(ann, used_at=clock()),)
    finally:
        await store.close()
