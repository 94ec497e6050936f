"""A newsroom in Arabic: its pages run from right to left, no wider than their window, and its scripts speak as they do."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from feeds.wording import wording_of
from tests.browser.browsing import Browsing, until
from tests.browser.test_widths import assert_no_wider_than_the_window, fill
from tests.readers.newsroom import needs, open_newsroom

pytestmark = [pytest.mark.anyio, needs("chromium")]

WORDS = wording_of("ar")


async def test_an_arabic_newsroom_runs_from_right_to_left(tmp_path: Path, browser: Browser) -> None:
    async with open_newsroom(tmp_path, language="ar") as site:
        browsing = Browsing(site, browser, expected=["Failed to load resource"])
        article, _ = await fill(browsing)
        async with browsing.page(article.path) as page:
            assert await page.evaluate("getComputedStyle(document.body).direction") == "rtl"
            # What comes first stands at the right, and a thread is stepped in from there.
            sides = "Math.round(document.querySelector({0}).getBoundingClientRect().right)"
            first, last = [
                await page.evaluate(sides.format(f"'.sections li:{place}-child'")) for place in ("first", "last")
            ]
            assert first > last
            outer, inner = [
                await page.evaluate(sides.format(f"'{within} > li > .remark'")) for within in (".thread", ".thread ol")
            ]
            assert outer > inner
            copies = page.locator("button.copy")
            assert await copies.first.text_content() == WORDS.gettext("Copy")
            assert await copies.first.get_attribute("aria-label") == WORDS.gettext(
                "Copy the %(format)s address", format="RSS"
            )
            await page.locator(".answer a").first.click()
            await until(page, "document.querySelector('.remark + .reply') !== null")
            number = WORDS.gettext("comment %(number)s", number=1)
            answering, back = await page.locator(".answering a").all_text_contents()
            assert (answering, back) == (number, WORDS.gettext("Reply to the article instead"))
            assert await page.locator("#reply-title").text_content() == WORDS.gettext(
                "Reply to %(name)s", name=await page.locator(".remark .who").first.text_content()
            )
            await page.locator(".answering a").last.click()
            assert await page.locator("#reply-title").text_content() == WORDS.gettext("Leave a Reply")
            year, month, _ = str(article.day).split("-")
            for path in ("/", f"/{year}/{month}/", article.path, "/comments/", "/feeds/", "/search?q=x", "/nothing/"):
                await page.goto(site.url(path))
                await assert_no_wider_than_the_window(page, path)
