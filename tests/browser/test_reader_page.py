"""docs/reader.html, served by another site, follows a feed of ours: unchanged, changed, in trouble, gone."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pytest
from playwright.async_api import Page, Response, Route, expect

from tests.browser.browsing import Browsing
from tests.readers.newsroom import needs

pytestmark = [pytest.mark.anyio, needs("chromium")]

DOCS = Path(__file__).parents[2] / "docs"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def another_site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(DOCS)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def says(page: Page, *parts: str) -> None:
    for part in parts:
        await expect(page.locator("#state")).to_contain_text(part)


async def test_a_page_of_another_site_follows_a_feed(browsing: Browsing) -> None:
    site, entries, feed = browsing.site, "#entries > li", browsing.site.url("/feed.json")
    window = await browsing.browser.new_context()
    seen: list[tuple[str, int]] = []
    wrong: list[str] = []

    def note(response: Response) -> None:
        if response.url == feed and response.request.method == "GET":
            seen.append((response.request.headers.get("if-none-match", ""), response.status))

    with another_site() as elsewhere:
        try:
            page = await window.new_page()
            page.on("response", note)
            page.on("pageerror", lambda error: wrong.append(str(error)))
            await page.clock.install()
            await page.goto(f"{elsewhere}/reader.html?feed={quote(feed, safe='')}")
            await expect(page.locator(entries)).to_have_count(4)
            await expect(page.locator("#title")).to_have_text(site.newsroom.publication.title)
            await expect(page.locator(".new")).to_have_count(0)
            await says(page, "Asked 1 times, 0 times nothing was new.")
            age = await wait_of(page)
            # Not before its time, and then without a download.
            await page.clock.run_for((age - 1) * 1000)
            assert len(seen) == 1
            await page.clock.run_for(1000)
            await says(page, "Asked 2 times, 1 times nothing was new.")
            await expect(page.locator(entries)).to_have_count(4)

            await site.newsroom.publish("late-<news>")
            site.clock.advance(minutes=5)
            await page.clock.run_for(await wait_of(page) * 1000)
            await says(page, "Asked 3 times, 1 times")
            await expect(page.locator(entries)).to_have_count(5)
            await expect(page.locator(".new")).to_have_count(1)
            new = page.locator(entries).first
            await expect(new).to_contain_text("Late <news>")
            assert await new.locator("a").get_attribute("href") == "https://news.example/2023/03/01/late-%3Cnews%3E/"
            assert [status for _, status in seen] == [200, 304, 200]
            assert [bool(condition) for condition, _ in seen] == [False, True, True]

            # A server in trouble is asked when it says so, and less and less where it says nothing.
            async def in_trouble(route: Route) -> None:
                fields = {
                    "access-control-allow-origin": "*",
                    "access-control-expose-headers": "Retry-After",
                    "retry-after": "300",
                }
                await route.fulfill(status=503, headers=fields)

            await page.route(feed, in_trouble)
            await page.clock.run_for(await wait_of(page) * 1000)
            await says(page, "the server answers 503", "Next look in 300 seconds")
            await page.unroute(feed, in_trouble)
            await page.route(feed, lambda route: route.abort())
            await page.clock.run_for(300_000)
            await says(page, "Next look in 120 seconds")
            await page.clock.run_for(120_000)
            await says(page, "Next look in 240 seconds")
            await page.unroute_all()
            await page.clock.run_for(240_000)
            await says(page, "2 times nothing was new")
            await expect(page.locator(entries)).to_have_count(5)

            # By hand: another feed, and one that there is not.
            await page.locator("input").fill(site.url("/section/business/feed.json"))
            await page.locator("button").click()
            await says(page, "Asked 1 times, 0 times")
            await expect(page.locator(entries)).to_have_count(0)
            await page.locator("input").fill(site.url("/tag/none/feed.json"))
            await page.locator("button").click()
            await says(page, "There is no such feed any more.")
            assert wrong == []
        finally:
            await window.close()


async def wait_of(page: Page) -> int:
    """The seconds that the page says it waits."""
    async with asyncio.timeout(30):
        while True:
            text = await page.locator("#state").inner_text()
            if "Next look in" in text:
                return int(text.split("Next look in ")[1].split()[0])
            await asyncio.sleep(0.01)
