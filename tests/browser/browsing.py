"""A real browser that looks at a newsroom."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, Page, Route

from tests.readers.newsroom import Open
from tests.server.wire import PATIENCE

PROGRAM = "/usr/bin/chromium"
"""Debian's; playwright's own is never downloaded."""


@dataclass(frozen=True)
class Browsing:
    site: Open
    browser: Browser
    expected: list[str] = field(default_factory=list)
    """Parts of what the console may say of a page that is an error."""

    @asynccontextmanager
    async def page(
        self, path: str, *, width: int = 1280, dark: bool = False, as_type: str = "", **context: Any
    ) -> AsyncIterator[Page]:
        """A tab that shows a path of the newsroom. What goes wrong in its console fails the test.

        `as_type`: what is there comes with this media type instead of ours.
        """
        scheme: Any = "dark" if dark else "light"
        window = await self.browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, **context
        )
        said: list[str] = []
        try:
            page = await window.new_page()
            page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: said.append(str(error)))
            if as_type:
                await page.route(re.compile(re.escape(path) + "$"), _typed(as_type))
            await page.goto(self.site.url(path))
            yield page
            assert [line for line in said if not any(part in line for part in self.expected)] == []
        finally:
            await window.close()


async def looks(page: Page, *widths: int) -> AsyncIterator[tuple[int, bool]]:
    """The page in windows of these widths, by day and by night: the width, and whether it is night."""
    for width in widths:
        await page.set_viewport_size({"width": width, "height": 900})
        for dark in (False, True):
            await page.emulate_media(color_scheme="dark" if dark else "light")
            yield width, dark


async def until(page: Page, true: str) -> None:
    """Wait until what is written in JavaScript is true of the page.

    `page.wait_for_function` would have the page evaluate it, which the policy that our pages are sent with forbids.
    """
    async with asyncio.timeout(PATIENCE):
        while True:
            if await page.evaluate(true):
                return
            await asyncio.sleep(0.02)


def _typed(media_type: str) -> Any:
    async def answer(route: Route) -> None:
        response = await route.fetch()
        await route.fulfill(response=response, headers={**response.headers, "content-type": media_type})

    return answer
