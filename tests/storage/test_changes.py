"""The log of every write, and whoever looks whether it moved."""

import asyncio
from datetime import timedelta

import pytest

from storage.connect import open_store
from storage.errors import Conflict
from storage.model import Action, Change, Subject
from storage.protocol import Store
from tests.storage.newsroom import FOUNDED, SettableClock, draft, story, until

pytestmark = pytest.mark.anyio


async def test_the_log_begins_empty(url: str, clock: SettableClock) -> None:
    store = await open_store(url, clock=clock, migrate=True)
    try:
        assert await store.last_seq() == 0
        assert await store.changes_since(0, limit=10) == ()
        assert (await store.read_articles("home", limit=1)).snapshot.seq == 0
    finally:
        await store.close()


async def test_changes_come_in_order_and_none_is_skipped(store: Store, clock: SettableClock) -> None:
    since = await store.last_seq()
    for number in range(7):
        clock.advance(minutes=1)
        await store.add_article(draft(f"a{number}"))
    seen: list[Change] = []
    cursor = since
    while page := await store.changes_since(cursor, limit=3):
        assert len(page) <= 3
        seen.extend(page)
        cursor = page[-1].seq
    assert [change.seq for change in seen] == [since + number for number in range(1, 8)]
    assert [change.at for change in seen] == [FOUNDED + timedelta(minutes=number) for number in range(1, 8)]
    assert await store.last_seq() == cursor
    assert await store.changes_since(10**30, limit=5) == ()
    assert await store.changes_since(cursor - 1, limit=0) == ()


async def test_writers_at_once_are_put_in_one_order(store: Store) -> None:
    since = await store.last_seq()
    kept = await asyncio.gather(*(store.add_article(story(f"a{number}")) for number in range(20)))
    changes = await store.changes_since(since, limit=100)
    assert sorted(int(change.subject_id) for change in changes) == sorted(article.id for article in kept)
    assert [change.seq for change in changes] == list(range(since + 1, since + 21))
    by_id = {str(article.id): article.seq for article in kept}
    assert all(by_id[change.subject_id] == change.seq for change in changes)


async def test_a_new_rendering_raises_the_site_once(store: Store, clock: SettableClock) -> None:
    since = await store.last_seq()
    clock.advance(hours=1)
    await store.announce_rendering("1")
    await store.announce_rendering("1")
    [change] = await store.changes_since(since, limit=10)
    assert change == Change(
        seq=since + 1, at=clock.now, action=Action.EDIT, subject=Subject.SITE, subject_id="", scopes=frozenset({"site"})
    )
    await store.announce_rendering("2")
    await store.announce_rendering("1")
    assert await store.last_seq() == since + 3


async def test_a_commit_of_this_store_is_reported_at_once(store: Store) -> None:
    store.moved()
    assert not store.moved()
    for number in range(20):
        await store.add_article(draft(f"a{number}"))
        assert store.moved()
        await store.last_seq()
        await store.read_articles("home", limit=5)
        assert not store.moved()


async def test_a_write_that_fails_is_no_move(store: Store) -> None:
    await store.add_article(draft("a"))
    store.moved()
    with pytest.raises(Exception, match="has this guid"):
        await store.add_article(draft("a"))
    assert not store.moved()


async def test_a_commit_of_another_store_is_reported(store: Store, url: str, clock: SettableClock) -> None:
    other = await open_store(url, clock=clock)
    try:
        for number in range(5):
            store.moved()
            await other.add_article(draft(f"a{number}"))
            await until(store.moved)
            # Whoever is told reads it.
            assert len(await store.list_articles(limit=10)) == number + 1
    finally:
        await other.close()


async def test_the_newest_change_of_its_own_is_known_without_a_look(
    store: Store, url: str, clock: SettableClock
) -> None:
    since = await store.last_seq()
    assert store.written() == since, "the sections of the start are its own"
    await store.add_article(draft("a"))
    assert store.written() == await store.last_seq() == since + 1
    with pytest.raises(Conflict):
        await store.add_article(draft("a"))
    await store.end_session("none")
    assert store.written() == since + 1
    other = await open_store(url, clock=clock)
    try:
        assert other.written() == 0
        await other.add_article(draft("b"))
        assert other.written() == await store.last_seq() > since + 1
        assert store.written() == since + 1
    finally:
        await other.close()


async def test_what_is_written_is_dated_after_what_was_shown(store: Store, clock: SettableClock) -> None:
    shown = clock.now + timedelta(hours=1)
    store.moved(shown)
    # And then the clock was put back.
    store.moved(clock.now)
    await store.add_article(story("a"))
    assert (await store.read_articles("home", limit=1)).snapshot.modified_at > shown
