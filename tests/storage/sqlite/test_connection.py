"""Units of work on a database file: whole, side by side, and never lost."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from threading import Event

import pytest

from storage.connect import open_store
from storage.errors import Unavailable
from storage.model import Article
from storage.sqlite.connection import READERS, Database
from storage.sqlite.schema import MIGRATIONS
from tests.storage.newsroom import SettableClock, draft, story

pytestmark = pytest.mark.anyio


def count(db: sqlite3.Connection) -> int:
    [(rows,)] = db.execute("SELECT count(*) FROM kept")
    return int(rows)


def keep(db: sqlite3.Connection) -> None:
    db.execute("INSERT INTO kept VALUES (1)")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A database with one table."""

    def prepare(db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE kept (id INTEGER) STRICT")
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")

    path = str(tmp_path / "some where?#%41.db")
    database = await Database.open(path, create=True, synchronous="FULL", busy_timeout=5, prepare=prepare)
    try:
        yield database
    finally:
        await database.close()


async def test_connections_hold_as_many_pages_as_they_are_told(database: Database, tmp_path: Path) -> None:
    def asked(db: sqlite3.Connection) -> object:
        return db.execute("PRAGMA cache_size").fetchone()[0]

    path = str(tmp_path / "some where?#%41.db")
    frugal = await Database.open(
        path, create=False, synchronous="FULL", busy_timeout=5, prepare=lambda _: None, page_cache=512
    )
    try:
        assert [await frugal.write(asked), await frugal.read(asked)] == [-512, -512]
        assert [await database.write(asked), await database.read(asked)] == [-4096, -4096]
    finally:
        await frugal.close()


class Gate:
    """Work that waits in its connection's thread until it is let go."""

    def __init__(self) -> None:
        self._entered = Event()
        self._open = Event()

    def __call__(self, db: sqlite3.Connection) -> int:
        rows = count(db)
        self._entered.set()
        assert self._open.wait(10)
        return rows

    async def entered(self) -> None:
        assert await asyncio.to_thread(self._entered.wait, 10)

    def open(self) -> None:
        self._open.set()


async def test_the_file_is_where_its_path_says(database: Database, tmp_path: Path) -> None:
    assert (tmp_path / "some where?#%41.db").exists()
    assert await database.read(count) == 0


@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)])
async def test_how_the_writer_is_set(database: Database, pragma: str, value: object) -> None:
    rows = await database.write(lambda db: db.execute(f"PRAGMA {pragma}").fetchall())
    assert rows == [(value,)]


async def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises(Unavailable):
        await database.read(keep)
    assert await database.read(count) == 0


async def test_a_unit_that_fails_is_rolled_back(database: Database) -> None:
    def fail(db: sqlite3.Connection) -> None:
        keep(db)
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        await database.write(fail)
    assert await database.read(count) == 0
    await database.write(keep)
    assert await database.read(count) == 1


async def test_readers_do_not_wait_for_each_other(database: Database) -> None:
    gates = [Gate() for _ in range(READERS - 1)]
    slow = [asyncio.create_task(database.read(gate)) for gate in gates]
    for gate in gates:
        await gate.entered()
    for _ in range(5):
        assert await asyncio.wait_for(database.read(count), 60) == 0
    for gate in gates:
        gate.open()
    assert await asyncio.gather(*slow) == [0] * len(gates)


async def test_a_reader_does_not_wait_for_a_writer_and_sees_what_was_before(database: Database) -> None:
    gate = Gate()

    def slow(db: sqlite3.Connection) -> None:
        keep(db)
        gate(db)

    writing = asyncio.create_task(database.write(slow))
    await gate.entered()
    assert await asyncio.wait_for(database.read(count), 60) == 0
    assert not database.moved()
    gate.open()
    await writing
    assert database.moved()
    assert await database.read(count) == 1


async def test_a_read_is_one_snapshot(database: Database) -> None:
    gate = Gate()

    def twice(db: sqlite3.Connection) -> tuple[int, int]:
        return gate(db), count(db)

    reading = asyncio.create_task(database.read(twice))
    await gate.entered()
    await database.write(keep)
    gate.open()
    assert await reading == (0, 0)
    assert await database.read(count) == 1


async def test_a_cancelled_write_is_whole(database: Database) -> None:
    gate = Gate()

    def slow(db: sqlite3.Connection) -> None:
        keep(db)
        gate(db)
        keep(db)

    writing = asyncio.create_task(database.write(slow))
    await gate.entered()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    gate.open()
    # Behind it in the queue.
    await database.write(keep)
    assert await database.read(count) == 3
    assert database.moved()


async def test_cancelled_reads_lose_no_reader(database: Database) -> None:
    gates = [Gate() for _ in range(4 * READERS)]
    reading = [asyncio.create_task(database.read(gate)) for gate in gates]
    await gates[0].entered()
    for task in reading:
        task.cancel()
    for gate in gates:
        gate.open()
    for task in reading:
        with suppress(asyncio.CancelledError):
            await task
    gate = Gate()
    slow = asyncio.create_task(database.read(gate))
    await gate.entered()
    assert await asyncio.wait_for(database.read(count), 60) == 0
    gate.open()
    await slow


async def test_closing_waits_for_the_work_under_way(database: Database, tmp_path: Path) -> None:
    gate = Gate()

    def slow(db: sqlite3.Connection) -> None:
        gate(db)
        keep(db)

    writing = asyncio.create_task(database.write(slow))
    await gate.entered()
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0)
    with pytest.raises(Unavailable, match="closed"):
        await database.read(count)
    gate.open()
    await closing
    await writing
    db = sqlite3.connect(tmp_path / "some where?#%41.db")
    assert count(db) == 1
    db.close()


async def test_what_is_closed_cannot_tell(database: Database) -> None:
    await database.close()
    assert database.moved()
    with pytest.raises(Unavailable, match="closed"):
        await database.write(keep)


async def test_cancelled_at_any_moment_a_store_holds_whole_articles(tmp_path: Path, clock: SettableClock) -> None:
    store = await open_store(f"sqlite:///{tmp_path}/dateline.db", clock=clock, migrate=True, synchronous="NORMAL")
    try:
        tasks: list[asyncio.Task[Article]] = []
        for number in range(40):
            tasks.append(asyncio.create_task(store.add_article(story(f"a{number}"))))
            for _ in range(number % 8):
                await asyncio.sleep(0)
            tasks[-1].cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        assert any(isinstance(result, asyncio.CancelledError) for result in done)
        await store.add_article(draft("last"))
        kept = await store.list_articles(limit=100)
        assert await store.last_seq() == len(kept)
        shown = (await store.read_articles("home", limit=None)).articles
        assert shown == kept[1:]
        assert list(await store.check()) == []
    finally:
        await store.close()
