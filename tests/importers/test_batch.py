"""An import beside other writers: how much it keeps at a time, and what room it leaves."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from feeds.importers import batch
from feeds.importers.batch import Batch, ImportStore
from feeds.importers.jsonlines.reader import export_lines
from feeds.importers.report import Report
from storage.model import Article, ArticleRecord, Comment, ImportRun, Intake, Kept, Outcome, Section
from storage.protocol import Store
from tests.importers.reading import keep
from tests.stores import Stores, opened_store

pytestmark = pytest.mark.anyio

NOW = datetime(2023, 3, 22, 12, tzinfo=UTC)
RUN = ImportRun(key="run", kind="feed", name="feed.xml")


class Slow:
    """Stands for a store in which each article and each comment takes so many seconds, by its own timer."""

    def __init__(self, seconds: float) -> None:
        self.now = 0.0
        self.seconds = seconds
        self.took: list[float] = []
        self.gaps: list[float] = []
        self._ended = 0.0

    async def take_in(self, records: list[ArticleRecord], *, run: ImportRun) -> Intake:  # noqa: ARG002
        self.gaps.append(self.now - self._ended)
        took = self.seconds * sum(1 + len(record.comments) for record in records)
        self.now += took
        self._ended = self.now
        self.took.append(took)
        return Intake(kept=(Kept(outcome=Outcome.ADDED),) * len(records))

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def made(number: int, comments: int = 0) -> ArticleRecord:
    article = Article(guid=f"urn:test:{number}", slug=f"a{number}", headline=f"Article {number}")
    thread = [
        Comment(
            guid=f"urn:test:{number}:{place}", article_id=0, author_name="Ann", author_email="", body_html="x",
            created_at=NOW,
        )
        for place in range(comments)
    ]  # fmt: skip
    return ArticleRecord(article=article, comments=tuple(thread))


async def keep_all(slow: Slow, monkeypatch: pytest.MonkeyPatch, count: int, comments: int = 0) -> None:
    monkeypatch.setattr(batch.asyncio, "sleep", slow.sleep)  # type: ignore[attr-defined]
    taking = Batch(cast(ImportStore, slow), Report(), NOW, set(), RUN, timer=lambda: slow.now)
    for number in range(count):
        await taking.add(made(number, comments))
    await taking.flush()


async def test_no_transaction_takes_long_once_it_is_known_what_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    for seconds, comments in ((0.01, 0), (0.002, 9), (0.15, 0)):
        slow = Slow(seconds)
        await keep_all(slow, monkeypatch, 600, comments)
        assert max(slow.took[1:]) <= batch.SECONDS + seconds * (1 + comments)


async def test_where_it_is_quick_a_batch_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow(0.0001)
    await keep_all(slow, monkeypatch, 2000)
    assert len(slow.took) < 2000 / batch.RECORDS + 5


async def test_it_leaves_room_between_two_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow(0.01)
    await keep_all(slow, monkeypatch, 300)
    assert len(slow.gaps) > 10
    assert min(slow.gaps[2:]) >= batch.PAUSE * 0.99


async def test_an_export_beside_writers_is_always_taken_back(tmp_path: Path, store: Store, stores: Stores) -> None:
    """Sections and articles in them come all the while."""
    done = asyncio.Event()

    async def write() -> None:
        for number in range(200):
            if done.is_set():
                break
            path = f"s{number}"
            await store.add_section(Section(path=path, title=path, created_at=NOW))
            at = NOW - timedelta(hours=number)
            await store.add_article(
                Article(
                    guid=f"urn:test:{number}",
                    slug=f"a{number}",
                    headline="A",
                    sections=(path,),
                    day=at.date(),
                    published_at=at,
                )
            )

    writing = asyncio.create_task(write())
    for number in range(4):
        lines = []
        async for line in export_lines(store, private=True):
            lines.append(line)
            await asyncio.sleep(0)
        folder = tmp_path / str(number)
        folder.mkdir()
        with stores.new() as url:
            async with opened_store(url) as other:
                summary = await keep(other, folder, b"".join(lines))
        assert not summary.refused
    done.set()
    await writing
