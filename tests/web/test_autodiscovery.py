"""Which feed a reader gets who is given a page's address: that of FreshRSS and SimplePie, the first that the page names."""

import re

import pytest

from tests.pages.newsroom import parse, select
from tests.web.site import BASE, Client, Site

pytestmark = pytest.mark.anyio

FEED_TYPES = {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"}
LINK = re.compile(r'<([^>]*)>; rel="([^"]*)"; type="([^"]*)"')


def first_feed(page: bytes) -> str:
    """As SimplePie's Locator looks for it: links and anchors in the order of the document, rel alternate, a feed's type."""
    for link in parse(page).iter("link", "a", "area"):
        relations = (link.get("rel") or "").lower().split()
        media_type = (link.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" in relations and "stylesheet" not in relations and media_type in FEED_TYPES:
            return str(link.get("href"))
    raise AssertionError("no feed")


async def test_the_first_feed_of_a_page_is_what_its_reader_expects(site: Site, client: Client) -> None:
    article = await site.newsroom.publish("a", sections=("world/africa",))
    expected = {
        "/": "/",
        article.path: "/",
        f"{article.path}?parent=1": "/",
        "/section/world/": "/section/world/",
        "/section/world/africa/": "/section/world/africa/",
        "/section/world/comments/": "/section/world/comments/",
        "/2023/03/01/": "/2023/03/01/",
        "/comments/": "/comments/",
        "/feeds/": "/",
        "/nowhere/": "/",
    }
    for path, feed in expected.items():
        reply = await client.ask(path)
        assert first_feed(reply.body) == f"{BASE}{feed}feed.rss", path
        if reply.fields["cache-control"].startswith("public"):
            named = [link for link in LINK.findall(reply.fields["link"]) if link[1] == "alternate"]
            assert named[0][0] == first_feed(reply.body), path
            heads = select(parse(reply.body), "//head/link[@rel='alternate'][@type='application/rss+xml']/@href")
            assert [url for url, _, _ in named] == heads, path
    assert first_feed((await client.ask("/search?q=pier")).body) == f"{BASE}/search/feed.rss?q=pier"
