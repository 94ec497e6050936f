"""A reader that runs in a page of another origin."""

from typing import Any

import pytest

from tests.browser.browsing import Browsing
from tests.readers.newsroom import needs

pytestmark = [pytest.mark.anyio, needs("chromium")]

_POLL = """
async ([url, fields]) => {
    const reply = await fetch(url, {headers: fields, cache: "no-store"});
    const [etag, link, im] = ["ETag", "Link", "IM"].map(name => reply.headers.get(name));
    return {status: reply.status, at: reply.url, etag, link, im, body: await reply.text()};
}
"""


async def test_it_polls_as_any_reader_does(browsing: Browsing) -> None:
    """With conditions, which a browser asks leave for, and through the redirects of old addresses."""
    site = browsing.site
    window = await browsing.browser.new_context()
    try:
        page = await window.new_page()
        # The same server by another name is another origin; this answer says nothing of what its page may connect to.
        await page.goto(site.url("/healthz").replace("127.0.0.1", "localhost"))

        async def poll(path: str, **fields: str) -> dict[str, Any]:
            named = {name.replace("_", "-"): value for name, value in fields.items()}
            return dict(await page.evaluate(_POLL, [site.url(path), named]))

        first = await poll("/feed.atom")
        assert first["status"] == 200
        assert "Story 3" in first["body"]
        assert 'rel="self"' in first["link"]
        assert (await poll("/feed.atom", If_None_Match=first["etag"]))["status"] == 304
        await site.newsroom.publish("late-news")
        site.clock.advance(minutes=5)
        delta = await poll("/feed.atom", If_None_Match=first["etag"], A_IM="feed")
        assert (delta["status"], delta["im"]) == (226, "feed")
        old = await poll("/feed/atom/", If_None_Match=delta["etag"])
        assert (old["status"], old["at"]) == (304, site.url("/feed.atom"))
        assert (await poll("/tag/nowhere/feed.rss"))["status"] == 404
        with pytest.raises(Exception, match="Failed to fetch"):
            await poll("/")
        with pytest.raises(Exception, match="Failed to fetch"):
            await poll("/feed.atom", Authorization="Bearer x")
    finally:
        await window.close()
