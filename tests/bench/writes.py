"""The same writes in a large newsroom and in a small one, and replies to a long thread and to a short one."""

import os
import shutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from uuid import uuid4

from storage.clock import utc_now
from storage.connect import open_store
from storage.model import Article, ArticleStatus, Comment, CommentHistory, CommentStatus
from storage.protocol import Store
from tests.bench.generate import generate
from tests.bench.newsroom import TINY
from tests.bench.report import Report, shown

REPEATS = 151
"""An odd number, of which some make FTS5 merge a part of its index: the median is of those that do not."""
BAR, THREAD_BAR = 1.2, 1.5
SHORT, LONG = 10, 10_000
LIST_AFTER = timedelta(minutes=10)

Unit = Callable[[Store, int], Awaitable[object]]
"""A write to the article, or to a comment on the article, of a number from 1."""


async def report_writes(report: Report, small: tuple[Path, int], large: tuple[Path, int]) -> None:
    """Each a store, which is copied, and the number of its articles."""
    copies = [(_copied(database), count) for database, count in (small, large)]
    for name, unit in (("edit", _edit), ("reply", _reply), ("approval", _approve), ("withdrawal", _withdraw)):
        await _compare(report, f"{name} of {large[1]:,} articles; {small[1]:,}", unit, copies, BAR)


async def report_threads(report: Report, folder: Path) -> None:
    """Ten articles each: replies are spread over them."""
    stores = [(folder / f"thread-{length}.db", 10) for length in (SHORT, LONG)]
    for (database, count), length in zip(stores, (SHORT, LONG), strict=True):
        await generate(database, count, replace(TINY, comments=length))
    await _compare(report, f"a reply to a thread of {LONG:,}; of {SHORT}", _reply, stores, THREAD_BAR)


async def _compare(report: Report, name: str, unit: Unit, sizes: Sequence[tuple[Path, int]], bar: float) -> None:
    stores = [await open_store(f"sqlite:///{database}", migrate=True) for database, _ in sizes]
    cpu: list[list[float]] = [[], []]
    wall: list[list[float]] = [[], []]
    try:
        for turn in range(REPEATS):
            for place, (store, (_, count)) in enumerate(zip(stores, sizes, strict=True)):
                # Far from each other, as far as there are so many.
                number = 1 + turn * max(1, count // REPEATS) % count
                prepared = await _prepare(store, number, unit)
                began, spent = perf_counter(), process_time()
                await unit(store, prepared)
                cpu[place].append(1000 * (process_time() - spent))
                wall[place].append(1000 * (perf_counter() - began))
    finally:
        for store in stores:
            await store.close()
    few, many = map(median, cpu)
    report.compare(name, many, few, "ms CPU", bar=bar)
    report.note("  by the clock, with the disk", *(shown(median(times), "ms") for times in reversed(wall)))
    report.note("  the longest", *(shown(max(times), "ms") for times in reversed(wall)))


def _copied(database: Path) -> Path:
    copy = database.with_suffix(".written.db")
    for old in copy.parent.glob(f"{copy.name}*"):
        old.unlink()
    shutil.copyfile(database, copy)
    # On the disk before it is measured: the first commit would wait for all of it.
    os.sync()
    return copy


async def _prepare(store: Store, number: int, unit: Unit) -> int:
    """What the unit is to work on: for an approval, a comment that waits for it."""
    if unit is not _approve:
        return number
    held = await store.add_comment(_comment(number, CommentStatus.PENDING), list_after=LIST_AFTER)
    return held.id


async def _edit(store: Store, number: int) -> None:
    article = await store.get_article(number)
    after = replace(article, headline=f"{article.headline} again", body_html=f"{article.body_html}<p>More of it.</p>")
    await store.update_article(after, if_version=article.version)


async def _withdraw(store: Store, number: int) -> None:
    article = await store.get_article(number)
    await store.update_article(replace(article, status=ArticleStatus.WITHDRAWN), if_version=article.version)


async def _reply(store: Store, number: int) -> None:
    def admit(_: Article, history: CommentHistory) -> Comment:
        return replace(sent, status=CommentStatus.APPROVED if history.lineage else CommentStatus.PENDING)

    last = await store.list_comments(article_id=number, limit=1)
    sent = replace(_comment(number, CommentStatus.PENDING), parent_id=last[0].id if last else None)
    await store.add_comment(sent, list_after=LIST_AFTER, admit=admit)


async def _approve(store: Store, number: int) -> None:
    await store.set_comment_status(number, CommentStatus.APPROVED, by="desk:bench", list_after=LIST_AFTER)


def _comment(number: int, status: CommentStatus) -> Comment:
    return Comment(
        guid=uuid4().urn,
        article_id=number,
        author_name="Reader 1",
        author_email="reader-1@readers.example",
        body_html="<p>The ferry was late again.</p>",
        status=status,
        created_at=utc_now(),
    )
