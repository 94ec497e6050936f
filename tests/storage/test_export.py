"""A whole newsroom out, and back in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from storage.connect import open_store
from storage.model import (
    ArticleRecord,
    ArticleStatus,
    Author,
    CommentStatus,
    Outcome,
    PathTarget,
    Section,
    Tag,
)
from storage.protocol import Store
from tests.storage.newsroom import (
    FOUNDED,
    SettableClock,
    add_reply,
    comment_graves,
    draft,
    edit,
    exported,
    graves,
    moderate,
    names,
    record,
    reply,
    sections,
    slugs,
    story,
    withdraw,
)
from tests.stores import Stores

pytestmark = pytest.mark.anyio

ADDED, UNCHANGED = Outcome.ADDED, Outcome.UNCHANGED
HOUR = timedelta(hours=1)


@asynccontextmanager
async def another_store(stores: Stores, clock: SettableClock) -> AsyncIterator[Store]:
    with stores.new() as url:
        store = await open_store(url, clock=clock, migrate=True, synchronous="NORMAL")
        try:
            yield store
        finally:
            await store.close()


def without_counters(found: ArticleRecord) -> ArticleRecord:
    """The record without what counts the writes of one store."""
    return replace(
        found,
        article=replace(found.article, version=0, seq=0),
        comments=tuple(replace(comment, version=0, seq=0) for comment in found.comments),
    )


async def a_full_newsroom(store: Store, clock: SettableClock) -> None:
    """Something of every kind of row."""
    full = await store.add_article(
        story(
            "full",
            sections=("world/africa", "business"),
            authors=(Author(slug="x", name="X"),),
            tags=(Tag(slug="t", name="T"), Tag(slug="s", name="S")),
            editorial_note="n",
            updated_at=FOUNDED + HOUR,
        )
    )
    ann = await add_reply(store, reply(full, "Ann", ip_hash="feed"))
    await add_reply(store, reply(full, "Bob", parent_id=ann.id))
    for name, status in [("Cid", CommentStatus.PENDING), ("Dan", CommentStatus.SPAM)]:
        await add_reply(store, reply(full, name, parent_id=ann.id, status=status))
    clock.advance(minutes=1)
    trashed = await add_reply(store, reply(full, "Eve"))
    await moderate(store, trashed, CommentStatus.TRASH)
    await edit(store, full, slug="fuller")
    back = await add_reply(store, reply(full, "Flo"))
    await moderate(store, back, CommentStatus.PENDING)
    await moderate(store, back, CommentStatus.APPROVED)
    await store.add_article(draft("draft", day=FOUNDED.date()))
    await store.add_article(story("scheduled", FOUNDED + 100 * HOUR))
    gone = await store.add_article(story("gone"))
    await add_reply(store, reply(gone, "Gil"))
    await withdraw(store, gone)
    again = await store.add_article(story("again", sections=("world",)))
    await withdraw(store, again)
    await edit(store, again, status=ArticleStatus.PUBLISHED)
    unpublished = await store.add_article(story("unpublished"))
    await edit(store, unpublished, status=ArticleStatus.DRAFT)
    put_off = await store.add_article(story("put-off"))
    await edit(store, put_off, published_at=FOUNDED + 200 * HOUR)
    await store.import_articles([record(story("old"), old_paths=("/?p=1", "/old/"))])
    clock.advance(minutes=30)
    await store.run_due()


async def test_an_export_comes_by_id_and_whole(store: Store, clock: SettableClock) -> None:
    await a_full_newsroom(store, clock)
    found = await exported(store)
    assert [one.article for one in found] == list(reversed(await store.list_articles(limit=100)))
    comments = [comment for one in found for comment in one.comments]
    assert comments == sorted(await store.list_comments(limit=100), key=lambda c: (c.article_id, c.id))
    by_slug = {one.article.slug: one.old_paths for one in found}
    assert by_slug["fuller"] == ("/2023/03/01/full/",)
    assert by_slug["old"] == ("/?p=1", "/old/")
    assert by_slug["draft"] == by_slug["gone"] == ()


async def test_an_export_is_read_back_whole(stores: Stores, store: Store, clock: SettableClock) -> None:
    await a_full_newsroom(store, clock)
    records = await exported(store)
    async with another_store(stores, clock) as other:
        assert await other.import_sections(await store.get_sections()) == 3
        clock.advance(hours=1)
        assert await other.import_articles(records) == (ADDED,) * len(records)
        assert [without_counters(found) for found in await exported(other)] == [
            without_counters(found) for found in records
        ]
        # What readers see is the same, too.
        for scope in ("home", "section:world", "section:business", "day:2023-03-01", "tag:t", "author:x"):
            assert await slugs(other, scope) == await slugs(store, scope)
            assert await graves(other, scope) == await graves(store, scope)
        for scope in ("comments", "comments:section:world", "comments:article:1"):
            assert await names(other, scope) == await names(store, scope)
            assert await comment_graves(other, scope) == await comment_graves(store, scope)
        assert (await other.run_due()).next_at == (await store.run_due()).next_at
        assert await other.import_articles(records) == (UNCHANGED,) * len(records)
    assert await store.import_articles(records) == (UNCHANGED,) * len(records)
    assert list(await store.get_sections()) == sorted(sections(), key=lambda section: section.path)


async def test_what_lost_its_date_leads_somewhere_when_it_is_read_back(
    stores: Stores, store: Store, clock: SettableClock
) -> None:
    kept = await store.add_article(story("a"))
    await edit(store, kept, status=ArticleStatus.DRAFT, published_at=None)
    records = await exported(store)
    async with another_store(stores, clock) as other:
        assert await other.import_articles(records) == (ADDED,)
        target = await other.find_path(kept.path)
        assert target == PathTarget(path=kept.path, gone=True, article_id=kept.id)
        assert await other.import_articles(records) == (UNCHANGED,)


async def test_an_export_of_many_pages_misses_none(store: Store) -> None:
    await store.import_articles([record(story(f"a{number}", id=3 * number)) for number in range(1, 451)])
    found = [one.article.id for one in await exported(store)]
    assert found == [3 * number for number in range(1, 451)]


async def test_an_export_may_be_left_half_way(store: Store) -> None:
    await store.import_articles([record(story(f"a{number}")) for number in range(5)])
    records = (found async for found in store.export() if isinstance(found, ArticleRecord))
    assert (await anext(records)).article.slug == "a0"
    await edit(store, (await anext(records)).article, headline="Other")
    del records
    assert len(await exported(store)) == 5


async def test_an_export_is_of_one_moment(store: Store) -> None:
    """What is written while it runs is in none of it: an article names no section that came too late to be listed."""
    article = await store.add_article(story("a", sections=("world",)))
    before = [found async for found in store.export()]
    export = store.export()
    seen = [await anext(export)]
    await store.add_section(Section(path="sport", title="Sport", created_at=FOUNDED))
    await store.add_article(story("b", sections=("sport",)))
    await edit(store, article, headline="Other", sections=("sport",))
    await add_reply(store, reply(article, "Ann"))
    seen += [found async for found in export]
    assert seen == before
    assert len([found async for found in store.export()]) == len(before) + 2


async def test_an_export_that_is_given_up_holds_nothing(store: Store) -> None:
    export = store.export()
    await anext(export)
    await export.aclose()  # type: ignore[attr-defined]
    await store.add_article(story("a"))
    assert len(await exported(store)) == 1


async def test_a_store_is_closed_in_the_middle_of_an_export(url: str, clock: SettableClock) -> None:
    store = await open_store(url, clock=clock, migrate=True, synchronous="NORMAL")
    await store.import_sections(sections())
    export = store.export()
    await anext(export)
    await store.close()
    await export.aclose()  # type: ignore[attr-defined]


async def test_readers_are_shown_no_more_than_they_may_see(store: Store) -> None:
    await store.add_article(story("a"))
    await store.add_article(draft("b"))
    kept = [found async for found in store.export(public_only=True) if isinstance(found, ArticleRecord)]
    assert [found.article.slug for found in kept] == ["a"]
