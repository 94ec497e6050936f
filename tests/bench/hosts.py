"""Two hosts over one PostgreSQL: from an acknowledgement until the other host shows it, and what polls cost there."""

import asyncio
import hashlib
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from time import monotonic

from storage.clock import utc_now
from storage.connect import open_store
from storage.model import Token
from tests.bench.copying import copy_to_postgres
from tests.bench.load import Poll, Target, request, same, side_by_side
from tests.bench.polls import FEED, GZIP, POLLS, ROUNDS, ask
from tests.bench.postgres import publish_rows
from tests.bench.report import Report, percentile, spread
from tests.bench.servers import dateline
from tests.bench.visible import TOKEN, publish, see
from tests.front.hosts import hosts_of
from tests.postgres.cluster import running
from tests.server.wire import connect

TIMES = 100
"""Publications by each host."""
TURNS = 20
"""Of ten publications each."""
P99_BAR, MOST_BAR = 50, 300
"""Milliseconds."""
HOT_BAR = 1.02


def report_hosts(report: Report, newsroom: Path) -> None:
    """The server's commits are durable."""
    with running(autovacuum="on") as cluster:
        url = cluster.url()
        asyncio.run(_prepare(newsroom, url))
        seen = asyncio.run(_visible(url))
        looked = asyncio.run(_visible(url, DATELINE_DATABASE_NOTIFY="false"))
        _compare_polls(report, newsroom, url)
        told, untold = asyncio.run(_publications(url))
    report.note(f"publish to visible, {len(seen)} publications, two hosts on PostgreSQL: median / p99 / max", "")
    for name, share, bar in (("p99", 99, P99_BAR), ("max", 100, MOST_BAR)):
        report.compare(
            f"  in hand from the other host, {name}; the rule", 1000 * percentile(seen, share), bar, "ms", bar=1
        )
    report.note("  in hand from the other host; without NOTIFY", spread(seen), spread(looked))
    report.compare(
        "a publication that others are told of; without NOTIFY", 1000 * median(told), 1000 * median(untold), "ms"
    )
    report.note("  median / p99 / max", spread(told), spread(untold))


async def _prepare(newsroom: Path, url: str) -> None:
    await copy_to_postgres(newsroom, url)
    store = await open_store(url)
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    await store.add_token(Token(name="desk", hash=digest, scopes=frozenset({"publish"}), created_at=utc_now()))
    await store.close()


async def _visible(url: str, **settings: str) -> Sequence[float]:
    """Seconds from each acknowledgement until a reader at the other host has it in hand."""
    seen: list[float] = []
    chosen = {"DATELINE_DATABASE_URL": url} | settings
    with tempfile.TemporaryDirectory() as folder, hosts_of(Path(folder), chosen, chosen) as hosts:
        wires = [await connect(port) for port in hosts.ports]
        for number in range(TIMES):
            for writer, reader in (wires, wires[::-1]):
                await reader.ask("/feed.rss")
                guid = await publish(writer, f"Ferry report {number}")
                seen.append((await see(reader, guid, monotonic()))[1])
        for wire in wires:
            wire.transport.abort()
    return seen


async def _publications(url: str) -> tuple[Sequence[float], Sequence[float]]:
    """Seconds of each by one writer, in turns: with NOTIFY, to whoever listens, and without."""
    stores = [await open_store(url, notify=notify) for notify in (True, False)]
    times: list[list[float]] = [[], []]
    for turn in range(TURNS):
        for store, taken in zip(stores, times, strict=True):
            taken += (await publish_rows(store, turn, f"notify-{len(taken)}-{id(store)}", 10))[2]
    for store in stores:
        await store.close()
    return times[0], times[1]


def _compare_polls(report: Report, newsroom: Path, url: str) -> None:
    with ExitStack() as started:
        targets = {}
        for name, server in (
            ("embedded", started.enter_context(dateline(newsroom))),
            ("server", started.enter_context(dateline(newsroom, database_url=url))),
        ):
            etag, _ = ask(server)
            for status, sent in ((304, request(FEED, GZIP, f"If-None-Match: {etag}")), (200, request(FEED, GZIP))):
                polls = same(Poll(sent, status), rounds=ROUNDS, polls=POLLS)
                targets[f"{status} {name}"] = Target(server.pids, server.port, polls)
        costs = side_by_side(targets)
    for status in (304, 200):
        name = f"{status} kept alive on PostgreSQL; SQLite"
        report.compare(name, costs[f"{status} server"], costs[f"{status} embedded"], "us CPU", bar=HOT_BAR)
