"""Tell others' hubs, and an rssCloud server, which feeds changed: they fetch these, and tell their own subscribers."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from secrets import token_hex
from typing import Protocol
from urllib.parse import urlencode, urljoin

from feeds import paths
from feeds.cache.follower import Follower
from feeds.delivery.endpoints import Endpoint, Form
from feeds.formats import FORMATS
from feeds.urls import Urls
from storage.errors import Pruned
from storage.model import Change
from storage.protocol import Changes, Cursors
from storage.scopes import COMMENTS, HOME, SITE, section_comments_scope, section_of

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
WEBSUB = Form(
    "POST",
    50,
    lambda _: _FORM,
    lambda topics: urlencode([("hub.mode", "publish"), *(("hub.url", topic) for topic in topics)]).encode(),
)
"""As publishers tell hubs (PubSubHubbub 0.4, section 7; WebSub leaves it open): several topics in one request."""
RSS_CLOUD = Form("POST", 1, lambda _: _FORM, lambda topics: urlencode({"url": topics[0]}).encode())
"""rssCloud's walkthrough, 'ping'."""
_OF_CLOUD = (".rss",)
_LOOK, _ELSEWHERE = 5.0, 5.0
"""Seconds until the next look, where nothing was heard of, and where another process is at it."""
_TOGETHER = 1.0
"""Seconds at least between two requests for what changed: what comes meanwhile goes together."""
_LEASE = timedelta(minutes=1)
_BATCH = 1000
"""Changes read at once."""


class Log(Changes, Cursors, Protocol):
    """What a pinger needs of a store."""


def page_of(scope: str) -> str | None:
    """The page of the list whose feed a scope is of; None for all else. Comments' of one article are no list that others follow."""
    if scope in (HOME, SITE):
        return paths.HOME()
    if scope == COMMENTS:
        return paths.COMMENTS()
    if (section := section_of(scope)) is not None:
        template = paths.SECTION_COMMENTS if scope == section_comments_scope(section) else paths.SECTION
        return template(section=section)
    kind, _, name = scope.partition(":")
    if kind in ("day", "month", "year"):
        return "/" + name.replace("-", "/") + "/"
    return {"tag": paths.TAG, "author": paths.AUTHOR}[kind].fill(name) if kind in ("tag", "author") else None


class Pinger:
    """Reads the log by a durable cursor, which moves once all was told: after a crash some is told again. Of several processes one
    holds the cursor and tells.

    `step` is one round of a loop: what it raises is tried again, from the cursor on.
    """

    def __init__(
        self, store: Log, follower: Follower, endpoint: Endpoint, urls: Urls, extensions: Sequence[str]
    ) -> None:
        """`extensions`: of the formats whose feeds are told of."""
        self._store = store
        self._endpoint = endpoint
        self._urls = urls
        self._extensions = extensions
        self._cursor = f"ping {endpoint.name}"
        self._holder = token_hex(8)
        self._news = asyncio.Event()
        follower.on_changes.append(self._hear)

    @classmethod
    def of_hub(cls, store: Log, follower: Follower, url: str, urls: Urls) -> "Pinger":
        return cls(store, follower, Endpoint(url, WEBSUB), urls, tuple(FORMATS))

    @classmethod
    def of_cloud(cls, store: Log, follower: Follower, url: str, urls: Urls) -> "Pinger":
        """`url`: where readers ask to be told; `ping` is beside it."""
        return cls(store, follower, Endpoint(urljoin(url, "ping"), RSS_CLOUD), urls, _OF_CLOUD)

    what = "telling hubs of others"
    """What it is called where no address may stand."""

    def __str__(self) -> str:
        return f"telling the hub at {self._endpoint}"

    async def step(self) -> float:
        """Tell what is new; then wait for more. Raises PurgeFailed."""
        # What comes from here on is seen in the next round.
        self._news.clear()
        done, newest = await self._store.read_cursor(self._cursor), await self._store.last_seq()
        if done >= newest:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK):
                    await self._news.wait()
            return 0.0
        if not await self._store.claim_cursor(self._cursor, holder=self._holder, lease=_LEASE):
            return _ELSEWHERE
        # Whoever held it may have moved it meanwhile.
        seq, topics = await self._new(await self._store.read_cursor(self._cursor), newest)
        if topics:
            await self._endpoint.open()
        for first in range(0, len(topics), self._endpoint.most):
            await self._endpoint.purge(topics[first : first + self._endpoint.most])
        await self._store.move_cursor(self._cursor, seq, holder=self._holder, done=True)
        return _TOGETHER

    async def stop(self) -> None:
        """Once no step runs any more."""
        await self._endpoint.close()

    def _hear(self, changes: Iterable[Change]) -> None:
        if any(change.scopes for change in changes):
            self._news.set()

    async def _new(self, done: int, newest: int) -> tuple[int, Sequence[str]]:
        """The feeds that changed since, as far as one look reads; and up to which seq."""
        if not done:
            # A hub that is new knows nothing that could be old.
            return newest, ()
        try:
            changes = await self._store.changes_since(done, limit=_BATCH)
        except Pruned:
            return newest, self._feeds([paths.HOME()])
        pages = [page for change in changes for scope in sorted(change.scopes) if (page := page_of(scope))]
        return (changes[-1].seq if changes else newest), self._feeds(pages)

    def _feeds(self, pages: Iterable[str]) -> Sequence[str]:
        return [self._urls.feed(page, extension) for page in dict.fromkeys(pages) for extension in self._extensions]
