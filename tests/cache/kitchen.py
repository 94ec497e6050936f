"""Renders of a real newsroom that a test can stop between their snapshot and their end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from feeds.cache.cache import Make, RepresentationCache
from feeds.cache.follower import Follower
from feeds.http.freshness import CachePolicy
from feeds.http.negotiation import decode
from feeds.http.representation import CacheKey, Representation, represent
from feeds.validity import LASTING
from storage.scopes import HOME, SITE
from tests.kinds.newsroom import Newsroom


@dataclass
class Kitchen:
    """A cache over a newsroom. What it renders of a scope are the slugs of its articles, newest first."""

    newsroom: Newsroom
    follower: Follower
    cache: RepresentationCache
    renders: int = 0
    taken: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a render has its snapshot and waits for `go`."""
    go: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    async def open(cls, newsroom: Newsroom, max_bytes: int = 1_000_000) -> "Kitchen":
        follower = Follower(newsroom.store, newsroom.clock)
        kitchen = cls(newsroom, follower, RepresentationCache(follower, newsroom.clock, max_bytes=max_bytes))
        kitchen.go.set()
        await follower.start()
        return kitchen

    def make(self, scope: str = HOME, *, padding: int = 0) -> Make:
        async def make(_before: Representation | None) -> Representation:
            self.renders += 1
            listed = await self.newsroom.store.read_articles(scope, limit=50, also=(SITE,))
            self.taken.set()
            await self.go.wait()
            slugs = " ".join(article.slug for article in listed.articles)
            return represent(
                slugs.encode() + b" " * padding,
                media_type="text/plain",
                snapshot=listed.snapshot,
                seq=max((article.seq for article in listed.articles), default=0),
                policy=CachePolicy.of(60),
                validity=LASTING,
            )

        return make

    async def fetch(self, key: str = "/", scope: str = HOME) -> str:
        """What a client reads."""
        return text(await self.cache.fetch(CacheKey(key), self.make(scope)))

    @asynccontextmanager
    async def render_held_back(self) -> AsyncIterator[asyncio.Task[str]]:
        """A fetch whose render has taken its snapshot; it goes on when the block ends, unless `go` was set before."""
        self.go.clear()
        self.taken.clear()
        fetching = asyncio.create_task(self.fetch())
        await self.taken.wait()
        yield fetching
        self.go.set()


def source(representation: Representation) -> bytes:
    """What was rendered, whatever coding it is kept in."""
    coding, body = next(iter(representation.bodies.items()))
    return decode(body, coding)


def text(representation: Representation) -> str:
    return source(representation).decode()
