"""Readers who reply while others poll: replies that are durable, a second, and what they do to the slowest of the polls."""

import asyncio
import hashlib
import json
import tempfile
from collections.abc import Callable, Coroutine, Iterable
from contextlib import AsyncExitStack
from pathlib import Path
from time import monotonic

from storage.clock import utc_now
from storage.connect import open_store
from storage.model import Token
from tests.bench.generate import generate
from tests.bench.newsroom import Shape
from tests.bench.report import Report, spread
from tests.server.running import Running, running
from tests.server.wire import Wire, dial

ARTICLES = 1_000
SECONDS = 8.0
"""Of each measurement."""
WRITERS, POLLERS = 4, 4
PAUSE = 0.002
"""Seconds from one poll of a reader to the next: pollers that never rest would measure themselves."""
TOKEN = "a token for the benchmark"
FEEDS = ("/feed.rss", "/comments/feed.atom", "/section/world/feed.json", "/section/world/comments/feed.rss")


async def report_posting(report: Report) -> None:
    with tempfile.TemporaryDirectory() as name:
        await _prepare(Path(name))
        # A moderator need not pause between two replies: what is measured is the store, not the flood control.
        with running(Path(name), DATELINE_SYNCHRONOUS="FULL") as server:
            quiet, _ = await _measure(server, writers=0)
            busy, written = await _measure(server, writers=WRITERS)
            _, most = await _measure(server, writers=WRITERS, pollers=0)
    report.note(
        f"replies acknowledged as durable, {WRITERS} writers beside {POLLERS} pollers",
        f"{len(written) / SECONDS:,.0f} a second",
        f"{len(most) / SECONDS:,.0f} without polls",
    )
    report.note("  each: median / p99 / max", spread(written), spread(most))
    report.note("  polls meanwhile, and without replies: median / p99 / max", spread(busy), spread(quiet))


async def _prepare(folder: Path) -> None:
    await generate(folder / "dateline.db", ARTICLES, Shape(comments=3))
    store = await open_store(f"sqlite:///{folder}/dateline.db")
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    await store.add_token(Token(name="desk", hash=digest, scopes=frozenset({"moderate"}), created_at=utc_now()))
    await store.close()


async def _measure(server: Running, *, writers: int, pollers: int = POLLERS) -> tuple[list[float], list[float]]:
    """Seconds that each poll took, and each reply."""
    async with AsyncExitStack() as stack:
        wires = [await stack.enter_async_context(dial(server.port)) for _ in range(writers + pollers)]
        for feed in FEEDS:
            assert (await wires[0].ask(feed)).status == 200
        until = monotonic() + SECONDS
        polls, replies = await asyncio.gather(
            _all(_poll(wire, number, lambda: monotonic() < until) for number, wire in enumerate(wires[writers:])),
            _all(_reply(wire, number, until) for number, wire in enumerate(wires[:writers])),
        )
    return polls, replies


async def _all(clients: Iterable[Coroutine[None, None, list[float]]]) -> list[float]:
    return [seconds for each in await asyncio.gather(*clients) for seconds in each]


async def poll_until(server: Running, pollers: int, goes_on: Callable[[], bool]) -> list[float]:
    """Seconds that each poll of so many readers took."""
    async with AsyncExitStack() as stack:
        wires = [await stack.enter_async_context(dial(server.port)) for _ in range(pollers)]
        return await _all(_poll(wire, number, goes_on) for number, wire in enumerate(wires))


async def _poll(wire: Wire, number: int, goes_on: Callable[[], bool]) -> list[float]:
    """With the validator of the last answer, as readers do."""
    took, tags = [], dict.fromkeys(FEEDS, '""')
    while goes_on():
        asked = monotonic()
        feed = FEEDS[number % len(FEEDS)]
        answer = await wire.ask(feed, If_None_Match=tags[feed])
        took.append(monotonic() - asked)
        tags[feed] = answer.field("etag") or '""'
        number += 1
        await asyncio.sleep(PAUSE)
    return took


async def _reply(wire: Wire, writer: int, until: float) -> list[float]:
    """Approved ones, one after the other, each on another article."""
    took: list[float] = []
    while (asked := monotonic()) < until:
        number = len(took) * WRITERS + writer
        body = {
            "author_name": f"Reader {writer}", "author_email": f"reader-{writer}@readers.example",
            "body": f"Number {number}: {asked}.", "status": "approved",
        }  # fmt: skip
        answer = await wire.ask(
            f"/api/articles/{1 + number % ARTICLES}/comments",
            method="POST",
            body=json.dumps(body).encode(),
            Authorization=f"Bearer {TOKEN}",
            Content_Type="application/json",
        )
        assert answer.status == 201, answer
        took.append(monotonic() - asked)
    return took
