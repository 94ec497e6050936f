"""Where feeds were imported from."""

from dataclasses import replace

import pytest

from storage.model import FeedSource
from storage.protocol import Store
from tests.storage.newsroom import changes_of

pytestmark = pytest.mark.anyio

SOURCE = FeedSource(
    url="https://agency.example/feed",
    etag='W/"a"',
    last_modified="Wed, 22 Mar 2023 08:00:00 GMT",
    placement='["world"]',
)


async def test_a_feed_source_comes_back_as_kept(store: Store) -> None:
    assert await store.get_feed_source(SOURCE.url) is None
    assert await changes_of(store, store.keep_feed_source(SOURCE)) == ()
    assert await store.get_feed_source(SOURCE.url) == SOURCE
    assert await store.get_feed_source(SOURCE.url + "/") is None


async def test_the_last_one_counts(store: Store) -> None:
    other = FeedSource(url="https://other.example/feed")
    later = replace(SOURCE, etag='"b"', last_modified="")
    for source in (SOURCE, other, later, later):
        await store.keep_feed_source(source)
    assert await store.get_feed_source(SOURCE.url) == later
    assert await store.get_feed_source(other.url) == other
