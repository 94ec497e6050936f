"""The latest feed of a busy newsroom, in which some came late: made anew after one edit, it costs what a quiet one's does."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from time import process_time

from feeds.formats import FORMATS
from feeds.http.negotiation import Coding, encode
from feeds.kinds.base import Publication
from feeds.kinds.latest import LATEST
from feeds.render import KeptItems, render_in_turns
from feeds.settings import Settings
from storage.connect import open_store
from storage.model import Article, ArticleRecord
from storage.protocol import Store
from tests.bench.newsroom import NEWEST, Shape, add_sections, article
from tests.bench.report import Report

BUSY, QUIET = 2_000, 50
"""Articles a day."""
DAYS = 8
"""More than what came late is shown for."""
LATE = 50
ROUNDS = 30
RSS = FORMATS[".rss"]
_BATCH = 500


async def report_late(report: Report, folder: Path) -> None:
    """CPU of reading, rendering and compressing it after an edit of one entry; the two newsrooms in turns."""
    async with AsyncExitStack() as stack:
        newsrooms = [await _newsroom(stack, folder / f"{a_day}-a-day.db", a_day) for a_day in (BUSY, QUIET)]
        costs: list[list[float]] = [[], []]
        for number in range(ROUNDS + 1):
            for newsroom, taken in zip(newsrooms, costs, strict=True):
                taken.append(await newsroom.after_an_edit(number))
    # Without the first round, in which nothing is kept yet.
    ours, reference = (1000 * median(taken[1:]) for taken in costs)
    name = f"latest feed after one edit, {LATE} late, {BUSY:,} articles a day; {QUIET} a day"
    report.compare(name, ours, reference, "ms CPU", bar=1.5)


class _Newsroom:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._publication = Publication.of(Settings(), NEWEST)
        self._kept = KeptItems(1 << 24)

    async def after_an_edit(self, number: int) -> float:
        [newest] = (await self._store.read_articles("home", limit=1)).articles
        await self._store.update_article(replace(newest, headline=f"Edit {number}"), if_version=newest.version)
        began = process_time()
        document = await LATEST.build(self._store, self._publication, {}, NEWEST)
        body, _ = await render_in_turns(RSS, document, self._kept)
        encode(body, Coding.GZIP)
        taken = process_time() - began
        assert len(document.items) == self._publication.feed_items + LATE
        return taken


async def _newsroom(stack: AsyncExitStack, path: Path, a_day: int) -> _Newsroom:
    store = await open_store(f"sqlite:///{path}", migrate=True, clock=lambda: NEWEST)
    stack.push_async_callback(store.close)
    await add_sections(store)
    coming = [ArticleRecord(article=one) for one in _articles(a_day)]
    for first in range(0, len(coming), _BATCH):
        await store.import_articles(coming[first : first + _BATCH])
    for number in range(LATE):
        await store.add_article(_dated(f"late-{number}", NEWEST - timedelta(days=2, minutes=number)))
    return _Newsroom(store)


def _articles(a_day: int) -> Iterator[Article]:
    """The oldest first; each came at its time."""
    count = DAYS * a_day
    for number in range(count):
        at = NEWEST - timedelta(days=DAYS) / count * (count - number)
        yield replace(_dated(f"story-{number}", at), arrived_at=at)


def _dated(slug: str, at: datetime) -> Article:
    return replace(article(1, 0, Shape()), guid=f"urn:bench:{slug}", slug=slug, published_at=at, day=at.date(), id=0)
