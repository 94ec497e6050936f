"""Which answers a cache in front is told of: all that is public and made from the store, and nothing else."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from feeds.http.shared_cache import SEPARATORS
from storage.scopes import SITE, article_scope
from tests.kinds.newsroom import FOUNDED, SettableClock
from tests.web.site import Site, client_of, in_every_format, open_site

pytestmark = pytest.mark.anyio

PUBLIC = [
    *in_every_format("/", "/section/world/", "/comments/", "/section/world/comments/", "/2023/03/01/", "/2023/03/", "/2023/"),
    *in_every_format("/2023/03/01/ferry/"), "/search/feed.rss?q=ferry",
    "/", "/section/world/", "/2023/03/01/", "/2023/03/", "/2023/", "/2023/03/01/ferry/", "/comments/", "/search?q=ferry", "/feeds/",
    "/feeds.opml", "/sitemap.xml", "/sitemap-1.xml", "/news-sitemap.xml", "/robots.txt", "/favicon.ico",
    "/oembed?url=https://news.example/2023/03/01/ferry/&format=json",
]  # fmt: skip
OTHERS = [
    "/nothing-here",
    "/section/world",
    "/feed/",
    "/desk/",
    "/api/articles",
    "/healthz",
    "/readyz",
    "/static/x.0.css",
    "/media/x",
]
NAMES = [*SEPARATORS, "CDN-Cache-Control"]


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    chosen = {"surrogate_keys": ",".join(SEPARATORS), "cdn_max_age": 3600}
    async with open_site(tmp_path, SettableClock(FOUNDED), **chosen) as site:
        await site.newsroom.publish("ferry", sections=("world",))
        site.clock.advance(minutes=5)
        await site.state.follower.catch_up()
        yield site


async def test_all_that_is_public_can_be_forgotten_at_once(site: Site) -> None:
    """All carry the key of the site: one request makes a cache in front forget everything."""
    front = site.state.shared_cache
    assert front is not None
    async with client_of(site) as client:
        for path in PUBLIC:
            first = await client.ask(path)
            again = await client.ask(path, If_None_Match=first.etag)
            assert (first.status, again.status) == (200, 304), path
            for answered in (first, again):
                keys = answered.fields["surrogate-key"].split()
                assert front.key(SITE) in keys, path
                assert answered.fields["xkey"].split() == answered.fields["cache-tag"].split(",") == keys
                assert 0 < int(answered.fields["cdn-cache-control"].removeprefix("max-age=")) <= 3600
        page = await client.ask("/2023/03/01/ferry/")
        assert front.key(article_scope(1)) in page.fields["xkey"].split()


async def test_nothing_else_is_told(site: Site) -> None:
    async with client_of(site) as client:
        for path in OTHERS:
            answered = await client.ask(path)
            assert not [name for name in NAMES if name in answered.fields], path
        etag = (await client.ask("/feed.rss")).etag
        site.clock.advance(minutes=1)
        await site.newsroom.publish("second")
        await site.state.follower.catch_up()
        delta = await client.ask("/feed.rss", If_None_Match=etag, A_IM="feed")
        assert delta.status == 226
        assert not [name for name in NAMES if name in delta.fields]


async def test_the_end_of_the_day_bounds_it(site: Site) -> None:
    site.clock.now = FOUNDED.replace(hour=23, minute=50) + timedelta(seconds=30)
    async with client_of(site) as client:
        assert (await client.ask("/")).fields["cdn-cache-control"] == "max-age=570"


async def test_nothing_is_said_unless_it_is_asked_for(tmp_path: Path) -> None:
    async with open_site(tmp_path, SettableClock(FOUNDED)) as site, client_of(site) as client:
        for path in ("/feed.rss", "/", "/sitemap.xml"):
            answered = await client.ask(path)
            assert answered.status == 200
            assert not [name for name in NAMES if name in answered.fields]
