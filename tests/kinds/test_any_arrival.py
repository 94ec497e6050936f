"""Whatever date an article or a comment comes with: whoever polls a list once a week sees it, whichever way it polls."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st

from feeds.document import FeedDocument
from feeds.kinds import KINDS
from feeds.kinds.base import FeedGone, FeedMoved, Kind, NoSuchFeed
from feeds.kinds.comments import ARTICLE_COMMENTS
from feeds.kinds.search import SEARCH
from storage.lifecycle import AMONG_NEWEST
from storage.model import Article, ArticleStatus, Author, Comment, CommentStatus, Tag
from storage.scopes import (
    COMMENTS,
    HOME,
    article_comments_scope,
    author_scope,
    month_scope,
    section_comments_scope,
    section_scope,
    tag_scope,
    year_scope,
)
from tests.kinds.newsroom import FOUNDED, SECTIONS, Newsroom, opened_newsroom
from tests.stores import Stores

WINDOW = AMONG_NEWEST
"""Entries of a feed: as many as the rule of what is late takes them to show at least."""
WEEK = timedelta(days=7)
FLOOD = 25
"""More than a feed shows."""
TAG, AUTHOR = Tag(slug="nato", name="NATO"), Author(slug="ann", name="Ann")
PLACES = [("world",), ("world/africa",), ("business",), ("business", "world/africa"), ()]
LONG_AGO = FOUNDED - timedelta(days=400)

Feed = tuple[str, str]
"""The name of a kind, and the scope of its list."""
MONTHS = ((2023, 3), (LONG_AGO.year, LONG_AGO.month))


def feeds(articles: Mapping[int, Article]) -> dict[Feed, tuple[Kind, dict[str, str]]]:
    kinds = {kind.name: kind for kind in KINDS}
    found: dict[Feed, tuple[Kind, dict[str, str]]] = {
        ("latest", HOME): (kinds["latest"], {}),
        ("comments", COMMENTS): (kinds["comments"], {}),
        ("tag", tag_scope(TAG.slug)): (kinds["tag"], {"tag": TAG.slug}),
        ("author", author_scope(AUTHOR.slug)): (kinds["author"], {"author": AUTHOR.slug}),
        ("search", HOME): (kinds["search"], {"q": "story"}),
    }
    for path in SECTIONS:
        found["section", section_scope(path)] = (kinds["section"], {"section": path})
        found["section comments", section_comments_scope(path)] = (kinds["section comments"], {"section": path})
    for year, month in MONTHS:
        found["month", month_scope(year, month)] = (kinds["month"], {"year": f"{year}", "month": f"{month:02}"})
        found["year", year_scope(year)] = (kinds["year"], {"year": f"{year}"})
    for article in articles.values():
        if article.public and article.comment_count:
            params = dict(zip(("year", "month", "day", "slug"), article.path.strip("/").split("/"), strict=True))
            found["article comments", article_comments_scope(article.id)] = (ARTICLE_COMMENTS, params)
    return found


@dataclass
class Reader:
    """A client of one feed that goes on to its next page as long as a page tells it something new."""

    by: str
    """'all': it is sent the feed each time. 'date': only where that has a later date. 'delta': what changed, where that will do."""
    known: set[str] = field(default_factory=set)
    date: datetime = LONG_AGO
    seq: int | None = None

    async def poll(self, newsroom: Newsroom, kind: Kind, params: dict[str, str]) -> None:
        document = await newsroom.feed(kind, **params)
        # As each answer does: the store learns what time was shown.
        newsroom.store.moved()
        if self.by == "date":
            if modified_at(document) <= self.date:
                return
            # As it is sent: in the past.
            self.date = min(modified_at(document), newsroom.clock() - timedelta(seconds=1))
        elif self.by == "delta" and kind is not SEARCH:
            since, self.seq = self.seq, document.seq
            if since is not None and document.delta_floor <= since <= document.seq:
                document = document.since(since)
        while not {item.guid for item in document.items} <= self.known:
            self.known |= {item.guid for item in document.items}
            if not document.paging.next:
                break
            document = await newsroom.feed(kind, **params, before=document.paging.next.rpartition("before=")[2])


def modified_at(document: FeedDocument) -> datetime:
    return max([document.snapshot.modified_at, *([document.validity.since] if document.validity.since else [])])


@dataclass
class Run:
    newsroom: Newsroom
    articles: list[Article] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    readers: dict[tuple[Feed, str], Reader] = field(default_factory=dict)
    unpolled: timedelta = timedelta()
    """How long ago everybody polled, by a clock that only goes on."""

    async def pass_time(self, step: timedelta) -> None:
        if step > timedelta() and self.unpolled + step >= WEEK:
            await self.poll()
        self.unpolled += max(step, timedelta())
        self.newsroom.clock.now += step
        await self.newsroom.store.run_due()

    async def poll(self) -> None:
        public = {one.id: one for one in await self.newsroom.store.list_articles(limit=10_000) if one.public}
        for (name, scope), (kind, params) in feeds(public).items():
            for by in ("all", "date", "delta"):
                reader = self.readers.setdefault(((name, scope), by), Reader(by))
                try:
                    await reader.poll(self.newsroom, kind, params)
                except (NoSuchFeed, FeedGone, FeedMoved):
                    continue
                missed = await self.standing(scope) - reader.known
                assert not missed, (name, scope, by)
        self.unpolled = timedelta()

    async def standing(self, scope: str) -> set[str]:
        """The guids of all that a list holds."""
        store = self.newsroom.store
        if scope.startswith(COMMENTS):
            return {entry.comment.guid for entry in (await store.read_comments(scope, limit=10_000)).comments}
        return {article.guid for article in (await store.read_articles(scope, limit=None)).articles}

    async def act(self, operation: str, one: int, other: int) -> None:
        newsroom = self.newsroom
        await self.pass_time(timedelta(seconds=61))
        now = newsroom.clock()
        article = self.articles[one % len(self.articles)] if self.articles else None
        comment = self.comments[one % len(self.comments)] if self.comments else None
        match operation:
            case "publish":
                dates = [
                    now,
                    now - timedelta(minutes=55),
                    now - timedelta(days=other),
                    LONG_AGO + timedelta(hours=other),
                ]
                await self.publish(dates[one % 4], PLACES[other % len(PLACES)])
            case "publish under embargo":
                await self.publish(
                    now - timedelta(days=1), PLACES[one % len(PLACES)], embargoed_until=now + timedelta(hours=other)
                )
            case "many articles":
                for _ in range(FLOOD):
                    await self.pass_time(timedelta(minutes=2))
                    await self.publish(newsroom.clock(), PLACES[other % len(PLACES)])
            case "move" if article:
                await newsroom.edit(article, sections=PLACES[other % len(PLACES)])
            case "edit" if article:
                await newsroom.edit(article, **edits(other, now))
            case "reply" if article:
                await self.reply(article, CommentStatus.PENDING if other % 2 else CommentStatus.APPROVED)
            case "many replies" if article:
                for _ in range(FLOOD):
                    await self.pass_time(timedelta(minutes=2))
                    await self.reply(article, CommentStatus.APPROVED)
            case "moderate" if comment:
                await newsroom.moderate(
                    comment, [CommentStatus.APPROVED, CommentStatus.APPROVED, CommentStatus.SPAM][other % 3]
                )
            case "wait":
                await self.pass_time(timedelta(hours=other * 4))
            case "put the clock":
                await self.pass_time(timedelta(hours=(other % 15 - 10) * 5))
            case "poll":
                await self.poll()

    async def publish(self, at: datetime, sections: tuple[str, ...], **fields: Any) -> None:
        tags, authors = ((TAG,), (AUTHOR,)) if len(self.articles) % 2 else ((), ())
        slug = f"story-{len(self.articles)}"
        self.articles.append(
            await self.newsroom.publish(slug, at, sections=sections, tags=tags, authors=authors, **fields)
        )

    async def reply(self, article: Article, status: CommentStatus) -> None:
        self.comments.append(await self.newsroom.reply(article, f"Reader{len(self.comments)}", status=status))


def edits(number: int, now: datetime) -> dict[str, Any]:
    old = now - timedelta(days=number)
    choices: list[dict[str, Any]] = [
        {"updated_at": now},
        {"tags": (TAG,), "authors": (AUTHOR,)},
        {"status": ArticleStatus.WITHDRAWN},
        {"status": ArticleStatus.PUBLISHED},
        {"status": ArticleStatus.PUBLISHED, "published_at": old, "day": old.date()},
        {"published_at": LONG_AGO, "day": LONG_AGO.date()},
        {"headline": f"Edit {number}"},
    ]
    return choices[number % len(choices)]


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(
            ["publish", "publish", "publish under embargo", "many articles", "edit", "edit", "move", "move", "reply",
             "many replies", "moderate", "wait", "put the clock", "poll"]
        ),
        st.integers(0, 80),
        st.integers(0, 40),
    ),
    min_size=4,
    max_size=25,
)  # fmt: skip
Operation = tuple[str, int, int]
PRELUDE: list[Operation] = [
    ("many articles", 0, 1), ("many replies", 0, 0), ("many articles", 0, 2), ("many replies", FLOOD, 0), ("poll", 0, 0)
]  # fmt: skip
"""Most of what can go wrong needs lists that are full, and older articles with threads elsewhere."""


async def play(url: str, operations: list[Operation]) -> None:
    async with opened_newsroom(url, feed_items=WINDOW) as newsroom:
        run = Run(newsroom)
        for operation in [*PRELUDE, *operations, ("poll", 0, 0)]:
            await run.act(*operation)


KNOWN: list[list[Operation]] = [
    [("move", 0, 2)],
    [("publish", 0, 1), ("edit", 2 * FLOOD, 11)],
    [("reply", 0, 1), ("many replies", 0, 0), ("poll", 0, 0), ("moderate", 2 * FLOOD, 0)],
    [("publish", 2, 1), ("wait", 0, 40)],
    [("many articles", 0, 1), ("poll", 0, 0), ("publish", 1, 1)],
    [("put the clock", 0, 0), ("publish", 0, 1)],
    [("publish under embargo", 0, 12), ("wait", 0, 20)],
]


def test_nobody_who_polls_once_a_week_misses_anything(stores: Stores) -> None:
    known = [{"operations": operations} for operations in KNOWN]
    stores.play_any(play, examples=2, known=known, operations=OPERATIONS)


@pytest.mark.nightly
def test_nobody_who_polls_once_a_week_misses_anything_all_night(stores: Stores) -> None:
    stores.play_any(play, examples=500, operations=OPERATIONS)
