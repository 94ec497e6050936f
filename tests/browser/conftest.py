from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.browser.browsing import PROGRAM, Browsing
from tests.readers.newsroom import open_newsroom


@pytest.fixture(scope="package")
async def browser() -> AsyncIterator[Browser]:
    """One for the tests of this folder: to start it takes longer than most of them. Each page has a context of its own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            await browser.close()


@pytest.fixture
async def browsing(tmp_path: Path, browser: Browser) -> AsyncIterator[Browsing]:
    """A browser, and a newsroom with four articles on a real socket."""
    async with open_newsroom(tmp_path) as site:
        yield Browsing(site, browser)
