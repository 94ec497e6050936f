"""What each kind of feed costs, beside the latest: made from nothing, and sent from what is kept."""

import asyncio
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import process_time

from feeds.formats import FORMATS
from feeds.http.negotiation import Coding, encode
from feeds.kinds import KINDS
from feeds.kinds.base import Kind, Params, Publication
from feeds.kinds.latest import LATEST
from feeds.kinds.paging import with_query
from feeds.render import KeptItems, render_in_turns
from feeds.settings import Settings
from storage.clock import utc_now
from storage.connect import open_store
from storage.protocol import Store
from tests.bench.load import Poll, Target, connection, exchange, field, request, same, side_by_side
from tests.bench.newsroom import NEWEST, path
from tests.bench.polls import GZIP
from tests.bench.report import Report
from tests.bench.servers import Server, dateline

RSS = FORMATS[".rss"]
REPEATS = 25
ROUNDS = 12
"""The first of them uncounted."""
POLLS = 300


def report_kinds(report: Report, database: Path, count: int) -> None:
    params = params_of_kinds(count)
    asyncio.run(_cold(report, database, params))
    with dateline(database) as server:
        conditional, full = {}, {}
        for kind in KINDS:
            url = _feed_url(kind, params[kind.name])
            with connection(server.port) as poll:
                etag = field(exchange(poll, request(url, GZIP)), "etag")
            conditional[kind.name] = _often(server, request(url, GZIP, f"If-None-Match: {etag}"), 304)
            full[kind.name] = _often(server, request(url, GZIP), 200)
        for status, targets in ((304, conditional), (200, full)):
            costs = side_by_side(targets)
            latest = costs[LATEST.name]
            dearest = max(costs, key=lambda name: costs[name])
            name = f"{status} of what is kept, the dearest of {len(costs)} kinds ({dearest}); latest"
            report.compare(name, costs[dearest], latest, "us CPU")


def params_of_kinds(count: int) -> Mapping[str, Params]:
    """Of a feed of each kind, by its name, that is as long as its kind has them."""
    year, month, day, slug = path(count, count - 100).strip("/").split("/")
    whole = NEWEST - timedelta(days=2)
    return {
        "latest": {},
        "comments": {},
        "day": {"year": f"{whole:%Y}", "month": f"{whole:%m}", "day": f"{whole:%d}"},
        "month": {"year": f"{whole:%Y}", "month": f"{whole:%m}"},
        "year": {"year": f"{whole:%Y}"},
        "section comments": {"section": "world"},
        "section": {"section": "world"},
        "tag": {"tag": "tag-7"},
        "author": {"author": "author-3"},
        "search": {"q": "harbour"},
        "article comments": {"year": year, "month": month, "day": day, "slug": slug},
    }


def _feed_url(kind: Kind, params: Params) -> str:
    page = re.sub(r"{(\w+)(?::\w+)?}", lambda name: params[name[1]], kind.path)
    return with_query(f"{page}feed.rss", {name: params[name] for name in kind.query if name in params})


async def _cold(report: Report, database: Path, params: Mapping[str, Params]) -> None:
    """In turns, with nothing kept: read, document, render, gzip."""
    store = await open_store(f"sqlite:///{database}")
    try:
        publication = Publication.of(Settings(), utc_now())
        costs: dict[str, list[float]] = {kind.name: [] for kind in KINDS}
        entries = {kind.name: await _make(store, publication, kind, params[kind.name]) for kind in KINDS}
        for _ in range(REPEATS):
            for kind in KINDS:
                began = process_time()
                await _make(store, publication, kind, params[kind.name])
                costs[kind.name].append(1000 * (process_time() - began))
    finally:
        await store.close()
    for name, each in costs.items():
        title = f"made from nothing: {name}, {entries[name]} entries; latest, {entries[LATEST.name]}"
        report.compare(title, median(each), median(costs[LATEST.name]), "ms CPU")


async def _make(store: Store, publication: Publication, kind: Kind, params: Params) -> int:
    """The number of its entries."""
    document = await kind.build(store, publication, params, utc_now())
    body, _ = await render_in_turns(RSS, document, KeptItems(1 << 24))
    encode(body, Coding.GZIP)
    return len(document.items)


def _often(server: Server, sent: bytes, status: int) -> Target:
    return Target(server.pids, server.port, same(Poll(sent, status), rounds=ROUNDS, polls=POLLS))
