"""What a write costs does not grow with the newsroom, nor with the thread: counted in steps of SQLite's machine.

They are what EXPLAIN QUERY PLAN does not show, too: what foreign keys look up, and what triggers do.
"""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from storage.model import ArticleStatus, Author, CommentStatus, Tag
from storage.sql.store import SQLStore
from storage.sqlite.connection import Database
from storage.sqlite.schema import require_current
from tests.bench.generate import generate
from tests.bench.newsroom import NEWEST, TINY, Shape
from tests.storage.newsroom import FOUNDED, LIST_AFTER, SettableClock, add_reply, edit, moderate, reply, story, withdraw

pytestmark = pytest.mark.anyio

Write = Callable[[SQLStore], Awaitable[object]]
THREAD = (10, 1_000)
NEWSROOM = (100, 2_000)


class Counted:
    """A store whose writer's steps are counted, a backward jump each: a row that is walked over is one."""

    def __init__(self, database: Database, clock: SettableClock) -> None:
        self._database = database
        self.store = SQLStore(database, clock)
        self.steps = 0

    async def begin(self) -> None:
        await self._database.write(lambda db: db.set_progress_handler(self._count, 1))

    def _count(self) -> int:
        self.steps += 1
        return 0

    async def cost(self, write: Write) -> int:
        self.steps = 0
        await write(self.store)
        return self.steps


async def opened(stack: AsyncExitStack, path: Path, articles: int, shape: Shape) -> Counted:
    await generate(path, articles, shape)
    database = await Database.open(
        str(path), create=False, synchronous="NORMAL", busy_timeout=1, prepare=require_current
    )
    stack.push_async_callback(database.close)
    counted = Counted(database, SettableClock())
    await counted.begin()
    return counted


async def _publish(store: SQLStore) -> None:
    await store.add_article(story("new", sections=("world/africa",)))


async def _publish_late(store: SQLStore) -> None:
    tags, authors = (Tag(slug="tag-1", name="Tag 1"),), (Author(slug="author-1", name="Author 1"),)
    await store.add_article(story("late", NEWEST - timedelta(days=2), sections=("world",), tags=tags, authors=authors))


async def _correct_significantly(store: SQLStore) -> None:
    await edit(store, await store.get_article(9), updated_at=FOUNDED)


async def _date_back(store: SQLStore) -> None:
    await edit(store, await store.get_article(9), published_at=FOUNDED, day=FOUNDED.date())


async def _change_all(store: SQLStore) -> None:
    await edit(
        store,
        await store.get_article(7),
        headline="Other",
        slug="other",
        body_html="<p>Other.</p>",
        sections=("sport",),
    )


async def _withdraw(store: SQLStore) -> None:
    await withdraw(store, await store.get_article(8))


async def _republish(store: SQLStore) -> None:
    await edit(store, await store.get_article(8), status=ArticleStatus.PUBLISHED)


async def _headline(store: SQLStore) -> None:
    await edit(store, await store.get_article(1), headline="Other")


async def _reply(store: SQLStore) -> None:
    article = await store.get_article(1)
    held = reply(article, "Ann", parent_id=3, ip_hash="feed")
    await store.add_comment(held, list_after=LIST_AFTER, admit=lambda _article, _history: held)


async def _hold(store: SQLStore) -> None:
    await moderate(store, await store.get_comment(1), CommentStatus.PENDING)


async def _approve(store: SQLStore) -> None:
    await moderate(store, await store.get_comment(1), CommentStatus.APPROVED)


async def _spam(store: SQLStore) -> None:
    await moderate(store, await store.get_comment(2), CommentStatus.SPAM)


async def _edit_late(store: SQLStore) -> None:
    comment = await store.get_comment(1)
    await store.update_comment(replace(comment, body_html="<p>Other.</p>"), if_version=comment.version)


async def _rename(store: SQLStore) -> None:
    comment = await store.get_comment(1)
    await store.update_comment(replace(comment, author_name="Zoe"), if_version=comment.version)


async def _forget(store: SQLStore) -> None:
    await add_reply(store, reply(await store.get_article(1), "Eve"))
    await store.forget_comments("eve@secret.example", alias="Nobody", erase=False, list_after=LIST_AFTER, limit=10)


OF_ARTICLES = (_publish, _publish_late, _correct_significantly, _date_back, _change_all, _withdraw, _republish)
OF_THREADS = (_headline, _reply, _hold, _approve, _spam, _edit_late, _rename, _forget)


async def test_no_write_costs_more_in_a_large_newsroom(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        shape = replace(TINY, comments=3)
        few, many = [await opened(stack, tmp_path / f"{size}.db", size, shape) for size in NEWSROOM]
        for write in (*OF_ARTICLES, *OF_THREADS):
            small, large = await few.cost(write), await many.cost(write)
            assert large <= 1.3 * small + 100, write.__name__


async def test_no_write_looks_through_a_thread(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        short, long = [await opened(stack, tmp_path / f"{size}.db", 2, replace(TINY, comments=size)) for size in THREAD]
        for write in OF_THREADS:
            small, large = await short.cost(write), await long.cost(write)
            assert large <= 1.3 * small + 100, write.__name__


async def test_what_comes_and_goes_with_its_article_costs_in_proportion(tmp_path: Path) -> None:
    """A thread that is withdrawn is written comment by comment: its tombstones, and nothing that was there before it."""
    async with AsyncExitStack() as stack:
        short, long = [
            await opened(stack, tmp_path / f"{size}.db", 10, replace(TINY, comments=size)) for size in THREAD
        ]
        for write in (_withdraw, _republish):
            small, large = await short.cost(write), await long.cost(write)
            assert large <= 1.3 * small * THREAD[1] / THREAD[0], write.__name__
