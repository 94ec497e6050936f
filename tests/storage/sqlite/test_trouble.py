"""A lock that is held, a file that is taken away: writers are told so in their own time, readers go on."""

import asyncio
import gc
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import pytest

from storage.connect import open_store
from storage.errors import Unavailable, Unreadable
from storage.sql.store import SQLStore
from storage.trouble import Trouble
from tests.storage.newsroom import SettableClock, draft, edit, slugs, story
from tests.storage.sqlite.opening import open_sqlite

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def opened(path: Path, clock: SettableClock, *, patience: float = 0.2) -> AsyncIterator[SQLStore]:
    """A store in a file of its own, whose writers wait so many seconds."""
    store = await open_sqlite(str(path), clock=clock, migrate=True, busy_timeout=patience)
    try:
        yield store
    finally:
        await store.close()


@contextmanager
def lock_on(path: Path) -> Iterator[sqlite3.Connection]:
    """Another connection, with the lock that writers need until it rolls back."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "dateline.db"


async def test_writers_in_a_queue_wait_side_by_side(
    path: Path, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the time of the first is over, so is that of all who came with it: they do not wait again, each in its turn."""
    now = [0.0]
    monkeypatch.setattr("storage.sqlite.connection.monotonic", lambda: now[0])
    async with opened(path, clock, patience=60) as store:
        with lock_on(path) as other:
            writing = [asyncio.create_task(store.add_article(draft(f"a{number}"))) for number in range(20)]
            # A read comes after those writes in this store's own order: all of them are in the queue now, none at its end.
            assert await store.last_seq() == 0
            now[0] = 60.0
            await asyncio.wait(writing, return_when=asyncio.FIRST_COMPLETED)
            other.execute("ROLLBACK")
        outcomes = await asyncio.gather(*writing, return_exceptions=True)
        assert [str(outcome) for outcome in outcomes] == ["The database is locked by another process."] * 20
        assert await store.list_articles(limit=9) == ()
        assert await store.add_article(draft("later"))


async def test_whoever_waits_has_the_lock_as_soon_as_it_is_free(path: Path, clock: SettableClock) -> None:
    async with opened(path, clock, patience=60) as store:
        with lock_on(path) as other:
            writing = [asyncio.create_task(store.add_article(draft(f"a{number}"))) for number in range(3)]
            # Reads go on, and they come after those writes in this store's own order.
            assert await store.last_seq() == 0
            other.execute("ROLLBACK")
        assert [article.id for article in await asyncio.gather(*writing)] == [1, 2, 3]


async def test_closing_ends_all_waiting_for_a_lock(path: Path, clock: SettableClock) -> None:
    async with opened(path, clock, patience=3600) as store:
        with lock_on(path):
            writing = [asyncio.create_task(store.add_article(draft(f"a{number}"))) for number in range(5)]
            await store.last_seq()
            async with asyncio.timeout(60):
                await store.close()
                outcomes = await asyncio.gather(*writing, return_exceptions=True)
        assert [str(outcome) for outcome in outcomes] == ["The store is closed."] * 5


async def test_a_lock_is_no_reason_not_to_open(path: Path, clock: SettableClock) -> None:
    async with opened(path, clock) as store:
        await store.add_article(story("a"))
    with lock_on(path):
        async with opened(path, clock, patience=3600) as store:
            assert await slugs(store, "home") == ["a"]


async def test_the_log_has_a_line_for_many_failures_and_one_for_their_end(
    path: Path, clock: SettableClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "storage")
    async with opened(path, clock, patience=0.01) as store:
        with lock_on(path):
            for number in range(30):
                with pytest.raises(Unavailable, match="locked"):
                    await store.add_article(draft(f"a{number}"))
        await store.add_article(draft("a"))
    assert [record.getMessage() for record in caplog.records] == [
        "writes fail: The database is locked by another process.",
        "writes work again, after 30 that failed",
    ]


def test_a_reason_is_said_once_a_minute_with_how_often_it_came(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    trouble = Trouble("writes", clock=lambda: now[0])
    for second in range(121):
        now[0] = second
        trouble.note("It is full.")
        if second % 2:
            # One works in between: that is no news, either.
            trouble.over()
    trouble.note("It is locked.")
    trouble.over()
    said = [record.getMessage() for record in caplog.records]
    assert [line for line in said if "fail:" in line] == [
        "writes fail: It is full.",
        "writes fail: It is full. (59 more since the last line on it)",
        "writes fail: It is full. (59 more since the last line on it)",
        "writes fail: It is locked.",
    ]
    assert len(said) == 7


@pytest.mark.parametrize("taken", ["moved", "folder moved"])
async def test_nothing_is_kept_in_a_file_that_was_taken_away(tmp_path: Path, clock: SettableClock, taken: str) -> None:
    folder = tmp_path / "var"
    path = folder / "dateline.db"
    async with opened(path, clock) as store:
        kept = await store.add_article(story("a"))
        assert store.fault() is None
        moving = path if taken == "moved" else folder
        moving.rename(tmp_path / "aside")
        for _ in range(2):
            with pytest.raises(Unavailable, match="was moved or deleted: put it back"):
                await store.add_article(story("b"))
        fault = store.fault()
        assert fault is not None
        assert "put it back" in fault
        # What was acknowledged is read on, and nothing was kept beside it.
        assert await slugs(store, "home") == ["a"]
        assert await store.last_seq() == kept.seq
        (tmp_path / "aside").rename(moving)
        assert store.fault() is None
        await store.add_article(story("b"))
        assert await slugs(store, "home") == ["b", "a"]


async def test_a_file_that_was_deleted_is_not_made_again(path: Path, clock: SettableClock) -> None:
    async with opened(path, clock) as store:
        path.unlink()
        with pytest.raises(Unavailable, match="was moved or deleted"):
            await store.add_article(story("a"))
        with pytest.raises(Unavailable, match="There is no database"):
            await open_store(f"sqlite:///{path}", clock=clock)
    assert not path.exists()


async def test_another_file_in_its_place_is_left_alone(tmp_path: Path, path: Path, clock: SettableClock) -> None:
    async with opened(tmp_path / "backup.db", clock) as backup:
        await backup.add_article(story("saved"))
    async with opened(path, clock) as store:
        await store.add_article(story("a"))
        for end in ("", "-wal", "-shm"):
            (tmp_path / f"dateline.db{end}").unlink()
        (tmp_path / "backup.db").rename(path)
        with pytest.raises(Unavailable, match="replaced by another one: restart the server"):
            await store.add_article(story("b"))
        async with opened(path, clock) as newer:
            await newer.add_article(story("new"))
            await store.close()
            # Its log of writes is still there: what was kept in it can be had by who opens it.
            async with opened(path, clock) as third:
                assert set(await slugs(third, "home")) == {"new", "saved"}
            assert (tmp_path / "dateline.db-wal").exists()


async def test_a_text_that_is_none_is_told_of_and_holds_nothing_back(
    path: Path, clock: SettableClock, caplog: pytest.LogCaptureFixture
) -> None:
    """While somebody keeps the error, the connection that met it goes on: on the newest snapshot, and with no lock."""
    async with opened(path, clock) as store:
        article = await store.add_article(story("a", headline="secret"))
        kept = await store.add_article(story("b"))
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("UPDATE articles SET headline = CAST(x'736563726574ff' AS TEXT) WHERE id = ?", (article.id,))
            errors: list[Unreadable] = []
            gc.disable()
            try:
                for _ in range(3):
                    with pytest.raises(Unreadable, match="What is kept of article 1 is damaged") as read:
                        await store.get_article(article.id)
                    with pytest.raises(Unreadable, match="What is kept of article 1 is damaged") as wrote:
                        await store.update_article(article, if_version=article.version)
                    errors += [read.value, wrote.value]
                    # Nobody is in the way of another process, nor it in the way of the store.
                    other.execute("UPDATE articles SET comments_open = 1 - comments_open WHERE id = ?", (kept.id,))
                    kept = await edit(store, kept, headline=f"{len(errors)}")
                    assert await store.get_article(kept.id) == kept
                assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall() == [(0, 0, 0)]
            finally:
                gc.enable()
        assert all(error.__cause__ is None and "secret" not in str(error) for error in errors)
    assert "secret" not in caplog.text
