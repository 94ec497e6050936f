"""What SQLite cannot do is told in the store's own words."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.connect import open_store
from storage.errors import Invalid, NotFound, Unavailable
from storage.sql.store import SQLStore
from storage.sqlite.engine import open_engine
from tests.storage.newsroom import SettableClock, draft, edit, sections, story
from tests.storage.sqlite.opening import open_sqlite

pytestmark = pytest.mark.anyio


async def opened(path: Path, clock: SettableClock, *, migrate: bool = True, busy_timeout: float = 0.01) -> SQLStore:
    return await open_sqlite(str(path), clock=clock, migrate=migrate, busy_timeout=busy_timeout)


async def test_a_file_that_is_not_there_is_not_made(tmp_path: Path, clock: SettableClock) -> None:
    for path in (tmp_path / "a.db", tmp_path / "folder" / "a.db"):
        with pytest.raises(Unavailable, match="dateline migrate"):
            await open_store(f"sqlite:///{path}", clock=clock)
    assert list(tmp_path.iterdir()) == []


async def test_a_migration_makes_the_file_and_its_folder(tmp_path: Path, clock: SettableClock) -> None:
    store = await opened(tmp_path / "some" / "folder" / "a.db", clock)
    assert list(await store.check()) == []
    await store.close()
    # The log of writes goes with the last connection.
    assert [file.name for file in (tmp_path / "some" / "folder").iterdir()] == ["a.db"]


async def test_a_folder_that_cannot_be_made(tmp_path: Path, clock: SettableClock) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="cannot be made"):
        await opened(tmp_path / "file" / "a.db", clock)


async def test_a_folder_is_no_database(tmp_path: Path, clock: SettableClock) -> None:
    for migrate in (True, False):
        with pytest.raises(Unavailable, match="cannot be opened"):
            await opened(tmp_path, clock, migrate=migrate)


async def test_some_file_is_no_database(tmp_path: Path, clock: SettableClock) -> None:
    (tmp_path / "a.db").write_bytes(b"Something else altogether. " * 100)
    for migrate in (True, False):
        with pytest.raises(Unavailable, match="is not a database"):
            await opened(tmp_path / "a.db", clock, migrate=migrate)


@pytest.mark.parametrize("url", ["", "sqlite://a.db", "sqlite:///", "mysql:///a", "a.db"])
async def test_a_url_of_another_kind(url: str) -> None:
    with pytest.raises(ValueError, match="expected sqlite:///PATH"):
        await open_store(url)


async def test_an_unknown_durability(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="FULL or NORMAL"):
        await open_store(f"sqlite:///{tmp_path}/a.db", migrate=True, synchronous="OFF; DROP TABLE articles")


async def test_a_database_that_is_locked(tmp_path: Path, clock: SettableClock) -> None:
    store = await opened(tmp_path / "a.db", clock)
    try:
        kept = await store.add_article(draft("a"))
        with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Unavailable, match="locked"):
                await edit(store, kept, headline="Other")
            assert await store.get_article(kept.id) == kept
            other.execute("ROLLBACK")
        assert (await edit(store, kept, headline="Other")).version == 2
    finally:
        await store.close()


async def test_a_disk_that_is_full(tmp_path: Path, clock: SettableClock) -> None:
    path = tmp_path / "a.db"
    await (await opened(path, clock)).close()

    class Small(SQLStore):
        async def fill_up(self) -> None:
            await self._write(lambda write: write.db.execute("PRAGMA max_page_count = 1").close())

    store = await Small.open(await open_engine(str(path), clock=clock), clock)
    try:
        await store.import_sections(sections())
        await store.fill_up()
        since = await store.last_seq()
        with pytest.raises(Unavailable, match="no space"):
            await store.add_article(story("a", body_html="x" * 1_000_000))
        assert (await store.last_seq(), await store.list_articles(limit=1)) == (since, ())
        assert list(await store.check()) == []
    finally:
        await store.close()


async def test_a_damaged_file_is_told_of(tmp_path: Path, clock: SettableClock) -> None:
    path = tmp_path / "a.db"
    store = await opened(path, clock)
    for number in range(50):
        await store.add_article(story(f"a{number}", body_html="x" * 5000))
    await store.close()
    content = bytearray(path.read_bytes())
    # The last pages, which hold articles: what opening reads stands at the beginning.
    content[-40 * 4096 : -20 * 4096] = b"\xff" * (20 * 4096)
    path.write_bytes(content)
    store = await opened(path, clock)
    try:
        faults = list(await store.check())
        assert faults
        assert all("is damaged" in fault and "\n" not in fault for fault in faults)
    finally:
        await store.close()


async def test_rows_that_cannot_be_are_told_of(tmp_path: Path, clock: SettableClock) -> None:
    path = tmp_path / "a.db"
    store = await opened(path, clock)
    try:
        with closing(sqlite3.connect(path)) as other, other:
            other.execute("PRAGMA ignore_check_constraints = ON")
            other.execute("INSERT INTO paths (path) VALUES ('/nothing/')")
        assert list(await store.check()) == ["The file is damaged: CHECK constraint failed in paths."]
    finally:
        await store.close()


async def test_rows_that_refer_to_nothing_are_told_of(tmp_path: Path, clock: SettableClock) -> None:
    path = tmp_path / "a.db"
    store = await opened(path, clock)
    try:
        await store.add_article(story("a"))
        with closing(sqlite3.connect(path)) as other, other:
            other.execute("DELETE FROM articles")
        assert list(await store.check()) == [
            "4 rows of article_listings refer to rows that are not there.",
            "1 rows of paths refer to rows that are not there.",
        ]
    finally:
        await store.close()


async def test_bugs_are_not_hidden(tmp_path: Path, clock: SettableClock) -> None:
    class Broken(SQLStore):
        async def ask(self) -> None:
            await self._read(lambda db: db.execute("SELECT 1 FROM nowhere"))

    store = await Broken.open(await open_engine(str(tmp_path / "a.db"), clock=clock, migrate=True), clock)
    try:
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            await store.ask()
    finally:
        await store.close()


async def test_what_sqlite_cannot_hold_is_refused(tmp_path: Path, clock: SettableClock) -> None:
    store = await opened(tmp_path / "a.db", clock)
    try:
        with pytest.raises(Invalid, match="surrogate"):
            await store.add_article(draft("a", headline="\ud800"))
        assert await store.find_path("/\udc80/") is None
        with pytest.raises(NotFound):
            await store.get_comment(2**64)
        assert await store.last_seq() == 0
    finally:
        await store.close()
