"""Feeds of what waits for a moderator: one of a token, as long as both are there."""

import pytest

from storage.errors import NotFound
from storage.model import Token
from storage.protocol import Store
from tests.storage.newsroom import FOUNDED

pytestmark = pytest.mark.anyio


async def test_a_feed_of_what_waits_is_its_tokens(store: Store) -> None:
    seq = await store.last_seq()
    for name in ("ann", "bob"):
        token = Token(name=name, hash=f"of {name}", scopes=frozenset({"moderate"}), created_at=FOUNDED)
        await store.add_token(token)
        assert not await store.has_held_feed(name)
    for hash in ("one", "two"):
        await store.open_held_feed("ann", hash)
    await store.open_held_feed("bob", "three")
    assert await store.find_held_feed("one") is None
    found = await store.find_held_feed("two")
    assert found is not None
    assert found.name == "ann"
    await store.revoke_token("ann")
    assert await store.find_held_feed("two") is None
    assert await store.end_held_feed("bob")
    assert not await store.end_held_feed("bob")
    with pytest.raises(NotFound):
        await store.open_held_feed("ann", "two")
    assert await store.last_seq() == seq
