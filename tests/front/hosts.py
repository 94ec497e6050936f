"""Two hosts over one store, as two servers of this machine; and what readers and writers ask of them, whatever is in between."""

import asyncio
import gzip
import json
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli

from feeds.delivery.endpoints import FORMS, Endpoint
from storage.connect import open_store
from tests.server.running import Running, running
from tests.server.test_kills import TOKEN
from tests.server.wire import PATIENCE, Answer, dial

KEPT = ("/feed.rss", "/feed.atom", "/section/world/feed.json", "/", "/section/world/", "/feeds.opml", "/sitemap.xml")
"""What a reader may ask for."""
PUBLISHED = b"hub.mode=publish&hub.topic=https://news.example/feed.rss"
"""What a publisher may tell the hub, as a form."""


@dataclass
class Hosts:
    folder: Path
    servers: list[Running]

    @property
    def ports(self) -> tuple[int, int]:
        one, two = self.servers
        return one.port, two.port

    def kill(self, host: int) -> None:
        """At once, with all its workers."""
        server = self.servers[host]
        workers = server.workers()
        server.process.kill()
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        server.process.wait()

    async def settled(self, purged: str) -> None:
        """Wait until the cache at this address was told everything for the last time: it forgets nothing until more is written."""
        cursor = f"purge {Endpoint(purged, FORMS['xkey']).name}"
        store = await open_store(f"sqlite:///{self.folder}/dateline.db")
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    if await store.read_cursor(cursor) >= await store.last_seq():
                        return
                    await asyncio.sleep(0.05)
        finally:
            await store.close()

    async def publish(self, headline: str, host: int = 0) -> str:
        """The page's path of an article that a host has acknowledged."""
        content = {"headline": headline, "section": "world", "body_html": f"<p>{headline}.</p>", "status": "published"}
        answer = await ask(self.ports[host], "/api/articles", method="POST", body=json.dumps(content).encode(),
                           Authorization=f"Bearer {TOKEN}", Content_Type="application/json")  # fmt: skip
        assert answer.status == 201, answer
        page: str = json.loads(answer.body)["urls"]["page"]
        return page.removeprefix("https://news.example")


def told_of(port: int) -> dict[str, Any]:
    """Settings by which a Varnish at a port of this machine is told what to forget."""
    return {
        "DATELINE_SURROGATE_KEYS": "xkey,Surrogate-Key,Cache-Tag",
        "DATELINE_CDN_MAX_AGE": "3600",
        "DATELINE_PURGE_URLS": f"http://127.0.0.1:{port}/",
    }


@contextmanager
def two_hosts(folder: Path, ports: Sequence[int], **settings: str) -> Iterator[Hosts]:
    """Over the store of a folder, or that of the settings."""
    with hosts_of(folder, settings, settings, ports=ports) as hosts:
        yield hosts


@contextmanager
def hosts_of(folder: Path, *settings: Mapping[str, str], ports: Sequence[int] = (0, 0)) -> Iterator[Hosts]:
    """One for each settings. They start together: each takes seconds of which it waits the half."""
    with ExitStack() as started:

        def start(port: int, own: Mapping[str, str]) -> Running:
            chosen: dict[str, Any] = {"DATELINE_TRUSTED_PROXIES": "127.0.0.1"} | dict(own)
            return started.enter_context(running(folder, port=port, **chosen))

        with ThreadPoolExecutor() as threads:
            servers = list(threads.map(start, ports, settings))
        yield Hosts(folder, servers)


async def ask(port: int, path: str, *, method: str = "GET", body: bytes = b"", **fields: str) -> Answer:
    """On a connection of its own, which the answer ends."""
    async with dial(port) as wire:
        return await wire.ask(path, method=method, body=body, **fields)


async def found(port: int) -> None:
    """Wait until what is in front at a port has noticed that a host is there."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if (await ask(port, "/healthz")).status == 200:
                return
            await asyncio.sleep(0.05)


def plain(answer: Answer) -> bytes:
    coding = answer.field("content-encoding")
    if coding == "gzip":
        return gzip.decompress(answer.body)
    return bytes(brotli.decompress(answer.body)) if coding == "br" else answer.body


def names_of(answer: Answer) -> set[str]:
    """Of its header fields."""
    return {line.partition(b":")[0].decode().lower() for line in answer.head.split(b"\r\n")[1:] if line}
