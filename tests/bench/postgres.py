"""The same newsroom in PostgreSQL and in SQLite: what is read, what is written, and how sizes compare."""

import asyncio
import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

import psycopg

from feeds.kinds.base import Params, Publication
from feeds.kinds.comments import ARTICLE_COMMENTS
from feeds.kinds.latest import LATEST
from feeds.settings import Settings
from storage.clock import utc_now
from storage.connect import open_store
from storage.protocol import Store
from tests.bench.copying import copy_to_postgres
from tests.bench.growth import report_growth
from tests.bench.newsroom import Shape, article, path
from tests.bench.report import Report, spread
from tests.bench.sizes import Feed, lists, make
from tests.postgres.cluster import Cluster, running

REPEATS = 41
TURNS, PUBLICATIONS = 5, 40
"""Of each side, and in each by each writer."""
WRITERS = 8
LATEST_BAR, COMMENTS_BAR, PUBLISH_BAR, WRITERS_BAR, SIZE_BAR = 1.3, 2.5, 1.5, 1 / 0.8, 1.2


async def report_postgres(report: Report, small: tuple[Path, int], large: tuple[Path, int], folder: Path) -> None:
    """Each a file, which is copied, and the number of its articles. The server's commits are durable."""
    with running(autovacuum="on", shared_buffers="256MB", max_wal_size="4GB") as cluster:
        urls = [cluster.url(f"of_{count}") for _, count in (small, large)]
        for url, (database, count) in zip(urls, (small, large), strict=True):
            _create(cluster, f"of_{count}")
            await copy_to_postgres(database, url)
        report_growth(report, urls[1])
        async with AsyncExitStack() as stack:

            async def opened(url: str) -> Store:
                store = await open_store(url)
                stack.push_async_callback(store.close)
                return store

            few, many = [await opened(url) for url in urls]
            embedded = await opened(f"sqlite:///{large[0]}")
            await _reads(report, many, embedded, large[1])
            await _sizes(report, (few, small[1]), (many, large[1]))
        await _writes(report, urls[0], Path(shutil.copyfile(small[0], folder / "published.db")))


def _create(cluster: Cluster, name: str) -> None:
    with psycopg.connect(cluster.url(), autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name}".encode())


async def _reads(report: Report, server: Store, embedded: Store, count: int) -> None:
    """First polls by the clock, with nothing kept: read, document, render, gzip; in turns."""
    year, month, day, slug = path(count, count - 100).strip("/").split("/")
    params: Params = {"year": year, "month": month, "day": day, "slug": slug}
    for name, feed, bar in (
        ("the latest feed, 50 entries", ("latest", LATEST, {}), LATEST_BAR),
        ("three comments", ("comments", ARTICLE_COMMENTS, params), COMMENTS_BAR),
    ):
        title = f"first poll of {name} on PostgreSQL; SQLite"
        await report_in_turns(report, title, (server, feed), (embedded, feed), bar=bar)


async def _sizes(report: Report, small: tuple[Store, int], large: tuple[Store, int]) -> None:
    for in_small, in_large in zip(lists(small[1]), lists(large[1]), strict=True):
        name = f"{in_large[0]} of {large[1]:,} articles on PostgreSQL; {small[1]:,}"
        await report_in_turns(report, name, (large[0], in_large), (small[0], in_small), bar=SIZE_BAR)


async def report_in_turns(
    report: Report, name: str, ours: tuple[Store, Feed], reference: tuple[Store, Feed], *, bar: float | None
) -> None:
    """Milliseconds of a first poll; those of the first rounds, in which statements are prepared, are not counted."""
    publication = Publication.of(Settings(), utc_now())
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(REPEATS + 5):
        for (store, feed), taken in zip((ours, reference), times, strict=True):
            began = perf_counter()
            await make(store, publication, feed)
            if turn >= 5:
                taken.append(1000 * (perf_counter() - began))
    of_ours, of_reference = map(median, times)
    report.compare(name, of_ours, of_reference, "ms", bar=bar)


async def report_publications(report: Report, name: str, ours: str, reference: str) -> None:
    """By one writer, in turns, in the stores of two URLs; what the server does behind the writes' back is between them."""
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(6):
        for url, taken in zip((ours, reference), times, strict=True):
            store = await open_store(url)
            _, _, each = await publish_rows(store, turn, "in-turns", PUBLICATIONS)
            await store.close()
            taken.extend(each)
    report.compare(name, 1000 * median(times[0]), 1000 * median(times[1]), "ms", bar=SIZE_BAR)
    report.note("  median / p99 / max", spread(times[0]), spread(times[1]))


async def _writes(report: Report, url: str, file: Path) -> None:
    """Publications into the same newsroom in both, each acknowledged when it is durable; a host is a process."""
    alone, one, many = [], [], []
    # What was copied is on the disk before it is measured: the first commit would wait for all of it.
    os.sync()
    with ProcessPoolExecutor(2, get_context("spawn")) as hosts:
        # In turns: what else the machine does, it does to each of them.
        for turn in range(TURNS):
            alone.append(_told(hosts.submit(_host, f"sqlite:///{file}", 1, f"embedded-{turn}")))
            one.append(_told(hosts.submit(_host, url, 1, f"one-{turn}")))
            names = (f"first-{turn}", f"second-{turn}")
            many.append(_told(*(hosts.submit(_host, url, WRITERS // 2, name) for name in names)))
    name = "publish, acknowledged, PostgreSQL with fsync; SQLite FULL"
    report.compare(name, *_middle([one, alone], lambda each: 1000 * median(each.times)), "ms", bar=PUBLISH_BAR)
    name = f"a publication's share of the time, {WRITERS} writers on two hosts; one writer"
    ours, theirs = _middle([many, one], lambda each: 1000 * each.share)
    report.compare(name, ours, theirs, "ms", bar=WRITERS_BAR)
    report.note("  publications a second", f"{1000 / ours:,.0f}", f"{1000 / theirs:,.0f}")
    report.note("  acknowledged: median / p99 / max", *(spread(_all_times(each)) for each in (many, one)))
    least = min(each.evenness for each in many)
    report.note("  the quickest writer's share of the slowest one's time, at worst", f"{least:.2f}")


def _middle(sides: Sequence[Sequence["Published"]], figure: Callable[["Published"], float]) -> tuple[float, float]:
    """The figures of two sides in the turn whose ratio is the median."""
    pairs = [(figure(ours), figure(theirs)) for ours, theirs in zip(*sides, strict=True)]
    return sorted(pairs, key=lambda pair: pair[0] / pair[1])[len(pairs) // 2]


def _all_times(turns: Sequence["Published"]) -> list[float]:
    return [time for each in turns for time in each.times]


class Published(NamedTuple):
    """How writers fared."""

    times: Sequence[float]
    """Seconds until each publication was acknowledged."""
    share: float
    """Of the whole time, for each."""
    evenness: float
    """What the quickest writer took, by what the slowest took."""


Row = tuple[float, float, Sequence[float]]
"""Of a writer: when it began, when it ended, and how long each publication took."""


def _told(*hosts: Future[Sequence[Row]]) -> Published:
    rows = [row for host in hosts for row in host.result()]
    times = [time for *_, each in rows for time in each]
    began, ended = min(row[0] for row in rows), max(row[1] for row in rows)
    took = [row[1] - row[0] for row in rows]
    return Published(times, (ended - began) / len(times), min(took) / max(took))


def _host(url: str, writers: int, name: str) -> Sequence[Row]:
    async def run() -> Sequence[Row]:
        store = await open_store(url, synchronous="FULL")
        try:
            await publish_rows(store, 0, f"{name}-first", 10)
            return await asyncio.gather(*(publish_rows(store, writer, name, PUBLICATIONS) for writer in range(writers)))
        finally:
            await store.close()

    return asyncio.run(run())


async def publish_rows(store: Store, writer: int, name: str, count: int) -> Row:
    times = []
    start = perf_counter()
    for number in range(count):
        now = utc_now()
        new = replace(
            article(1, 0, Shape()),
            guid=f"urn:{name}:{writer}:{number}",
            slug=f"{name}-{writer}-{number}",
            published_at=now,
            day=now.date(),
        )
        began = perf_counter()
        await store.add_article(new)
        times.append(perf_counter() - began)
    return start, perf_counter(), times
