"""Who asks too often is told so, by both ways of answering in the same bytes."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from feeds.http.clients import TrustedProxies
from feeds.http.throttle import Throttle
from tests.kinds.newsroom import SettableClock
from tests.server.listening import CountedPolls, Listening, listening
from tests.server.newsroom import NOON, fill
from tests.server.wire import Answer, dial, request
from tests.web.site import Site, open_site

pytestmark = pytest.mark.anyio


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(tmp_path, SettableClock(), trusted_proxies="127.0.0.1") as site:
        await fill(site)
        site.clock.now = NOON + timedelta(seconds=1)
        yield site


def limited(site: Site, burst: int) -> Site:
    """The same newsroom with a throttle of its own, which never grants more than the burst: time stands still."""
    throttle = Throttle(rate=1, burst=burst, clock=lambda: 0.0)
    return site.with_state(replace(site.state, throttle=throttle, trusted_proxies=TrustedProxies("127.0.0.1")))


@pytest.fixture
async def servers(site: Site) -> AsyncIterator[tuple[Listening, Listening]]:
    """With the fast path, and without: three requests at once."""
    async with AsyncExitStack() as stack:
        made = []
        for http in (CountedPolls, HttpToolsProtocol):
            own = limited(site, 3)
            made.append(await stack.enter_async_context(listening(own.app, own.state, http)))
        yield made[0], made[1]


SENT = (
    request("/feed.rss"),
    request("/feed.atom", method="HEAD"),
    request("/feed.rss"),
    request("/feed.rss"),
    request("/feed.rss", method="HEAD"),
    request("/nothing-here"),
    request("/feed/atom/"),
    request("/?feed=rss2"),
    request("/"),
    request("/healthz"),
    request("/api/openapi.json"),
    request("/feed.rss", X_Forwarded_For="198.51.100.1"),
    request("/feed.rss", X_Forwarded_For="203.0.113.9, 198.51.100.1"),
    request("/2023/03/22/harbour-reopens/comments", method="POST", body=b"name=", Content_Type="text/plain"),
    request("/feed.rss", Connection="close"),
)
STATUSES = [200, 200, 200, 429, 429, 429, 429, 429, 429, 200, 200, 200, 200, 400, 429]


async def ask_all(server: Listening) -> list[Answer]:
    async with dial(server.port) as wire:
        answers = []
        for raw in SENT:
            await wire.send(raw)
            answers.append(await wire.answer(to_head=raw.startswith(b"HEAD")))
        assert await wire.rest() == b""
        return answers


async def test_both_ways_say_it_in_the_same_bytes(site: Site, servers: tuple[Listening, Listening]) -> None:
    async with listening(site.app, site.state) as unlimited, dial(unlimited.port) as wire:
        for path in ("/feed.rss", "/feed.atom"):
            assert (await wire.ask(path)).status == 200
    hits = CountedPolls.hits
    fast, plain = [await ask_all(server) for server in servers]
    assert [answer.status for answer in fast] == STATUSES
    assert fast == plain
    assert CountedPolls.hits == hits + 12, "five that were granted and are kept, seven that were refused"
    refused = fast[3]
    assert refused.field("retry-after") == "60"
    assert refused.field("cache-control") == "no-store"
    assert b"60 s" in refused.body
    assert fast[4].body == b""
    open_to_all = [answer.field("access-control-allow-origin") == "*" for answer in fast]
    assert open_to_all[:10] == [True] * 5 + [False, True, True, False, False], "feeds, and their old addresses"
