"""Pages as a browser lays them out, by day and by night, on a desk and in a hand."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from feeds.formats import FORMATS
from tests.browser.browsing import Browsing, looks
from tests.readers.newsroom import needs

pytestmark = [pytest.mark.anyio, needs("chromium")]

PATHS = ("/", "/section/world/", "/2023/03/01/", "/2023/03/01/story-0/", "/comments/", "/feeds/", "/search?q=story")
COLOURS = """() => {
    const shown = getComputedStyle(document.body);
    return [shown.color, shown.backgroundColor].map(colour => colour.match(/\\d+/g).slice(0, 3).map(Number));
}"""


async def place(page: Page, selector: str) -> Any:
    """Where the first of the elements is: x, y, width and height in pixels."""
    box = await page.locator(selector).first.bounding_box()
    assert box is not None, selector
    return box


async def test_no_page_is_wider_than_the_window(browsing: Browsing) -> None:
    async with browsing.page(PATHS[0]) as page:
        for path in PATHS:
            await page.goto(browsing.site.url(path))
            async for width, dark in looks(page, 390, 1280):
                assert await page.evaluate("document.documentElement.scrollWidth") == width, path
                ink, paper = (sum(colour) for colour in await page.evaluate(COLOURS))
                assert (ink > paper) == dark, path


async def test_a_button_copies_a_feeds_address(browsing: Browsing) -> None:
    permissions = ["clipboard-read", "clipboard-write"]
    async with browsing.page("/section/world/", permissions=permissions) as page:
        for number, extension in enumerate(FORMATS):
            button = page.locator(".subscribe button").nth(number)
            await button.click()
            await expect(button).to_have_text("Copied")
            address = await page.evaluate("navigator.clipboard.readText()")
            assert address == f"https://news.example/section/world/feed{extension}"
            assert await page.locator("#copied").inner_text() == "The address is copied."


async def test_without_scripts_the_addresses_are_there_all_the_same(browsing: Browsing) -> None:
    async with browsing.page("/section/world/", java_script_enabled=False) as page:
        assert await page.locator(".subscribe button").count() == 0
        assert await page.locator(".subscribe dd").all_inner_texts() == [
            f"https://news.example/section/world/feed{extension}" for extension in FORMATS
        ]
        assert "a feed: an address that a feed reader asks" in await page.locator(".subscribe").inner_text()


async def test_the_addresses_stand_below_each_other(browsing: Browsing) -> None:
    for width in (390, 1280):
        async with browsing.page("/2023/03/01/story-0/", width=width) as page:
            lefts = await page.locator(".subscribe dd a").evaluate_all("links => links.map(a => a.offsetLeft)")
            assert len(set(lefts)) == 1
            assert len(lefts) == len(FORMATS)


async def test_name_and_email_stand_in_line(browsing: Browsing) -> None:
    async with browsing.page("/2023/03/01/story-0/") as page:
        for kind in ("label[for={}]", "#{}"):
            name, email = await place(page, kind.format("reply-name")), await place(page, kind.format("reply-email"))
            assert name["y"] == email["y"], kind
            assert name["x"] < email["x"]


async def test_a_lead_in_words_alone_takes_the_whole_width(browsing: Browsing) -> None:
    async with browsing.page("/") as page:
        lead, beside = await place(page, ".lead"), await place(page, ".beside")
        assert beside["y"] >= lead["y"] + lead["height"]
        assert beside["x"] == lead["x"]
        assert beside["width"] > 1000
