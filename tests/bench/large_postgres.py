"""The feeds, searches and writes of a very large newsroom in PostgreSQL beside those of a small one."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from time import monotonic

import psycopg

from feeds.kinds import KINDS
from feeds.kinds.dated import DAY
from feeds.kinds.search import SEARCH
from storage.connect import open_store
from tests.bench.copying import copy_to_postgres
from tests.bench.growth import report_growth
from tests.bench.kinds import params_of_kinds
from tests.bench.newsroom import path
from tests.bench.postgres import report_in_turns, report_publications
from tests.bench.report import Report
from tests.bench.searches import report_each_search
from tests.bench.sizes import BAR, Feed
from tests.postgres.cluster import Cluster, running

_SETTINGS = {"autovacuum": "on", "shared_buffers": "2GB", "max_wal_size": "8GB"}


async def report_large_postgres(report: Report, small: tuple[Path, int], large: tuple[Path, int]) -> None:
    """Each the file of a newsroom, which is copied into a server of its own, and the number of its articles."""
    with running(**_SETTINGS) as cluster:
        urls = [await _filled(report, cluster, *each) for each in (small, large)]
        async with AsyncExitStack() as stack:
            stores = []
            for url in urls:
                stores.append(await open_store(url))
                stack.push_async_callback(stores[-1].close)
            for (in_small, _), (in_large, bar) in zip(_feeds(small[1]), _feeds(large[1]), strict=True):
                name = f"{in_large[0]} of {large[1]:,} articles on PostgreSQL; {small[1]:,}"
                await report_in_turns(report, name, (stores[1], in_large), (stores[0], in_small), bar=bar)
        report.section()
        await report_each_search(report, urls[1], large[1], "on PostgreSQL")
        report.section()
        await report_publications(
            report, f"publish among {large[1]:,} articles on PostgreSQL; {small[1]:,}", *reversed(urls)
        )


async def _filled(report: Report, cluster: Cluster, database: Path, count: int) -> str:
    """The URL of a database with a copy of the file."""
    name = f"of_{count}"
    with psycopg.connect(cluster.url(), autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name}".encode())
    url = cluster.url(name)
    began = monotonic()
    await copy_to_postgres(database, url)
    report.note(f"filling PostgreSQL with {count:,} articles", f"{monotonic() - began:,.0f} s")
    report_growth(report, url)
    return url


def _feeds(count: int) -> Sequence[tuple[Feed, float | None]]:
    """One of each kind, a day in the midst of the archive, and searches; with what the time may grow to, if it may not at will."""
    params = params_of_kinds(count)
    year, month, day, _ = path(count, count // 2).strip("/").split("/")
    feeds: list[Feed] = [
        *((kind.name, kind, params[kind.name]) for kind in KINDS if kind is not SEARCH),
        ("a day of the archive", DAY, {"year": year, "month": month, "day": day}),
        ("search for a word of all", SEARCH, {"q": "harbour"}),
        ("search for a word of one", SEARCH, {"q": str(count - 300)}),
    ]
    phrases: list[Feed] = [
        ("search for a phrase", SEARCH, {"q": '"ferry late"'}),
        ("search for a phrase of none, of words of all", SEARCH, {"q": '"harbour story"'}),
    ]
    return [*((feed, BAR) for feed in feeds), *((phrase, None) for phrase in phrases)]
