"""U+0000, which PostgreSQL has in no text: whatever is looked up by it is not there, on either engine."""

import pytest

from storage.errors import NotFound
from storage.protocol import Store
from tests.storage.newsroom import slugs, story

pytestmark = pytest.mark.anyio


async def test_nothing_has_such_a_name(store: Store) -> None:
    await store.add_article(story("a"))
    assert await store.find_path("/\0/") is None
    assert await store.find_token("\0") is None
    assert await slugs(store, "section:\0") == []
    with pytest.raises(NotFound):
        await store.revoke_token("\0")
    # The connection is as before.
    assert await slugs(store, "home") == ["a"]
