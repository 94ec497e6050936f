"""What has to be made: the first poll of a feed that nobody asked for yet, and a feed of which one entry has changed."""

from dataclasses import replace
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter, process_time

from feedgen.feed import FeedGenerator

from feeds.document import FeedDocument
from feeds.formats import FORMATS
from feeds.formats.base import render
from feeds.http.negotiation import Coding, encode
from feeds.kinds.base import Publication
from feeds.kinds.comments import ARTICLE_COMMENTS
from feeds.kinds.latest import LATEST
from feeds.render import KeptItems, render_in_turns
from feeds.settings import Settings
from storage.clock import utc_now
from storage.connect import open_store
from storage.protocol import Store
from tests.bench.load import connection, cpu_ns, exchange, request
from tests.bench.newsroom import path
from tests.bench.report import Report, shown
from tests.bench.servers import dateline

RSS = FORMATS[".rss"]
REPEATS = 30
ROUNDS = 15
FIRST_POLLS = 40
"""In a round."""


async def report_misses(report: Report, database: Path, count: int) -> None:
    store = await open_store(f"sqlite:///{database}")
    try:
        publication = Publication.of(Settings(), utc_now())
        await _cold_feed(report, store, publication)
        await _after_an_edit(report, await LATEST.build(store, publication, {}, utc_now()))
        await _first_polls(report, store, publication, database, count)
    finally:
        await store.close()


async def _cold_feed(report: Report, store: Store, publication: Publication) -> None:
    """Milliseconds from nothing kept to the compressed RSS of 50 entries, and what its parts take."""
    parts: dict[str, list[float]] = {"read and document": [], "render": [], "gzip": [], "brotli instead of gzip": []}

    def clocked(part: str, began: float) -> None:
        parts[part].append(perf_counter() - began)

    for _ in range(REPEATS):
        began = perf_counter()
        document = await LATEST.build(store, publication, {}, utc_now())
        clocked("read and document", began)
        began = perf_counter()
        body, _ = await render_in_turns(RSS, document, KeptItems(1 << 24))
        clocked("render", began)
        for coding, part in ((Coding.GZIP, "gzip"), (Coding.BROTLI, "brotli instead of gzip")):
            began = perf_counter()
            encode(body, coding)
            clocked(part, began)
    taken = {part: 1000 * median(times) for part, times in parts.items()}
    cold = taken["read and document"] + taken["render"] + taken["gzip"]
    report.note(f"cold latest feed, {len(document.items)} entries, {len(body) / 1000:.0f} kB", shown(cold, "ms"))
    for part, time in taken.items():
        report.note(f"  {part}", shown(time, "ms"))


async def _after_an_edit(report: Report, document: FeedDocument) -> None:
    """Render and compress, all entries but one being kept, and none of them."""
    unedited = replace(document, items=document.items[1:])
    costs: dict[str, list[float]] = {"one": [], "all": [], "gzip": []}
    for _ in range(REPEATS):
        kept = KeptItems(1 << 24)
        await render_in_turns(RSS, unedited, kept)
        for entries, known in (("one", kept), ("all", KeptItems(1 << 24))):
            began = process_time()
            body, _ = await render_in_turns(RSS, document, known)
            rendered = process_time()
            encode(body, Coding.GZIP)
            costs[entries].append(process_time() - began)
            costs["gzip"].append(process_time() - rendered)
    one, all_, compression = (1000 * median(costs[part]) for part in ("one", "all", "gzip"))
    name = f"feed after one edit of {len(document.items)} entries, gzip; full render"
    report.compare(name, one, all_, "ms CPU", bar=0.2)
    report.compare("  of it: compression", compression, compression, "ms CPU")


async def _first_polls(report: Report, store: Store, publication: Publication, database: Path, count: int) -> None:
    """Feeds of comments that nobody asked for before, each polled once; and a render of the same entries alone, in this process.

    The server has answered others: what is measured is not Python reading its modules.
    """
    numbers = Random(1).sample(range(count), (ROUNDS + 1) * FIRST_POLLS)
    ours: list[float] = []
    read: list[float] = []
    alone: list[float] = []
    compressed: list[float] = []
    plain: list[float] = []
    with dateline(database) as server, connection(server.port) as poll:
        for start in range(0, len(numbers), FIRST_POLLS):
            polled = [path(count, number) for number in numbers[start : start + FIRST_POLLS]]
            before = cpu_ns(server.pids)
            for page in polled:
                answered = exchange(poll, request(f"{page}feed.rss", "Accept-Encoding: gzip"))
                assert answered[9:12] == b"200", answered[:200]
            ours.append((cpu_ns(server.pids) - before) / 1e6)
            began = process_time()
            documents = [await _comments_of(store, publication, page) for page in polled]
            read.append(1000 * (process_time() - began))
            began = process_time()
            bodies = [render(RSS, document) for document in documents]
            alone.append(1000 * (process_time() - began))
            began = process_time()
            for body in bodies:
                encode(body, Coding.GZIP)
            compressed.append(1000 * (process_time() - began))
            began = process_time()
            for document in documents:
                plain_render(document)
            plain.append(1000 * (process_time() - began))
    # Without the first round, in which the server warms up.
    ours_, read_, alone_, compressed_, plain_ = (
        median(each[1:]) / FIRST_POLLS for each in (ours, read, alone, compressed, plain)
    )
    entries = len(documents[-1].items)
    name = f"first poll of {entries} comments, gzip"
    report.compare(f"{name}; render of the same entries", ours_, alone_, "ms CPU", bar=2.0)
    # What no server can leave out, each by itself in a loop: the rest is the request's way through the process.
    report.compare("  its read and document, alone", read_, alone_, "ms CPU")
    report.compare("  its compression, alone", compressed_, alone_, "ms CPU")
    report.compare(f"{name}; the same by feedgen without our extensions", ours_, plain_, "ms CPU")


async def _comments_of(store: Store, publication: Publication, page: str) -> FeedDocument:
    year, month, day, slug = page.strip("/").split("/")
    params = {"year": year, "month": month, "day": day, "slug": slug}
    return await ARTICLE_COMMENTS.build(store, publication, params, utc_now())


def plain_render(document: FeedDocument) -> bytes:
    """What feedgen makes of the entries by itself: fewer elements, and some of them wrong."""
    feed = FeedGenerator()
    feed.title(document.title)
    feed.description(document.description)
    feed.link(href=document.feed_url, rel="self")
    feed.link(href=document.page_url, rel="alternate")
    feed.language(document.language)
    for item in document.items:
        entry = feed.add_entry(order="append")
        entry.title(item.title)
        entry.link(href=item.url)
        entry.guid(item.guid)
        entry.description(item.summary)
        entry.content(item.content_html, type="CDATA")
        entry.author(name=item.authors[0].name)
        entry.published(item.published)
        entry.updated(item.updated)
    rendered: bytes = feed.rss_str(pretty=True)
    return rendered
