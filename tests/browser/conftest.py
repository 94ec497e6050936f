from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from tests.browser.browsing import PROGRAM, Browsing
from tests.readers.newsroom import open_newsroom


@pytest.fixture
async def browsing(tmp_path: Path) -> AsyncIterator[Browsing]:
    """A browser, and a newsroom with four articles on a real socket."""
    async with open_newsroom(tmp_path) as site, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        try:
            yield Browsing(site, browser)
        finally:
            await browser.close()
