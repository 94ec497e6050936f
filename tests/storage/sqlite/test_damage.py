"""Rows that cannot be read or written, made so behind the store's back: what is well goes on."""

import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from storage.errors import Unavailable
from storage.sql.store import SQLStore
from storage.sqlite.functions import add_functions
from tests.storage.newsroom import FOUNDED, SettableClock, add_reply, exported, reply, sections, slugs, story
from tests.storage.sqlite.opening import open_sqlite

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)
DAMAGE = {
    "a text that is none": "UPDATE articles SET headline = CAST(x'736563726574ff' AS TEXT) WHERE id = ?",
    "JSON that is none": "UPDATE articles SET tags = '[' WHERE id = ?",
    "a status that is none": "UPDATE articles SET status = 'secret' WHERE id = ?",
    "a section that there is not": """UPDATE articles SET sections = '["nowhere"]' WHERE id = ?""",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "dateline.db"


@pytest.fixture
async def store(path: Path, clock: SettableClock) -> AsyncIterator[SQLStore]:
    store = await open_sqlite(str(path), clock=clock, migrate=True)
    try:
        await store.import_sections(sections())
        yield store
    finally:
        await store.close()


def damage(path: Path, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as other, other:
        add_functions(other)
        other.execute(sql, values)


@pytest.mark.parametrize("what", DAMAGE)
async def test_one_that_cannot_be_published_stops_no_other(
    store: SQLStore, path: Path, clock: SettableClock, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    early = await store.add_article(story("early", FOUNDED + HOUR))
    broken = await store.add_article(story("broken", FOUNDED + HOUR, guid="urn:test:guid"))
    late = await store.add_article(story("late", FOUNDED + 2 * HOUR))
    damage(path, DAMAGE[what], broken.id)
    clock.advance(hours=1)
    due = await store.run_due()
    assert due.held_up == (broken.id,)
    assert due.next_at is not None
    assert clock.now < due.next_at < FOUNDED + 2 * HOUR, "it is tried again before the next comes"
    assert (await store.get_article(early.id)).public
    clock.now = FOUNDED + 2 * HOUR
    again = await store.run_due()
    assert again.held_up == (broken.id,)
    assert (await store.get_article(late.id)).public
    assert again.next_at is not None
    assert again.next_at > clock.now
    # Said once, without what stands in the row.
    said = [record.getMessage() for record in caplog.records if "is due" in record.getMessage()]
    assert len(said) == 1
    assert f"article {broken.id} is due and cannot be written" in said[0]
    assert "secret" not in said[0]


async def test_one_that_was_mended_is_published_when_it_is_tried_again(
    store: SQLStore, path: Path, clock: SettableClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    broken = await store.add_article(story("broken", FOUNDED + HOUR))
    damage(path, "UPDATE articles SET tags = '[' WHERE id = ?", broken.id)
    clock.advance(hours=1)
    due = await store.run_due()
    damage(path, "UPDATE articles SET tags = '[]' WHERE id = ?", broken.id)
    assert (await store.run_due()).held_up == (broken.id,)
    assert due.next_at is not None
    clock.now = due.next_at
    assert await store.next_due() != due
    due = await store.run_due()
    assert (due.next_at, due.held_up) == (None, ())
    assert await slugs(store, "home") == ["broken"]


async def test_what_stays_due_whatever_is_written_is_put_off(
    store: SQLStore, path: Path, clock: SettableClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    stays = await store.add_article(story("stays", FOUNDED + HOUR))
    await store.add_article(story("goes", FOUNDED + HOUR))
    damage(
        path,
        f"""
        CREATE TRIGGER back AFTER UPDATE ON articles WHEN new.id = {stays.id}
        BEGIN UPDATE articles SET publish_at = old.publish_at WHERE id = new.id; END
        """,
    )
    clock.advance(hours=1)
    due = await store.run_due()
    assert due.held_up == (stays.id,)
    assert due.next_at is not None
    assert due.next_at > clock.now
    assert "goes" in await slugs(store, "home")


async def test_hashes_that_cannot_be_forgotten_stop_nothing_else(
    store: SQLStore, path: Path, clock: SettableClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    article = await store.add_article(story("a"))
    await add_reply(store, reply(article, "Ann", FOUNDED, ip_hash="feed"))
    await store.add_article(story("b", FOUNDED + timedelta(days=30)))
    for action in ("SELECT raise(ABORT, 'no')", "SELECT raise(IGNORE)"):
        damage(path, "DROP TRIGGER IF EXISTS never")
        damage(path, f"CREATE TRIGGER never BEFORE UPDATE OF ip_hash ON comments BEGIN {action}; END")
        clock.advance(days=31)
        due = await store.run_due()
        assert due.next_at is not None
        assert due.next_at > clock.now
        assert await slugs(store, "home") == ["b", "a"]


async def test_a_lock_puts_nothing_off(path: Path, clock: SettableClock) -> None:
    store = await open_sqlite(str(path), clock=clock, migrate=True, busy_timeout=0.01)
    try:
        await store.add_article(story("a", FOUNDED + HOUR))
        clock.advance(hours=1)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Unavailable, match="locked"):
                await store.run_due()
        assert (await store.next_due()).next_at == clock.now
        assert (await store.run_due()).next_at is None
    finally:
        await store.close()


async def test_an_export_names_what_is_damaged_and_has_the_rest(store: SQLStore, path: Path) -> None:
    articles = [await store.add_article(story(f"a{number}")) for number in range(1, 5)]
    replies = [await add_reply(store, reply(articles[2], name)) for name in ("Ann", "Bob", "Eve")]
    damage(path, DAMAGE["a text that is none"], articles[0].id)
    damage(path, DAMAGE["JSON that is none"], articles[3].id)
    damage(path, "UPDATE comments SET body_html = CAST(x'736563726574ff' AS TEXT) WHERE id = ?", replies[1].id)
    named: list[str] = []
    records = await exported(store, named.append)
    assert [record.article.slug for record in records] == ["a2", "a3"]
    assert [comment.author_name for comment in records[1].comments] == ["Ann", "Eve"]
    assert named == ["article 1", f"comment {replies[1].id} of article 3", "article 4"]
    # Nothing is held: neither a lock nor an old snapshot.
    await store.add_article(story("later"))
    assert "later" in [record.article.slug for record in await exported(store, named.append)]


async def test_an_export_goes_around_pages_that_are_damaged(path: Path, clock: SettableClock) -> None:
    store = await open_sqlite(str(path), clock=clock, migrate=True)
    for number in range(1, 61):
        await store.add_article(story(f"a{number}", body_html=f"<p>{'x' * 700}</p>"))
    whole = await exported(store)
    await store.close()
    size = 4096
    content = bytearray(path.read_bytes())
    # A leaf of the table of articles, as a disk may give it back (fileformat2.html, 1.6: they begin with 13).
    pages = {at: content[at : at + size] for at in range(0, len(content), size)}
    [page] = [at for at, page in pages.items() if page[0] == 13 and b"urn:test:a30" in page and b"x" * 700 in page]
    content[page : page + 100] = b"\xff" * 100
    path.write_bytes(content)
    store = await open_sqlite(str(path), clock=clock)
    try:
        named: list[str] = []
        records = await exported(store, named.append)
        assert named
        assert len(records) + len(named) == len(whole)
        assert {f"article {record.article.id}" for record in whole if record not in records} == set(named)
    finally:
        await store.close()
