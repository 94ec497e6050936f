"""One newsroom on each engine, the second copied from the first: whatever they are asked, they answer alike, byte for byte."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import psycopg
import pytest

from feeds.newsroom import commenting, publishing
from storage.connect import copy_store
from tests.desk.editing import add_token
from tests.kinds.newsroom import SettableClock
from tests.web.site import BASE, open_site

COOKIE = "session"


@dataclass
class Twins:
    """What an editor and readers ask of both, at the same instant. What either makes for it gets the same ids."""

    clock: SettableClock
    browsers: tuple[httpx2.AsyncClient, httpx2.AsyncClient]
    server: psycopg.Connection
    """To the second one's database."""
    asked: int = 0

    async def ask(self, request: httpx2.Request) -> tuple[httpx2.Response, httpx2.Response]:
        # Longer than the pause between two replies.
        self.clock.advance(seconds=20)
        self.asked += 1
        answers = []
        for browser in self.browsers:
            self._made = 0
            sent = httpx2.Request(request.method, request.url, headers=request.headers, content=request.content)
            answers.append(await browser.send(sent))
        # A sequence of PostgreSQL does not take back what a write was given that came to nothing.
        self.server.execute("SELECT setval('changes_seq_seq', (SELECT max(seq) FROM changes))")
        first, second = answers
        return first, second

    def uuid(self) -> UUID:
        self._made += 1
        return UUID(int=(self.asked << 64) + self._made)


def unlike(first: httpx2.Response, second: httpx2.Response) -> list[str]:
    """What the two say differently."""
    one, other = [
        [str(answer.status_code), *(": ".join(pair) for pair in answer.headers.items()), *answer.text.splitlines()]
        for answer in (first, second)
    ]
    return list(unified_diff(one, other, lineterm="", n=0))


@asynccontextmanager
async def opened_twins(folder: Path, postgres_url: str, **settings: Any) -> AsyncIterator[Twins]:
    """An article that readers have answered, and an administrator, who has signed in as COOKIE. `postgres_url`: of a database
    without a table.
    """
    clock = SettableClock()
    async with open_site(folder, clock) as site:
        await add_token(site, "bob", "admin")
        await site.state.store.begin_session(
            sha256(COOKIE.encode()).hexdigest(), token="bob", ends_at=clock() + timedelta(days=99)
        )
        article = await site.newsroom.publish("harbour-reopens")
        await site.newsroom.reply(article, "Ann")
    embedded = f"sqlite:///{folder}/dateline.db"
    await copy_store(embedded, postgres_url, lambda _done, _total: None)
    async with (
        AsyncExitStack() as stack,
        open_site(folder, clock, database_url=embedded, **settings) as one,
        open_site(folder, clock, database_url=postgres_url, **settings) as other,
        httpx2.AsyncClient(transport=httpx2.ASGITransport(one.app, raise_app_exceptions=False)) as first,
        httpx2.AsyncClient(transport=httpx2.ASGITransport(other.app, raise_app_exceptions=False)) as second,
    ):
        server = stack.enter_context(psycopg.connect(postgres_url, autocommit=True))
        twins = Twins(clock, (first, second), server)
        with pytest.MonkeyPatch.context() as patched:
            for module in (publishing, commenting):
                patched.setattr(module, "uuid4", twins.uuid)
            yield twins


def request(method: str, target: str, content: bytes = b"", **headers: str) -> httpx2.Request:
    """By an administrator, signed in at the desk as well. `target` is sent as it stands."""
    url = httpx2.URL(BASE).copy_with(raw_path=target.encode())
    fields = {"Authorization": "Bearer bob", "Cookie": f"dateline_desk={COOKIE}", **headers}
    return httpx2.Request(method, url, headers=fields, content=content)
