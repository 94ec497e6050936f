"""A newsroom with its application, and a client that shows what went over the wire."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx2
from starlette.applications import Starlette
from starlette.types import ASGIApp

from feeds.delivery.streams import Streams
from feeds.formats import FORMATS
from feeds.main import site_state, telling
from feeds.settings import Settings
from feeds.site import SiteState
from feeds.web.app import build_app
from feeds.web.middleware import CommonFieldsMiddleware
from feeds.web.noted import NotedMiddleware
from storage.model import Section
from tests.kinds.newsroom import SECTIONS, Newsroom, SettableClock
from tests.stores import file_in

BASE = "https://news.example"


@dataclass(frozen=True)
class Site:
    """A newsroom and its application, not behind any server."""

    state: SiteState
    newsroom: Newsroom
    app: ASGIApp

    def with_state(self, state: SiteState) -> "Site":
        """The same newsroom behind an application with another state."""
        return Site(state, self.newsroom, application(state))

    @property
    def clock(self) -> SettableClock:
        return self.newsroom.clock


@asynccontextmanager
async def open_site(folder: Path, clock: SettableClock, **settings: Any) -> AsyncIterator[Site]:
    """A newsroom with its sections in a database of its own, and the application as `feeds.main` puts it together."""
    chosen: dict[str, Any] = {
        "database_url": file_in(folder),
        "base_url": BASE,
        "media_dir": folder / "media",
        "synchronous": "NORMAL",
    }
    async with site_state(Settings(**chosen | settings), clock) as state, telling(state):
        await state.store.import_sections(
            [Section(path=path, title=title, created_at=clock()) for path, title in SECTIONS.items()]
        )
        yield Site(state, Newsroom(state.store, clock, state.publication), application(state))


def application(state: SiteState, streams: Streams | None = None) -> ASGIApp:
    inner = build_app(state.settings, _no_lifespan)
    inner.state.site = state
    inner.state.streams = Streams(state) if streams is None else streams
    return NotedMiddleware(CommonFieldsMiddleware(inner, state.clock), lambda: state)


@asynccontextmanager
async def _no_lifespan(_app: Starlette) -> AsyncIterator[None]:
    yield


@dataclass(frozen=True)
class Reply:
    status: int
    fields: httpx2.Headers
    body: bytes
    """As it came: still compressed."""

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def etag(self) -> str:
        return self.fields["etag"]


class Client:
    """Sends the fields it is told to and no others; follows nothing, decodes nothing."""

    def __init__(self, transport: httpx2.AsyncBaseTransport) -> None:
        # What httpx does besides, cookies and the next request of a redirect, took as long as many an answer.
        self._transport = transport

    async def ask(
        self,
        path: str,
        condition: Mapping[str, str] | None = None,
        *,
        method: str = "GET",
        content: bytes | None = None,
        host: str = "news.example",
        **fields: str,
    ) -> Reply:
        """`condition` and `fields` are header fields; underscores in their names stand for hyphens."""
        given = {**(condition or {}), **fields}
        named = {"Host": host} | {name.replace("_", "-"): value for name, value in given.items()}
        headers = httpx2.Headers(named, encoding="latin-1")
        request = httpx2.Request(method, _url(path), headers=headers, content=content)
        response = await self._transport.handle_async_request(request)
        body = b"".join([chunk async for chunk in response.aiter_raw()])
        return Reply(response.status_code, response.headers, body)

    async def validators(self, paths: Iterable[str]) -> Mapping[str, tuple[str, str, bytes]]:
        """Each feed's ETag, Last-Modified and bytes."""
        replies = {path: await self.ask(path) for path in paths}
        assert {reply.status for reply in replies.values()} == {200}
        return {path: (reply.etag, reply.fields["last-modified"], reply.body) for path, reply in replies.items()}


@asynccontextmanager
async def client_of(site: Site) -> AsyncIterator[Client]:
    async with httpx2.ASGITransport(app=site.app) as transport:
        yield Client(transport)


@lru_cache(4096)
def _url(path: str) -> httpx2.URL:
    return httpx2.URL(BASE + path)


def in_every_format(*paths: str) -> list[str]:
    """The feeds of pages."""
    return [f"{path}feed{extension}" for path in paths for extension in FORMATS]


def moved(before: Mapping[str, object], after: Mapping[str, object]) -> set[str]:
    """The feeds of which a validator or a byte is another."""
    return {path for path in before if before[path] != after[path]}
