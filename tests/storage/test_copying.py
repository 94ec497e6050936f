"""A store copied into another, of each engine from each: the same in all that is kept, and it goes on as the source would."""

import asyncio
import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings

from storage.connect import copy_store, open_store
from storage.model import Comment, CommentStatus, SearchIn
from storage.protocol import Store
from storage.sql.tables import TABLES
from tests.storage.copies import PAIRS, NewSource, NewUrl, kept, new_urls, opened, rows_of, unheard
from tests.storage.newsroom import (
    LIST_AFTER,
    SettableClock,
    add_reply,
    exported,
    reply,
    sections,
    story,
)
from tests.storage.test_any_writes import PRELUDE, STEPS, Rig, Step

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("one", "other"), PAIRS)
@pytest.mark.usefixtures("small_pages")
async def test_a_copy_holds_what_the_source_does(
    one: str, other: str, new_source: NewSource, new_url: NewUrl, clock: SettableClock
) -> None:
    source, target = await new_source(one), new_url(other)
    before = kept(source)
    assert all(before.values()), "nothing of a table without a row is proved"
    told: list[tuple[int, int]] = []
    copied = await copy_store(source, target, lambda *far: told.append(far))
    assert kept(target) == before == kept(source)
    assert {table.name: table.rows for table in copied.tables} == {name: len(rows) for name, rows in before.items()}
    assert len({table.digest for table in copied.tables}) == len(TABLES)
    assert copied.taken_over == sum(map(len, before.values()))
    newest = max(before["changes"])
    assert (copied.seq, copied.seq_now) == (newest[0], newest[0])
    assert told == sorted(told)
    assert told[-1] == (2 * copied.taken_over,) * 2
    # As a store, too.
    theirs, ours = await opened(source, clock), await opened(target, clock)
    try:
        assert await exported(ours) == await exported(theirs)
        assert await ours.get_site() == await theirs.get_site()
        assert list(await ours.check()) == []
        session = await ours.find_session("session of desk")
        assert session is not None
        assert session.token == await theirs.find_token("of desk")
    finally:
        await theirs.close()
        await ours.close()


@pytest.mark.parametrize(("one", "other"), PAIRS)
async def test_a_copy_finds_the_same_words(
    one: str, other: str, new_source: NewSource, new_url: NewUrl, clock: SettableClock
) -> None:
    source, target = await new_source(one), new_url(other)
    await copy_store(source, target, unheard)
    theirs, ours = await opened(source, clock), await opened(target, clock)
    try:
        for words in ("ferry", "東京", "ann unique", "corrected", "draft", "gone", '"late nato"', "a1*"):
            found = [(await store.search_articles(words, limit=99)).articles for store in (ours, theirs)]
            assert found[0] == found[1], words
            assert found[0] or words in ("draft", "gone", '"late nato"'), words
        for words, among in (("anna", SearchIn.AUTHOR), ("agrees", SearchIn.WORDS), ("question", SearchIn.WORDS)):
            pages = [(await store.search_comments(words, among=among, limit=99)).comments for store in (ours, theirs)]
            assert pages[0] == pages[1], words
            assert pages[0], words
    finally:
        await theirs.close()
        await ours.close()


@pytest.mark.parametrize(("one", "other"), PAIRS)
async def test_numbers_go_on_above_all_that_were_given(
    one: str, other: str, new_source: NewSource, new_url: NewUrl, clock: SettableClock
) -> None:
    source, target = await new_source(one), new_url(other)
    store = await opened(source, clock)
    pending = await add_reply(store, await pending_reply(store))
    last = await store.moderate([pending.id], CommentStatus.SPAM, by="desk", list_after=LIST_AFTER)
    highest = await store.last_seq()
    await store.close()
    # Rows that are gone gave numbers, too.
    rows_of(source, "DELETE FROM decisions WHERE id = (SELECT max(id) FROM decisions)")
    await copy_store(source, target, unheard)
    ours = await opened(target, clock)
    try:
        article = await ours.add_article(story("new", clock()))
        assert article.id == 5001
        assert article.seq > highest
        comment = await add_reply(ours, reply(article, "New", clock(), status=CommentStatus.PENDING))
        assert comment.id > pending.id
        [decided] = await ours.moderate([comment.id], CommentStatus.APPROVED, by="desk", list_after=LIST_AFTER)
        assert decided.id > last[0].id
        scopes = rows_of(target, "SELECT id FROM scopes")
        assert len(scopes) == len(set(scopes)) > len(rows_of(source, "SELECT id FROM scopes"))
    finally:
        await ours.close()


async def pending_reply(store: Store) -> Comment:
    [article] = (await store.read_articles("home", limit=1)).articles
    return reply(article, "Waiting", status=CommentStatus.PENDING)


@pytest.mark.parametrize(("one", "other"), PAIRS)
async def test_dates_of_a_process_that_ended_are_settled_in_the_copy(
    one: str, other: str, new_source: NewSource, new_url: NewUrl, clock: SettableClock
) -> None:
    source, target = await new_source(one), new_url(other)
    [(seq, raised)] = rows_of(source, "SELECT seq, scopes FROM changes ORDER BY seq DESC LIMIT 1")
    # As a crash leaves it: of a process that is there no more.
    ended = "2147483646 gone" if one == "sqlite" else "2147483646"
    rows_of(source, f"INSERT INTO last_writes (writer, first_seq, last_seq) VALUES ('{ended}', {seq}, {seq})")
    # Whoever is at work sees to its own dates.
    store = await opened(source, clock)
    article = await store.add_article(story("by one at work", clock()))
    if one == "sqlite":
        # There it is known by the number of its process, and is another one than that which copies.
        rows_of(source, f"UPDATE last_writes SET writer = '{os.getppid()} other' WHERE last_seq = {article.seq}")
    await copy_store(source, target, unheard)
    await store.close()
    ours = await opened(target, clock)
    try:
        await ours.settle_dates()
        [change] = await ours.changes_since(article.seq, limit=9)
        assert sorted(change.scopes) == sorted(json.loads(raised))
    finally:
        await ours.close()


async def play(one: str, other: str, steps: list[Step]) -> None:
    """A third of the steps, and each further third on a copy of what those before have made."""
    clock = SettableClock()
    store = await open_store(one, clock=clock, migrate=True, synchronous="NORMAL")
    await store.import_sections(sections())
    rig = Rig(store, clock, cursor=await store.last_seq())
    third = len(steps) // 3
    try:
        for url, before, part in ((one, "", [*PRELUDE, *steps[:third]]), (other, one, steps[third:])):
            if before:
                await rig.store.close()
                await copy_store(before, url, unheard)
                rig.store = await opened(url, clock)
                await rig.check()
            for step in part:
                await rig.step(*step)
                await rig.check()
        assert list(await rig.store.check()) == []
    finally:
        await rig.store.close()


@pytest.mark.parametrize(("one", "other"), [("sqlite", "postgres"), ("postgres", "sqlite")])
@settings(max_examples=4)
@given(steps=STEPS)
def test_whatever_is_written_to_a_copy_is_right(one: str, other: str, postgres: Any, steps: list[Step]) -> None:
    with TemporaryDirectory() as folder, new_urls(Path(folder), lambda: postgres) as new_url:
        asyncio.run(play(new_url(one), new_url(other), steps))
