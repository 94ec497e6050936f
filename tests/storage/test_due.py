"""What happens because its time has come."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from storage.connect import open_store
from storage.model import Action, ArticleStatus, Due, Subject
from storage.protocol import Store
from tests.storage.newsroom import (
    FOUNDED,
    SettableClock,
    add_reply,
    changes_of,
    edit,
    reply,
    slugs,
    story,
    withdraw,
)

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)
NOTHING = Due(next_at=None)


def publication(at: timedelta) -> Due:
    return Due(next_at=FOUNDED + at)


async def test_nothing_is_due_in_an_empty_newsroom(store: Store) -> None:
    since = await store.last_seq()
    assert await store.run_due() == NOTHING
    store.moved()
    await store.run_due()
    assert not store.moved()
    assert await store.last_seq() == since


async def test_a_scheduled_article_becomes_public_at_its_moment(store: Store, clock: SettableClock) -> None:
    kept = await store.add_article(story("a", FOUNDED + HOUR, sections=("world",)))
    assert await changes_of(store, store.run_due()) == ()
    assert await store.run_due() == publication(HOUR)
    clock.now = FOUNDED + HOUR - timedelta(microseconds=1)
    assert await store.run_due() == publication(HOUR)
    assert await slugs(store, "home") == []
    clock.advance(microseconds=1, milliseconds=30)
    [change] = await changes_of(store, store.run_due())
    assert (change.action, change.subject, change.subject_id) == (Action.EDIT, Subject.ARTICLE, str(kept.id))
    assert change.at == clock.now
    assert {
        "home",
        "section:world",
        "day:2023-03-01",
        f"article:{kept.id}",
        f"comments:article:{kept.id}",
    } < change.scopes
    published = await store.get_article(kept.id)
    assert published == replace(
        kept, public=True, due_at=None, version=2, seq=change.seq, updated_at=FOUNDED + HOUR, modified_at=clock.now,
        arrived_at=clock.now,
    )  # fmt: skip
    assert (await store.read_articles("section:world", limit=5)).articles == (published,)
    assert await store.find_path(published.path) is not None
    assert await store.run_due() == NOTHING


async def test_an_entry_is_updated_when_its_embargo_ends(store: Store, clock: SettableClock) -> None:
    early = await store.add_article(story("a", FOUNDED, updated_at=FOUNDED, embargoed_until=FOUNDED + HOUR))
    late = await store.add_article(story("b", FOUNDED, updated_at=FOUNDED + 3 * HOUR, embargoed_until=FOUNDED + HOUR))
    clock.advance(hours=1)
    await store.run_due()
    assert (await store.get_article(early.id)).updated_at == FOUNDED + HOUR
    assert (await store.get_article(late.id)).updated_at == FOUNDED + 3 * HOUR


async def test_all_that_is_due_is_committed_and_the_next_is_told(store: Store, clock: SettableClock) -> None:
    for hours in (3, 1, 2, 5):
        await store.add_article(story(f"a{hours}", FOUNDED + hours * HOUR))
    clock.advance(hours=3)
    since = await store.last_seq()
    assert await store.run_due() == publication(5 * HOUR)
    assert len(await store.changes_since(since, limit=10)) == 3
    assert await slugs(store, "home") == ["a3", "a2", "a1"]


async def test_more_than_one_transaction_of_them(store: Store, clock: SettableClock) -> None:
    for number in range(450):
        await store.add_article(story(f"a{number}", FOUNDED + HOUR))
    clock.advance(hours=2)
    since = await store.last_seq()
    assert await store.run_due() == NOTHING
    assert len(await store.changes_since(since, limit=1000)) == 450
    assert len(await slugs(store, "home")) == 450


async def test_two_workers_make_one_change(store: Store, url: str, clock: SettableClock) -> None:
    other = await open_store(url, clock=clock)
    try:
        for number in range(10):
            await store.add_article(story(f"a{number}", FOUNDED + HOUR))
        article = await store.add_article(story("b"))
        for name in ("Ann", "Bob"):
            await add_reply(store, reply(article, name))
        clock.advance(hours=2)
        since = await store.last_seq()
        workers = [store, other] * 4
        assert await asyncio.gather(*(worker.run_due() for worker in workers)) == [NOTHING] * 8
        changes = await store.changes_since(since, limit=100)
        assert len(changes) == len({change.subject_id for change in changes}) == 11
    finally:
        await other.close()


async def test_an_edit_reschedules(store: Store, clock: SettableClock) -> None:
    kept = await store.add_article(story("a", FOUNDED + HOUR))
    later = await edit(store, kept, published_at=FOUNDED + 2 * HOUR)
    assert later.due_at == FOUNDED + 2 * HOUR
    assert await store.run_due() == publication(2 * HOUR)
    held = await edit(store, kept, embargoed_until=FOUNDED + 3 * HOUR)
    assert held.due_at == FOUNDED + 3 * HOUR
    assert await store.run_due() == publication(3 * HOUR)
    assert (await edit(store, kept, status=ArticleStatus.DRAFT)).due_at is None
    assert await store.run_due() == NOTHING
    clock.advance(hours=9)
    assert await changes_of(store, store.run_due()) == ()


async def test_what_is_edited_after_its_moment_is_public_at_once(store: Store, clock: SettableClock) -> None:
    kept = await store.add_article(story("a", FOUNDED + HOUR))
    clock.advance(hours=2)
    edited = await edit(store, kept, headline="Late")
    assert (edited.public, edited.updated_at, edited.due_at) == (True, FOUNDED + 2 * HOUR, None), (
        "readers first see it now"
    )
    assert await changes_of(store, store.run_due()) == ()


async def test_what_comes_back_by_the_clock_is_newer_than_its_tombstone(store: Store, clock: SettableClock) -> None:
    kept = await store.add_article(story("a"))
    clock.advance(minutes=1)
    gone = await edit(store, kept, published_at=clock.now + timedelta(microseconds=5))
    clock.advance(microseconds=5)
    await store.run_due()
    back = await store.get_article(kept.id)
    assert gone.gone_at is not None
    assert back.updated_at is not None
    assert back.updated_at.replace(microsecond=0) > gone.gone_at.replace(microsecond=0)
    assert (await store.read_articles("home", limit=5)).tombstones == ()


async def test_a_withdrawn_article_is_never_due(store: Store) -> None:
    kept = await store.add_article(story("a", FOUNDED + HOUR))
    await withdraw(store, kept)
    assert await store.run_due() == NOTHING


async def test_addresses_are_forgotten_after_thirty_days(store: Store, clock: SettableClock) -> None:
    article = await store.add_article(story("a"))
    old = await add_reply(store, reply(article, "Ann", FOUNDED, ip_hash="feed"))
    new = await add_reply(store, reply(article, "Bob", FOUNDED + timedelta(days=1), ip_hash="beef"))
    clock.advance(days=30, microseconds=-1)
    due_at = FOUNDED + timedelta(days=30)
    assert (await store.run_due()).next_at == due_at
    assert (await store.get_comment(old.id)).ip_hash == "feed"
    clock.now = due_at
    assert await changes_of(store, store.run_due()) == ()
    assert await store.get_comment(old.id) == replace(old, ip_hash="")
    assert await store.get_comment(new.id) == new
    assert await store.run_due() == Due(next_at=due_at + timedelta(days=1))
    clock.advance(days=1)
    assert await store.run_due() == NOTHING


async def test_a_comment_from_the_end_of_time_holds_nothing_up(store: Store, clock: SettableClock) -> None:
    article = await store.add_article(story("a"))
    await add_reply(store, reply(article, "Ann", clock.now.replace(year=9999, month=12, day=31), ip_hash="feed"))
    due = await store.run_due()
    assert due.next_at is not None
    assert due.next_at.year == 9999
