"""What all hosts of a site share, and the keys to it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from storage.connect import open_store
from storage.errors import Conflict
from storage.model import Token
from storage.protocol import Store
from tests.storage.newsroom import FOUNDED, SettableClock, changes_of
from tests.storage.test_export import another_store
from tests.stores import Stores

pytestmark = pytest.mark.anyio

TOKEN = Token(name="desk", hash="ab" * 32, scopes=frozenset({"publish", "moderate"}), created_at=FOUNDED)


async def test_the_secret_is_made_once(store: Store, url: str, clock: SettableClock) -> None:
    site = await store.get_site()
    assert site.created_at == FOUNDED
    assert len(site.secret) == 32
    assert site.secret.hex() not in repr(site)
    clock.advance(days=1)
    again = await open_store(url, clock=clock, migrate=True)
    try:
        assert await again.get_site() == site
    finally:
        await again.close()


async def test_two_sites_share_no_secret(store: Store, stores: Stores, clock: SettableClock) -> None:
    async with another_store(stores, clock) as other:
        assert (await other.get_site()).secret != (await store.get_site()).secret


async def test_workers_that_start_at_once_all_migrate(url: str, clock: SettableClock) -> None:
    stores = await asyncio.gather(*(open_store(url, clock=clock, migrate=True) for _ in range(5)))
    try:
        sites = [await store.get_site() for store in stores]
        assert sites == [sites[0]] * 5
        assert [list(await store.check()) for store in stores] == [[]] * 5
    finally:
        await asyncio.gather(*(store.close() for store in stores))


async def test_a_token_is_found_by_its_hash(store: Store) -> None:
    assert await changes_of(store, store.add_token(TOKEN)) == ()
    await store.add_token(replace(TOKEN, name="other", hash="cd" * 32, scopes=frozenset()))
    assert await store.find_token("ab" * 32) == TOKEN
    assert await store.find_token("ef" * 32) is None
    assert "abab" not in repr(await store.find_token("ab" * 32))


async def test_a_tokens_name_is_its_own(store: Store) -> None:
    await store.add_token(TOKEN)
    with pytest.raises(Conflict):
        await store.add_token(replace(TOKEN, hash="cd" * 32, created_at=FOUNDED + timedelta(days=1)))
    assert await store.find_token("cd" * 32) is None


async def test_a_healthy_store_has_no_faults(store: Store) -> None:
    assert list(await store.check()) == []


async def test_closing_twice_does_no_harm(url: str, clock: SettableClock) -> None:
    store = await open_store(url, clock=clock, migrate=True)
    await store.close()
    await store.close()
