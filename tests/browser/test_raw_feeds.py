"""A feed's XML, opened by somebody who follows a link to it."""

import pytest

from tests.browser.browsing import Browsing, looks
from tests.readers.newsroom import needs

pytestmark = [pytest.mark.anyio, needs("chromium")]

TITLES = ["Story 3", "Story 2", "Story 1", "Story 0"]
ENTRIES = {"rss": "item > title", "atom": "entry > title", "rdf": "item > title"}
XML = "application/xml; charset=utf-8"


@pytest.mark.parametrize("format", ["rss", "atom"])
async def test_chromium_shows_the_source_of_what_comes_with_a_feeds_media_type(browsing: Browsing, format: str) -> None:
    """It takes application/rss+xml and application/atom+xml for plain text: no download, but no style sheet either."""
    async with browsing.page(f"/feed.{format}") as page:
        assert await page.evaluate("document.contentType") == "text/plain"
        source = await page.locator("body").inner_text()
        assert "Story 3" in source
        # Before anything else that a person can see of it.
        assert f"The same as a page to read: {browsing.site.newsroom.publication.urls.base}/ -->" in source[:400]


@pytest.mark.parametrize("format", ENTRIES)
async def test_a_browser_that_shows_xml_shows_titles_as_blocks(browsing: Browsing, format: str) -> None:
    async with browsing.page(f"/feed.{format}", as_type=XML) as page:
        titles = page.locator(ENTRIES[format])
        assert await titles.all_text_contents() == TITLES
        async for width, _ in looks(page, 390, 1280):
            tops = []
            for title in await titles.all():
                assert await title.evaluate("title => getComputedStyle(title).display") == "block"
                box = await title.bounding_box()
                assert box is not None
                assert box["height"] > 20
                tops.append(box["y"])
            assert tops == sorted(set(tops))
            assert await page.evaluate("document.documentElement.scrollWidth") == width
        told = await page.evaluate("getComputedStyle(document.documentElement, '::before').content")
        assert "This is a feed" in told
        assert not await page.locator("guid, id, Seq").first.is_visible()
