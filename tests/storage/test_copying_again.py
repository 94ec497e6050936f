"""Copies that were interrupted, that meet what is there already, or whose source goes on."""

import asyncio
from random import Random
from typing import Any

import pytest

from storage.connect import copy_store, open_store
from storage.errors import Conflict, Damaged, Invalid, StoreError, Unavailable
from storage.model import ArticleStatus, CommentStatus, Token
from tests.storage.copies import PAIRS, NewSource, NewUrl, filled, kept, opened, rows_of, unheard
from tests.storage.newsroom import (
    SettableClock,
    edit,
    moderate,
    story,
    withdraw,
)

pytestmark = pytest.mark.anyio


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize(("one", "other"), [("sqlite", "postgres"), ("postgres", "sqlite")])
async def test_a_run_that_ended_anywhere_is_gone_on_with(
    one: str, other: str, new_source: NewSource, new_url: NewUrl, clock: SettableClock
) -> None:
    source, target = await new_source(one), new_url(other)
    chance = Random(f"{one} {other}")

    class Ended(Exception):
        pass

    written = 0
    for share in sorted(chance.random() for _ in range(4)):

        def end(done: int, total: int, share: float = share) -> None:
            if done > share * total:
                raise Ended

        with pytest.raises(Ended):
            await copy_store(source, target, end)
        with pytest.raises(Unavailable, match=r"unfinished copy.*dateline copy"):
            await opened(target, clock)
        now = sum(map(len, kept(target).values()))
        assert now >= written, "nothing is taken back"
        written = now
    copied = await copy_store(source, target, unheard)
    assert copied.taken_over < sum(table.rows for table in copied.tables)
    assert kept(target) == kept(source)
    await (await opened(target, clock)).close()


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize(("one", "other"), PAIRS)
async def test_a_later_run_brings_what_came_meanwhile(
    one: str, other: str, new_source: NewSource, new_url: NewUrl, clock: SettableClock
) -> None:
    source, target = await new_source(one), new_url(other)
    await copy_store(source, target, unheard, ahead=True)
    with pytest.raises(Unavailable, match="unfinished copy"):
        await opened(target, clock)
    with pytest.raises(Unavailable, match="unfinished copy"):
        await copy_store(target, new_url("sqlite"), unheard)
    store = await opened(source, clock)
    clock.advance(hours=1)
    articles = {article.slug: article for article in await store.list_articles(limit=99)}
    await withdraw(store, articles["late"])
    await edit(store, articles["a1"], sections=("business",), tags=(), headline="Quokka")
    await edit(store, articles["gone"], status=ArticleStatus.PUBLISHED)
    await store.revoke_token("desk")
    await store.add_token(Token(name="new", hash="of new", scopes=frozenset({"admin"}), created_at=clock()))
    await store.add_article(story("fresh", clock()))
    await moderate(store, (await store.list_comments(limit=1))[0], CommentStatus.SPAM)
    await store.close()
    before = kept(source)
    copied = await copy_store(source, target, unheard)
    assert kept(target) == before == kept(source)
    assert 0 < copied.taken_over < sum(map(len, before.values())) / 2
    ours = await opened(target, clock)
    try:
        assert [one.slug for one in (await ours.search_articles("quokka", limit=9)).articles] == ["a1"]
        assert [one.slug for one in (await ours.search_articles("late", limit=9)).articles] == []
        assert list(await ours.check()) == []
    finally:
        await ours.close()


@pytest.mark.parametrize(("one", "other"), PAIRS)
async def test_what_is_written_meanwhile_is_told_and_not_in_the_copy(
    one: str, other: str, new_source: NewSource, new_url: NewUrl, clock: SettableClock
) -> None:
    source, target = await new_source(one), new_url(other)
    before = kept(source)
    told = 0

    async def write() -> None:
        store = await opened(source, clock)
        await store.add_article(story("meanwhile", clock()))
        await store.close()

    def progress(_done: int, _total: int) -> None:
        nonlocal told
        told += 1
        if told == 2:
            with_loop(write())

    copied = await copy_store(source, target, progress)
    assert copied.seq == max(before["changes"])[0]
    assert copied.seq_now > copied.seq
    assert kept(target) == before
    assert kept(source) != before


def with_loop(work: Any) -> None:
    """Run it to its end from within another loop."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


@pytest.mark.parametrize("other", ["sqlite", "postgres"])
async def test_nothing_but_an_empty_store_is_written_to(
    other: str, new_source: NewSource, new_url: NewUrl, clock: SettableClock
) -> None:
    source, target = await new_source("sqlite"), new_url(other)
    store = await open_store(target, clock=clock, migrate=True)
    await store.add_token(Token(name="desk", hash="h", scopes=frozenset(), created_at=clock()))
    await store.close()
    before = kept(target)
    with pytest.raises(Conflict, match="not empty, it has rows of tokens: copy into a new database"):
        await copy_store(source, target, unheard)
    assert kept(target) == before
    rows_of(target, "DELETE FROM tokens")
    await copy_store(source, target, unheard)
    for same in (source, target):
        with pytest.raises(Conflict, match="the source itself, or a whole copy of it"):
            await copy_store(source, same, unheard)
    assert kept(target) == kept(source)


@pytest.mark.parametrize("other", ["sqlite", "postgres"])
async def test_an_unfinished_copy_is_of_one_source(
    other: str, new_source: NewSource, new_url: NewUrl, clock: SettableClock
) -> None:
    source, stranger, target = await new_source("sqlite"), new_url("sqlite"), new_url(other)
    await filled(stranger, clock)
    await copy_store(source, target, unheard, ahead=True)
    with pytest.raises(Conflict, match="unfinished copy of another newsroom"):
        await copy_store(stranger, target, unheard)
    await copy_store(source, target, unheard)
    assert kept(target) == kept(source)


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("other", ["sqlite", "postgres"])
async def test_of_two_runs_the_later_one_goes_on(
    other: str, new_source: NewSource, new_url: NewUrl, clock: SettableClock
) -> None:
    source, target = await new_source("sqlite"), new_url(other)
    told = 0

    def progress(_done: int, _total: int) -> None:
        nonlocal told
        told += 1
        if told == 5:
            with_loop(copy_store(source, target, unheard))

    with pytest.raises(Conflict, match="Another `dateline copy`"):
        await copy_store(source, target, progress)
    assert kept(target) == kept(source)
    await (await opened(target, clock)).close()


async def test_a_copy_that_is_not_the_same_is_no_store(
    new_source: NewSource, new_url: NewUrl, clock: SettableClock
) -> None:
    source, target = await new_source("sqlite"), new_url("sqlite")
    await (await open_store(target, migrate=True)).close()
    rows_of(
        target,
        "CREATE TRIGGER meddling AFTER INSERT ON tags BEGIN UPDATE tags SET name = 'other' WHERE slug = new.slug; END",
    )
    with pytest.raises(StoreError, match=r"not the same as the source in tags \(2 rows in the source, 2 here\)"):
        await copy_store(source, target, unheard)
    with pytest.raises(Unavailable, match="unfinished copy"):
        await opened(target, clock)
    rows_of(target, "DROP TRIGGER meddling")
    await copy_store(source, target, unheard)
    assert kept(target) == kept(source)


async def test_what_cannot_be_kept_or_read_is_named(new_source: NewSource, new_url: NewUrl) -> None:
    source, target = await new_source("sqlite"), new_url("postgres")
    rows_of(source, "UPDATE comments SET author_url = 'a' || char(0) WHERE id = 7")
    with pytest.raises(Invalid, match=r"comments 7: .*U\+0000"):
        await copy_store(source, target, unheard)
    rows_of(source, "UPDATE comments SET author_url = CAST(x'ff' AS TEXT) WHERE id = 7")
    with pytest.raises(Damaged, match="comments 7: its text is no UTF-8"):
        await copy_store(source, target, unheard)
    rows_of(source, "UPDATE comments SET author_url = '' WHERE id = 7")
    # A release before this one may have taken a text that no index of PostgreSQL holds.
    [(guid,)] = rows_of(source, "SELECT guid FROM articles WHERE id = 3")
    rows_of(source, f"UPDATE articles SET guid = '{Random(7).randbytes(3000).hex()}' WHERE id = 3")
    with pytest.raises(Invalid, match="articles 3: the target cannot keep it"):
        await copy_store(source, target, unheard)
    rows_of(source, f"UPDATE articles SET guid = '{guid}' WHERE id = 3")
    await copy_store(source, target, unheard)
    assert kept(target) == kept(source)
