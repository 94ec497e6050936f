"""Mixed traffic: writers who publish, edit, withdraw, reply and approve, beside readers who poll with what they were given."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from random import Random
from typing import Any

from tests.server.clients import Away, Client, Reader
from tests.server.ledger import Ledger, Value

FEEDS = (
    "/feed.rss", "/feed.atom", "/feed.json", "/feed.rdf",
    "/section/world/feed.rss", "/section/world/feed.json", "/section/business/feed.atom",
    "/tag/harbour/feed.atom", "/author/ann/feed.json",
    "/comments/feed.rss", "/comments/feed.atom", "/section/world/comments/feed.json",
    "/", "/section/business/", "/search/feed.rss?q=ferry", "/feeds.opml",
)  # fmt: skip
"""What readers poll."""
SECTIONS = ("world", "business")
_AGAIN = 0.02
"""Seconds before a client that got no answer comes again."""


class Writer:
    """Writes to articles of its own, so that it knows what has to stand in each."""

    def __init__(self, client: Client, token: str, name: str, ledger: Ledger, chance: Random) -> None:
        self.client = client
        self._name = name
        self._ledger = ledger
        self._chance = chance
        self._number = 0
        self._articles: list[str] = []
        self._pending: list[tuple[str, str]] = []
        """Paths and bodies of comments that wait to be approved."""
        self._fields = {"Authorization": f"Bearer {token}", "Content_Type": "application/json"}

    async def write(self) -> None:
        """One write of any kind."""
        self._number += 1
        what = self._chance.choices(
            (self._publish, self._edit, self._withdraw, self._reply, self._approve), (3, 4, 1, 4, 3)
        )
        await what[0]()

    async def _send(self, method: str, path: str, content: Mapping[str, object], status: int) -> Any:
        """The answer's document; None if the server said to come again."""
        answer = await self.client.ask(
            path, method=method, body=json.dumps(content).encode(), allowed=(status,), **self._fields
        )
        return None if answer.status == 503 else json.loads(answer.body or b"{}")

    async def _change(self, method: str, path: str, content: Mapping[str, object], status: int, value: Value) -> bool:
        """Of something that the ledger knows; whether it was acknowledged."""
        try:
            done = await self._send(method, path, content, status)
        except Away:
            self._ledger.tried(path.removesuffix("/approve"), value)
            raise
        if done is not None:
            self._ledger.wrote(path.removesuffix("/approve"), value)
        return done is not None

    async def _publish(self) -> None:
        headline = f"Ferry {self._name} {self._number}"
        done = await self._send("POST", "/api/articles", {
            "headline": headline, "section": self._chance.choice(SECTIONS), "status": "published",
            "body_html": f"<p>The ferry of {headline} left at dawn.</p>", "tags": ["Harbour"],
            "authors": [{"name": "Ann", "slug": "ann"}],
        }, 201)  # fmt: skip
        if done is not None:
            path = f"/api/articles/{done['id']}"
            self._articles.append(path)
            self._ledger.wrote(path, (headline, "published"))

    async def _edit(self) -> None:
        if self._articles:
            headline = f"Ferry {self._name} {self._number}, edited"
            path = self._chance.choice(self._articles)
            significant = self._chance.random() < 0.5
            await self._change(
                "PATCH", path, {"headline": headline, "significant": significant}, 200, (headline, "published")
            )

    async def _withdraw(self) -> None:
        if len(self._articles) > 3:
            # Left alone from now on, whether it is acknowledged or not: a second time is 404.
            path = self._articles.pop(self._chance.randrange(len(self._articles)))
            headlines = {headline for headline, _ in self._ledger.known[path]}
            try:
                done = await self._send("DELETE", path, {}, 204)
            except Away:
                for headline in headlines:
                    self._ledger.tried(path, (headline, "withdrawn"))
                raise
            if done is not None:
                self._ledger.acknowledged += 1
                self._ledger.known[path] = {(headline, "withdrawn") for headline in headlines}

    async def _reply(self) -> None:
        if self._articles:
            body = f"Reply {self._name} {self._number}"
            done = await self._send("POST", f"{self._chance.choice(self._articles)}/comments", {
                "author_name": self._name, "author_email": f"{self._name}@readers.example", "body": body,
                "status": "pending",
            }, 201)  # fmt: skip
            if done is not None:
                path = f"/api/comments/{done['id']}"
                self._pending.append((path, body))
                self._ledger.wrote(path, (f"<p>{body}</p>", "pending"))

    async def _approve(self) -> None:
        if self._pending:
            path, body = self._pending[-1]
            if await self._change("POST", f"{path}/approve", {}, 200, (f"<p>{body}</p>", "approved")):
                self._pending.pop()

    async def faults(self) -> list[str]:
        """Acknowledged writes of all writers that are not there."""
        found = []
        for path in self._ledger.paths():
            answer = await self.client.ask(path, allowed=(200, 404), **self._fields)
            stands = json.loads(answer.body) if answer.status == 200 else None
            value = stands and (stands.get("headline") or stands["body_html"], stands["status"])
            if fault := self._ledger.lost(path, value):
                found.append(fault)
        return found


class Traffic:
    """Readers of every way and writers, all at once until the block ends."""

    def __init__(
        self,
        port: int,
        token: str,
        *,
        writers: int = 3,
        readers: int = 8,
        pause: float = 0.005,
        seed: int = 1,
        through_proxy: bool = False,
    ) -> None:
        """`pause`: seconds that a reader rests after an answer; a writer ten times as long. `token` holds publish and moderate."""
        chance = Random(seed)
        self.ledger = Ledger()
        self.readers = [
            Reader(
                port,
                Reader.WAYS[number % len(Reader.WAYS)],
                ("gzip", "identity")[number // len(Reader.WAYS) % 2],
                through_proxy=through_proxy,
            )
            for number in range(readers)
        ]
        self.writers = [
            Writer(Client(port, through_proxy), token, f"writer-{number}", self.ledger, Random(chance.random()))
            for number in range(writers)
        ]
        self._chance = chance
        self._pause = pause
        self._stop = asyncio.Event()

    @asynccontextmanager
    async def flowing(self) -> AsyncIterator["Traffic"]:
        """Raises (in a group) Wrong for an answer that may not be, TimeoutError for one that never came."""
        self._stop.clear()
        async with asyncio.TaskGroup() as group:
            for reader in self.readers:
                group.create_task(self._read(reader, Random(self._chance.random())))
            for writer in self.writers:
                group.create_task(self._write(writer))
            try:
                yield self
            finally:
                self._stop.set()

    async def _read(self, reader: Reader, chance: Random) -> None:
        while not self._stop.is_set():
            try:
                await reader.poll(chance.choice(FEEDS))
                await asyncio.sleep(self._pause)
            except Away:
                await asyncio.sleep(_AGAIN)

    async def _write(self, writer: Writer) -> None:
        while not self._stop.is_set():
            try:
                await writer.write()
                await asyncio.sleep(self._pause * 10)
            except Away:
                await asyncio.sleep(_AGAIN)

    @property
    def answers(self) -> Counter[int]:
        """How many of each status."""
        return sum((client.statuses for client in self._clients), Counter[int]())

    @property
    def _clients(self) -> list[Client]:
        return [*(reader.client for reader in self.readers), *(writer.client for writer in self.writers)]

    async def faults(self, truth: Mapping[str, bytes]) -> list[str]:
        """What is not as it has to be once nothing changes any more: `truth` are the feeds as rendered afresh, by path."""
        found = await self.writers[0].faults()
        for reader in self.readers:
            found += await reader.faults(truth)
        for client in self._clients:
            client.leave()
        return found
