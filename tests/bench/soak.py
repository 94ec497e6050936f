"""What a worker's memory comes to under mixed load: readers of all that there is, writers beside them, for a quarter of an hour."""

import asyncio
import hashlib
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

from rich.console import Console

from storage.clock import utc_now
from storage.connect import open_store
from storage.model import Author, Token
from tests.bench.generate import generate
from tests.bench.memory import BUDGET, resident
from tests.bench.mix import feeds
from tests.bench.newsroom import Shape, article, path
from tests.bench.report import Report, shown
from tests.bench.servers import Server, dateline
from tests.server.traffic import Traffic
from tests.server.wire import dial

ARTICLES = 20_000
MINUTES = 15.0
WALKERS = 4
PAUSE = 0.005
"""Seconds that a reader rests after an answer."""
TOKEN = "a token for the benchmark"
LISTS = (
    "/",
    "/feeds/",
    "/feeds.opml",
    "/sitemap.xml",
    "/sitemap/1.xml",
    "/news-sitemap.xml",
    "/section/world/",
    "/comments/",
)
WORDS = ("harbour", "night", "ferry", "budget", "river", "mayor")


def main() -> None:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES
    report = Report("A worker's memory under mixed load")
    with tempfile.TemporaryDirectory() as name:
        database = Path(name) / "dateline.db"
        asyncio.run(_prepare(database))
        with dateline(database, comments_pause="0") as server:
            idle = resident(server.pids[0])["Rss"]
            polls, writes = asyncio.run(_load(server, minutes))
            full = resident(server.pids[0])
        report.compare(
            f"resident memory of a worker after {minutes:g} minutes of mixed load; budget",
            full["Rss"],
            BUDGET,
            "MB",
            bar=1.0,
        )
        report.note("  before the first poll", shown(idle, "MB"))
        report.note("  proportional share (Pss)", shown(full["Pss"], "MB"))
        report.note("  polls of all that there is; writes acknowledged", f"{polls:,}", f"{writes:,}")
    report.print()


async def _prepare(database: Path) -> None:
    await generate(database, ARTICLES, Shape(comments=3))
    store = await open_store(f"sqlite:///{database}")
    # By the author whose feed the readers ask for from the first moment on.
    first = replace(article(1, 0, Shape()), guid="urn:bench:first", authors=(Author(slug="ann", name="Ann"),))
    await store.add_article(first)
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    scopes = frozenset({"publish", "moderate"})
    await store.add_token(Token(name="desk", hash=digest, scopes=scopes, created_at=utc_now()))
    await store.close()


async def _load(server: Server, minutes: float) -> tuple[int, int]:
    """Polls answered and writes acknowledged."""
    until = monotonic() + minutes * 60
    traffic = Traffic(server.port, TOKEN, pause=PAUSE)
    async with traffic.flowing():
        _, *walked = await asyncio.gather(
            _watch(server, until), *(_walk(server, seed, until) for seed in range(WALKERS))
        )
    return sum(filter(None, walked)), traffic.ledger.acknowledged


async def _watch(server: Server, until: float) -> None:
    console = Console(stderr=True)
    began = monotonic()
    while monotonic() < until:
        await asyncio.sleep(min(30.0, max(0.0, until - monotonic())))
        console.print(f"{monotonic() - began:.0f} s: {shown(resident(server.pids[0])['Rss'], 'MB')}")


async def _walk(server: Server, seed: int, until: float) -> int:
    """A reader of all that there is, with the validators that it was given; the polls answered."""
    chance, tags, polls, lists = Random(seed), dict[str, str](), 0, feeds()
    async with dial(server.port) as wire:
        while monotonic() < until:
            wanted = _choose(chance, lists)
            fields: dict[str, Any] = {"Accept_Encoding": chance.choice(("gzip", "br, gzip"))}
            if wanted in tags and chance.random() < 0.6:
                fields["If_None_Match"] = tags[wanted]
            if chance.random() < 0.2:
                fields["A_IM"] = "feed"
            answer = await wire.ask(wanted, **fields)
            assert answer.status in (200, 226, 304, 404, 410), (wanted, answer.status)
            if tag := answer.field("etag"):
                tags[wanted] = tag
            polls += 1
            await asyncio.sleep(PAUSE)
    return polls


def _choose(chance: Random, lists: list[str]) -> str:
    """What is polled next: most often a feed of a list, at times an article, a page, a search."""
    kind = chance.random()
    if kind < 0.6:
        return chance.choice(lists)
    if kind < 0.8:
        return path(ARTICLES, chance.randrange(ARTICLES)) + chance.choice(("feed.rss", "feed.atom", ""))
    if kind < 0.9:
        return chance.choice(LISTS)
    return f"/search/feed.rss?q={chance.choice(WORDS)}+{chance.randrange(1000)}"


if __name__ == "__main__":
    main()
