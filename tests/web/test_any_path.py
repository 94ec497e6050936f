"""Whatever stands where a route has a parameter, and after a question mark: no path or query is the server's own fault."""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.routing import BaseRoute, Mount, Route, Router

from feeds.delivery.events import Listener
from feeds.delivery.streams import Streams
from feeds.kinds import KINDS
from feeds.settings import Settings
from feeds.topics import Topic
from feeds.web.app import routes
from feeds.web.problems import MEDIA_TYPE
from feeds.web.queries import REPLY, WORDPRESS
from tests.desk.editing import add_token, sign_in
from tests.kinds.newsroom import SettableClock
from tests.web.site import BASE, application, open_site

pytestmark = pytest.mark.anyio


def paths_of(tree: Sequence[BaseRoute], root: str = "") -> Iterator[str]:
    """Every path that there is a route for, its parameters in braces."""
    for route in tree:
        if isinstance(route, Route):
            yield root + re.sub(r":\w+\}", "}", route.path)
        elif isinstance(route, Mount):
            inner = getattr(route.app, "_app", None)
            yield f"{root}{route.path}/{{path}}"
            if isinstance(inner, Router):
                yield from paths_of(inner.routes, root + route.path)


PATHS = tuple(paths_of(routes(Settings())))
_DIGITS = st.sampled_from(
    ("0", "1", "9" * 18, "9" * 19, str(2**63), "9" * 4300, "9" * 4301, "-1", "00", "1_0", "²", "٣", "1e9", "1.0")
)
_ODD = st.sampled_from(
    ("\n", "x\n", "x\ny", "\r\n", "\0", "\x7f", "..", ".", "", " ", "\\", "%", "\u2028", "\ufeff", "\U0001f30d")
)
SEGMENTS = st.one_of(_DIGITS, _ODD, st.text(max_size=8)).map(lambda text: quote(text, safe="")) | st.sampled_from(
    ("%ff", "%C3", "%ed%a0%80", "%2F", "%", "%zz", "2023", "03", "22", "rss", "a", "world")
)
_NAMES = (
    *sorted({*WORDPRESS, *REPLY, *(name for kind in KINDS for name in kind.query)}),
    *("cursor", "limit", "since", "status", "around", "before", "after", "undone", "done", "show", "in", "next"),
)
_VALUES = SEGMENTS | st.sampled_from(
    ("approved-1-2-" + "9" * 4301, "0." + "9" * 18, "-99999999999999999.1", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "/feed.rss")
)
QUERIES = st.lists(st.tuples(st.sampled_from(_NAMES), _VALUES), max_size=3).map(
    lambda pairs: "&".join("=".join(pair) for pair in pairs)
)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


class BriefStreams(Streams):
    """Each ends once its listener has been told where it stands: the client of these tests waits for the whole of an answer."""

    async def join(self, listener: Listener, topic: Topic, since: int | None) -> None:
        await super().join(listener, topic, since)
        listener.end()


@pytest.fixture(scope="module")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx2.AsyncClient]:
    """Somebody who may do everything, at the desk and by the API."""
    folder: Path = tmp_path_factory.mktemp("site")
    async with open_site(folder, SettableClock()) as site:
        await add_token(site, "bob", "admin")
        await site.newsroom.publish("harbour-reopens")
        app = application(site.state, BriefStreams(site.state))
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url=BASE) as browser:
            assert (await sign_in(browser, "bob")).status_code == 303
            yield browser


@st.composite
def targets(draw: st.DrawFn) -> str:
    path = re.sub(r"\{\w+\}", lambda _: draw(SEGMENTS), draw(st.sampled_from(PATHS)))
    ending = draw(st.sampled_from(("", "", "", "/", "%0A", "%0Ax", "feed.rss")))
    query = draw(st.just("") | QUERIES)
    return f"{path}{ending}?{query}" if query else path + ending


async def ask(browser: httpx2.AsyncClient, target: str, method: str = "GET") -> httpx2.Response:
    url = httpx2.URL(BASE).copy_with(raw_path=target.encode())
    request = httpx2.Request(
        method, url, headers={"Authorization": "Bearer bob"}, content=b"{}" if method == "POST" else b""
    )
    for cookie in browser.cookies.jar:
        request.headers["Cookie"] = f"{cookie.name}={cookie.value}"
    return await browser.send(request)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(target=targets(), method=st.sampled_from(("GET", "GET", "HEAD", "POST", "PATCH", "DELETE")))
async def test_no_path_is_the_servers_own_fault(browser: httpx2.AsyncClient, target: str, method: str) -> None:
    response = await ask(browser, target, method)
    assert response.status_code < 500, (target, method)
    # Clients take dots out of a path before they ask.
    if response.request.url.path.startswith("/api/") and response.status_code >= 400:
        assert response.headers["content-type"] == MEDIA_TYPE, target


@pytest.mark.parametrize(
    ("feed", "status"), [("/feed.rss", 200), ("/author/nobody/feed.rss", 404), ("0", 404), ("http://[", 404), ("", 404)]
)
async def test_a_stream_is_of_a_feed(browser: httpx2.AsyncClient, feed: str, status: int) -> None:
    """Few of the targets above are one."""
    assert (await ask(browser, f"/events?feed={quote(feed)}")).status_code == status


@pytest.mark.parametrize("segment", ["9" * 4301, "9" * 19, "0", "x", "x%0Ay", "1%0A", "%00", "%C2%B2", "-1"])
@pytest.mark.parametrize(
    "path", ["/desk/articles/{}/", "/api/articles/{}", "/api/comments/{}", "/api/x{}", "/api/sections/{}", "/{}/"]
)
async def test_what_names_nothing_is_404(browser: httpx2.AsyncClient, path: str, segment: str) -> None:
    response = await ask(browser, path.format(segment))
    assert response.status_code == 404
    assert response.headers["content-type"] == (MEDIA_TYPE if path.startswith("/api/") else "text/html; charset=utf-8")
