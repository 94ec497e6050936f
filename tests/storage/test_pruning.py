"""What is old is let go: nobody who follows a list or the log is shown less than before, or is not told."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st

from storage.connect import open_store
from storage.errors import Pruned
from storage.model import Article, ArticleStatus, Change, Comment, CommentStatus, Tag
from storage.sql import pruning
from storage.sql.store import SQLStore
from tests.storage.newsroom import (
    FOUNDED,
    SettableClock,
    add_reply,
    draft,
    edit,
    moderate,
    prune,
    reply,
    sections,
    story,
    withdraw,
)
from tests.stores import Stores

pytestmark = pytest.mark.anyio

DAY, WEEK = timedelta(days=1), timedelta(days=7)
KEPT = timedelta(days=30)
LISTED = 3
ARTICLE_LISTS = ("home", "year:2023", "section:world", "section:world/africa", "tag:nato")
COMMENT_LISTS = ("comments", "comments:section:world", "comments:article:1")


@pytest.fixture
async def store(store_url: str, clock: SettableClock) -> AsyncIterator[SQLStore]:
    store = await opened(store_url, clock)
    try:
        yield store
    finally:
        await store.close()


async def opened(url: str, clock: SettableClock) -> SQLStore:
    store = await open_store(url, clock=clock, migrate=True, synchronous="NORMAL")
    assert isinstance(store, SQLStore)
    await store.import_sections(sections())
    return store


@pytest.fixture(autouse=True)
def in_small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "LISTED", LISTED)
    monkeypatch.setattr(pruning, "_AT_ONCE", 2)


async def log(store: SQLStore, since: int) -> list[int]:
    return [change.seq for change in await store.changes_since(since, limit=1000)]


async def test_whoever_asks_for_changes_that_are_gone_is_told(store: SQLStore, clock: SettableClock) -> None:
    for number in range(5):
        await store.add_article(draft(f"old-{number}"))
    clock.advance(days=29)
    article = await store.add_article(story("new", clock()))
    newest = await store.last_seq()
    whole = await log(store, 0)
    await prune(store, KEPT)
    assert await log(store, 0) == whole

    clock.advance(days=2)
    await prune(store, KEPT)
    assert await log(store, article.seq - 1) == [newest]
    for since in (0, article.seq - 2):
        for limit in (0, 1, 1000):
            with pytest.raises(Pruned) as pruned:
                await store.changes_since(since, limit=limit)
            assert pruned.value.seq == article.seq - 1
    assert await store.last_seq() == newest
    assert (await store.read_articles("home", limit=1)).snapshot.seq == newest


async def test_the_newest_change_stays_and_the_newest_that_dates_a_list(store: SQLStore, clock: SettableClock) -> None:
    await store.add_article(draft("older"))
    shown = await store.add_article(story("shown", clock()))
    await store.add_article(draft("a"))
    await store.add_article(draft("b"))
    clock.advance(days=3000)
    await prune(store, KEPT)
    assert await log(store, shown.seq - 1) == [shown.seq, shown.seq + 1, shown.seq + 2]
    raised = await store.add_article(story("again", clock()))
    await prune(store, KEPT)
    assert await log(store, raised.seq - 1) == [raised.seq]


async def test_where_nothing_is_old_nothing_is_written(store: SQLStore, clock: SettableClock) -> None:
    for number in range(5):
        await withdraw(store, await store.add_article(story(f"a{number}", clock())))
    store.moved()
    await prune(store, KEPT)
    await prune(store, None, KEPT)
    await prune(store, None)
    assert not store.moved()
    clock.advance(days=3000)
    await prune(store, None, None)
    assert await log(store, 0)


async def test_a_cursor_holds_back_what_it_has_not_read_until_it_is_nobody_s(
    store: SQLStore, clock: SettableClock
) -> None:
    for number in range(6):
        await store.add_article(story(f"a{number}", clock()))
    await store.move_cursor("purge", 3, holder="me", done=True)
    await store.move_cursor("further", 5, holder="me", done=True)
    clock.advance(days=31)
    await store.add_article(story("new", clock()))
    await prune(store, KEPT)
    assert (await log(store, 3))[0] == 4
    with pytest.raises(Pruned):
        await store.changes_since(2, limit=9)
    clock.advance(days=30)
    await prune(store, KEPT)
    newest = await store.last_seq()
    with pytest.raises(Pruned) as pruned:
        await store.changes_since(3, limit=9)
    assert pruned.value.seq == newest - 1


async def test_dates_that_are_to_be_settled_hold_back_their_changes(
    store: SQLStore, store_url: str, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.add_article(story("first", clock()))
    other = await open_store(store_url, clock=clock)
    try:
        unsettled = await other.add_article(story("unsettled", clock()))
        clock.advance(days=31)
        await store.add_article(story("new", clock()))
        monkeypatch.setattr(store._engine, "is_at_work", lambda *_: False)
        await prune(store, KEPT)
        assert (await log(store, unsettled.seq - 1))[0] == unsettled.seq
        await store.settle_dates()
        [*_, settled] = await store.changes_since(unsettled.seq, limit=9)
        assert "home" in settled.scopes
        await prune(store, KEPT)
        with pytest.raises(Pruned):
            await store.changes_since(unsettled.seq - 1, limit=9)
    finally:
        await other.close()


async def test_tombstones_that_no_list_shows_go(store: SQLStore, clock: SettableClock) -> None:
    gone = [await store.add_article(story(f"gone-{number}", clock.advance(minutes=1))) for number in range(5)]
    below = await store.add_article(story("below", clock.advance(minutes=1)))
    for article in (*gone, below):
        await withdraw(store, article)
    clock.advance(days=31)
    shown = await shown_tombstones(store, "home")
    await prune(store, KEPT)
    # There is no entry above: three are shown, and one that is as old as the last of them would be.
    assert await shown_tombstones(store, "home", 1000) == shown == ["below", "gone-4", "gone-3"]
    for number in range(4):
        await store.add_article(story(f"new-{number}", clock.advance(minutes=1)))
    assert await rows(store, "article_listings WHERE gone = 1") > 0
    await prune(store, KEPT)
    assert await shown_tombstones(store, "home", 1000) == []
    # Those of the day are its only ones.
    assert await shown_tombstones(store, "day:2023-03-01", 1000) == shown
    # What is gone may come again.
    again = await edit(store, gone[0], status=ArticleStatus.PUBLISHED)
    assert again.public


async def shown_tombstones(store: SQLStore, scope: str, limit: int = LISTED) -> list[str]:
    found = await store.read_articles(scope, limit=limit)
    return [stone.guid.rpartition(":")[2] for stone in found.tombstones]


async def rows(store: SQLStore, table: str) -> int:
    [(count,)] = await store._read(lambda db: db.execute(f"SELECT count(*) FROM {table}").fetchall())
    return int(count)


async def test_what_came_late_goes_but_for_the_last_of_its_list(store: SQLStore, clock: SettableClock) -> None:
    await store.add_article(story("newest", clock()))
    for number in range(4):
        await store.add_article(story(f"late-{number}", clock.advance(hours=1) - 300 * DAY))
    assert await rows(store, "article_arrivals") == 4
    clock.advance(days=10)
    await prune(store, DAY)
    assert await rows(store, "article_arrivals") == 1
    late = (await store.read_articles("home", limit=1, late_since=clock() - WEEK)).late
    assert (late.entries, late.last_past_at) == ((), clock() - 10 * DAY)


async def test_decisions_go_by_a_time_of_their_own(store: SQLStore, clock: SettableClock) -> None:
    article = await store.add_article(story("a", clock()))
    comment = await add_reply(store, reply(article, "Ann"))
    for status in (CommentStatus.SPAM, CommentStatus.APPROVED, CommentStatus.TRASH):
        await moderate(store, comment, status)
    clock.advance(days=31)
    await moderate(store, comment, CommentStatus.APPROVED)
    await prune(store, None, KEPT)
    [left] = (await store.latest_decisions(before_id=1000, limit=9)).decisions
    assert left.decision.after is CommentStatus.APPROVED
    assert (await log(store, 0))[0] == 1


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(
            ("publish", "publish", "late", "edit", "withdraw", "withdraw", "again", "move", "redate", "reply", "decide")
        ),
        st.integers(0, 7),
        st.sampled_from((timedelta(minutes=5), timedelta(minutes=5), DAY, 8 * DAY, 20 * DAY)),
        st.sampled_from(("nobody", "nobody", "mirror", "prune", "prune")),
    ),
    max_size=30,
)


class Run:
    """Writes at random; somebody who mirrors the articles by the log, now and then; and all that lists tell."""

    def __init__(self, store: SQLStore, clock: SettableClock) -> None:
        self.store, self.clock = store, clock
        self.articles: list[Article] = []
        self.comments: list[Comment] = []
        self.mirror: dict[int, str] = {}
        self.cursor = 0
        self.told = 0
        """How often the mirror was told that it has to read everything."""

    async def act(self, operation: str, number: int) -> None:
        place: dict[str, Any] = {
            "sections": (("world", "business", "world/africa")[number % 3],),
            "tags": (Tag(slug="nato", name="NATO"),) if number % 2 else (),
        }
        now = self.clock()
        if operation in ("publish", "late") or not self.articles:
            at = now - (50 + number) * DAY if operation == "late" else now
            self.articles.append(await self.store.add_article(story(f"a{len(self.articles)}", at, **place)))
            return
        article = self.articles[-1 - number % len(self.articles)]
        match operation:
            case "edit":
                await edit(self.store, article, headline=f"At {now}", version=article.version)
            case "withdraw":
                await withdraw(self.store, article)
            case "again":
                await edit(self.store, article, status=ArticleStatus.PUBLISHED)
            case "move":
                await edit(self.store, article, **place)
            case "redate":
                await edit(self.store, article, published_at=now - number * DAY)
            case "reply":
                name = f"R{len(self.comments)}"
                self.comments.append(await add_reply(self.store, reply(article, name, now - number * DAY)))
            case "decide" if self.comments:
                comment = self.comments[-1 - number % len(self.comments)]
                await moderate(self.store, comment, list(CommentStatus)[number % len(CommentStatus)])

    async def told_by_lists(self) -> list[object]:
        since = self.clock() - WEEK
        return [
            *[
                await self.store.read_articles(scope, limit=limit, late_since=since)
                for scope in ARTICLE_LISTS
                for limit in range(1, LISTED + 1)
            ],
            *[
                await self.store.read_comments(scope, limit=limit, late_since=since)
                for scope in COMMENT_LISTS
                for limit in range(1, LISTED + 1)
            ],
        ]

    async def look(self) -> None:
        """The mirror's owner."""
        try:
            changes = await self.store.changes_since(self.cursor, limit=1000)
        except Pruned as pruned:
            self.told += 1
            self.mirror = {one.id: one.headline for one in await self.store.list_articles(limit=1000)}
            self.cursor = pruned.seq
            changes = await self.store.changes_since(self.cursor, limit=1000)
        for change in changes:
            await self.learn(change)
            self.cursor = change.seq

    async def learn(self, change: Change) -> None:
        if change.subject == "article":
            article = await self.store.get_article(int(change.subject_id))
            self.mirror[article.id] = article.headline


KNOWN = [
    # Withdrawn, and out of every window; and late ones whose week is over, one of them withdrawn.
    [
        ("publish", 1, DAY, "mirror"),
        *[("withdraw", 0, DAY, "nobody"), ("publish", 1, 20 * DAY, "nobody")] * 4,
        ("publish", 1, 20 * DAY, "prune"),
    ],
    [("publish", 1, DAY, "nobody"), *[("late", 1, DAY, "nobody")] * 3, ("withdraw", 1, 20 * DAY, "prune")],
]


async def play(url: str, operations: list[tuple[str, int, timedelta, str]]) -> None:
    clock = SettableClock(FOUNDED)
    store = await opened(url, clock)
    try:
        run = Run(store, clock)
        for operation, number, step, then in operations:
            await run.act(operation, number)
            clock.now += step
            if then == "mirror":
                await run.look()
            if then == "prune":
                before = await run.told_by_lists()
                seq = await store.last_seq()
                await prune(store, timedelta(days=number + 1), timedelta(days=number + 1))
                assert await run.told_by_lists() == before
                assert await store.last_seq() == seq
        await run.look()
        assert run.mirror == {one.id: one.headline for one in await store.list_articles(limit=1000)}
    finally:
        await store.close()


def test_nobody_is_shown_less(stores: Stores) -> None:
    known = [{"operations": operations} for operations in KNOWN]
    stores.play_any(play, examples=15, known=known, operations=OPERATIONS)
