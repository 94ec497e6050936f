"""The same feeds of a large newsroom and of a small one: what is read has to be found as fast."""

from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from feeds.formats import FORMATS
from feeds.http.negotiation import Coding, encode
from feeds.kinds.author import AUTHOR
from feeds.kinds.base import Kind, Params, Publication
from feeds.kinds.comments import ARTICLE_COMMENTS
from feeds.kinds.dated import DAY
from feeds.kinds.latest import LATEST
from feeds.kinds.search import SEARCH
from feeds.kinds.section import SECTION
from feeds.render import KeptItems, render_in_turns
from feeds.settings import Settings
from storage.clock import utc_now
from storage.connect import open_store
from storage.protocol import Store
from tests.bench.newsroom import NEWEST, path
from tests.bench.report import Report, shown

RSS = FORMATS[".rss"]
REPEATS = 25
BAR = 1.2

Feed = tuple[str, Kind, Params]


async def report_sizes(report: Report, small: tuple[Path, int], large: tuple[Path, int]) -> None:
    """Each a store and the number of its articles. In turns, with nothing kept: read, document, render, gzip."""
    stores = [await open_store(f"sqlite:///{database}") for database, _ in (small, large)]
    publication = Publication.of(Settings(), utc_now())
    try:
        for in_small, in_large in zip(_feeds(small[1]), _feeds(large[1]), strict=True):
            pair = tuple(zip(stores, (in_small, in_large), strict=True))
            firsts = [await _wall(store, publication, feed) for store, feed in pair]
            costs: list[list[float]] = [[], []]
            for _ in range(REPEATS):
                for (store, feed), cost in zip(pair, costs, strict=True):
                    began = process_time()
                    await make(store, publication, feed)
                    cost.append(1000 * (process_time() - began))
            few, many = map(median, costs)
            report.compare(f"{in_large[0]} of {large[1]:,} articles; {small[1]:,}", many, few, "ms CPU", bar=BAR)
            report.note("  asked for the first time", shown(firsts[1], "ms"), shown(firsts[0], "ms"))
    finally:
        for store in stores:
            await store.close()


def _feeds(count: int) -> list[Feed]:
    return [*lists(count), ("search for a word in all", SEARCH, {"q": "harbour"})]


def lists(count: int) -> list[Feed]:
    """The feeds that are the same in a newsroom of any size, but for their numbers; no search is among them."""
    day = (NEWEST - timedelta(days=2)).date()
    year, month, day_of_month, slug = path(count, count - 100).strip("/").split("/")
    return [
        ("latest", LATEST, {}),
        ("a section", SECTION, {"section": "world"}),
        ("a day", DAY, {"year": f"{day:%Y}", "month": f"{day:%m}", "day": f"{day:%d}"}),
        ("an author", AUTHOR, {"author": "author-3"}),
        ("an article's comments", ARTICLE_COMMENTS,
            {"year": year, "month": month, "day": day_of_month, "slug": slug}),
    ]  # fmt: skip


async def make(store: Store, publication: Publication, feed: Feed) -> None:
    _, kind, params = feed
    document = await kind.build(store, publication, params, utc_now())
    body, _ = await render_in_turns(RSS, document, KeptItems(1 << 24))
    encode(body, Coding.GZIP)


async def _wall(store: Store, publication: Publication, feed: Feed) -> float:
    """Milliseconds by the clock, the disk's included."""
    began = perf_counter()
    await make(store, publication, feed)
    return 1000 * (perf_counter() - began)
