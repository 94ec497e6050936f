"""Whatever is written, in whatever order: every list is what a naive store says, and no reader is told too little."""

from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st

from storage.connect import open_store
from storage.model import Article, ArticleRecord, ArticleStatus, Author, CommentStatus, ScopeState, Tag, Tombstone
from storage.protocol import Store
from tests.storage.filtering import check_filters
from tests.storage.newsroom import (
    FOUNDED,
    LIST_AFTER,
    SettableClock,
    edit,
    moderate,
    reply,
    sections,
    story,
)
from tests.storage.replica import Replica
from tests.stores import Stores

Entries = tuple[object, ...]
"""What a feed of a list could show: of each entry what it says, and of each tombstone."""


@dataclass
class Rig:
    """The store and its naive replica, written to in step."""

    store: Store
    clock: SettableClock
    replica: Replica = field(default_factory=Replica)
    states: dict[str, ScopeState] = field(default_factory=dict)
    feeds: dict[str, Entries] = field(default_factory=dict)
    by_seq: dict[tuple[int, int], Article] = field(default_factory=dict)
    raised: dict[str, int] = field(default_factory=dict)
    """Scope -> seq of the last Change that names it."""
    cursor: int = 0
    listed: dict[int, Any] = field(default_factory=dict)
    """Article -> when the count that feeds show last moved while it was public."""

    async def put(self, write: Awaitable[Article]) -> None:
        self.replica.write_article(await write, self.clock())

    async def step(
        self, operation: str, pick: int, fields: dict[str, Any], status: CommentStatus, minutes: int
    ) -> None:
        """One write of that kind; `pick` chooses what it is about."""
        store, articles, comments = (
            self.store,
            list(self.replica.articles.values()),
            list(self.replica.comments.values()),
        )
        article = articles[pick % len(articles)] if articles else None
        comment = comments[pick % len(comments)] if comments else None
        if operation == "wait":
            self.clock.advance(minutes=minutes)
        elif operation == "add" or article is None:
            await self.put(store.add_article(wanted(story(f"a{len(articles)}"), fields)))
        elif operation == "edit":
            await self.put(edit(store, article, **vars_of(wanted(article, fields), fields)))
        elif operation == "toggle":
            gone = article.status is ArticleStatus.WITHDRAWN
            await self.put(edit(store, article, status=ArticleStatus.PUBLISHED if gone else ArticleStatus.WITHDRAWN))
        elif operation == "import":
            await store.import_articles([ArticleRecord(article=wanted(article, fields))])
            await self.put(store.get_article(article.id))
        elif operation == "reply" or comment is None:
            at = FOUNDED + timedelta(minutes=minutes % 7)
            kept = reply(article, f"n{len(comments)}", at, guid=f"urn:c{len(comments)}", status=status)
            self.replica.write_comment(await store.add_comment(kept, list_after=LIST_AFTER))
        else:
            self.replica.write_comment(await moderate(store, comment, status))
        # An edit that leaves everything as it is makes no version and no Change.
        is_nothing = (
            operation == "edit" and article and (await store.get_article(article.id)).version == article.version
        )
        await self.check_changes(
            0 if operation == "wait" or is_nothing else 1, exactly=operation in ("add", "edit", "toggle", "reply")
        )
        await store.run_due()
        self.replica.pass_time(self.clock())
        await self.check_changes(1000, exactly=False)

    async def check_changes(self, most: int, *, exactly: bool) -> None:
        changes = await self.store.changes_since(self.cursor, limit=2000)
        assert len(changes) == most if exactly else len(changes) <= most
        for change in changes:
            self.cursor = change.seq
            self.raised.update(dict.fromkeys(change.scopes, change.seq))

    async def check(self) -> None:
        articles = {article.id: article for article in await self.store.list_articles(limit=1000)}
        assert {id_ for id_, article in articles.items() if article.public} == self.replica.public
        for scope in sorted(self.replica.scopes() | self.states.keys()):
            for limit in (1, 2, 1000):
                entries, stones, state = await self.read(scope, limit)
                shown = self.replica.shown(scope, limit)
                assert ([id_ for id_, _ in entries], len(stones)) == (shown.entries, len(shown.graves)), (scope, limit)
            self.check_scope(scope, (*entries, *stones), state)
        await self.check_graves()
        for article in articles.values():
            self.check_article(article)
        for path, article_id in self.replica.paths.items():
            target = await self.store.find_path(path)
            assert target is not None
            assert (target.article_id, target.gone) == (article_id, article_id not in self.replica.public)
            if not target.gone:
                assert target.path == articles[article_id].path

    async def read(self, scope: str, limit: int) -> tuple[list[tuple[int, object]], tuple[Tombstone, ...], ScopeState]:
        if scope == "comments" or scope.startswith("comments:"):
            comments = await self.store.read_comments(scope, limit=limit)
            of_comments = [(entry.comment.id, (entry.comment, entry.article.headline)) for entry in comments.comments]
            return [*of_comments], comments.tombstones, comments.snapshot.scopes[scope]
        found = await self.store.read_articles(scope, limit=limit)
        return [(one.id, feed_view(one)) for one in found.articles], found.tombstones, found.snapshot.scopes[scope]

    def check_scope(self, scope: str, entries: Entries, state: ScopeState) -> None:
        """A scope is at its last Change, its date never goes back, and what a feed shows moves only with it."""
        assert state.version == self.raised.get(scope, 0), scope
        before = self.states.get(scope, state)
        assert state.modified_at >= before.modified_at
        if self.feeds.get(scope, ()) != entries:
            assert state.version > (before.version if scope in self.states else 0), scope
        self.states[scope], self.feeds[scope] = state, entries

    async def check_graves(self) -> None:
        """Tombstones name what went, in the order in which it stood."""
        for scope in ("home", "comments"):
            shown = self.replica.shown(scope, 1000).graves
            kept: dict[int, Any] = dict(self.replica.comments if scope == "comments" else self.replica.articles)
            _, stones, _ = await self.read(scope, 1000)
            assert [stone.guid for stone in stones] == [kept[id_].guid for id_ in shown]

    def check_article(self, article: Article) -> None:
        assert article.comment_count == self.replica.comment_count(article.id)
        if article.public:
            view = feed_view(article)
            assert self.by_seq.setdefault((article.id, article.seq), view) == view, "one seq, one entry"
        before = self.listed.get(article.id)
        if before is None or not article.public or before[0] != article.listed_comment_count:
            if before is not None and article.public and before[2] and before[1] is not None:
                assert self.clock() - before[1] >= LIST_AFTER
            listed_at = self.clock() if article.public and article.listed_comment_count else None
            self.listed[article.id] = (article.listed_comment_count, listed_at, article.public)


def feed_view(article: Article) -> Article:
    """What feeds show of an article."""
    return replace(
        article, version=0, seq=0, due_at=None, comment_count=0, modified_at=None, created_at=None, editorial_note="",
        comments_open=True,
    )  # fmt: skip


def wanted(article: Article, fields: dict[str, Any]) -> Article:
    """The article with these fields; a date, given in hours from the founding, brings its day."""
    changed = dict(fields)
    for name in ("published_at", "embargoed_until"):
        if name in changed:
            changed[name] = FOUNDED + timedelta(hours=changed[name])
    if "published_at" in changed:
        changed["day"] = changed["published_at"].date()
    return replace(article, **changed)


def vars_of(article: Article, fields: dict[str, Any]) -> dict[str, Any]:
    names = {*fields, "day"} if "published_at" in fields else set(fields)
    return {name: getattr(article, name) for name in names}


FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "headline": st.sampled_from(["A", "B"]),
        "slug": st.sampled_from(["s", "t"]),
        "sections": st.sampled_from([(), ("world",), ("business",), ("world/africa",), ("business", "world/africa")]),
        "tags": st.sampled_from([(), (Tag(slug="t", name="T"),)]),
        "authors": st.sampled_from([(), (Author(slug="x", name="X"),)]),
        "status": st.sampled_from([*ArticleStatus, ArticleStatus.PUBLISHED]),
        "published_at": st.sampled_from([-800, -30, -2, -1, 0, 1, 2]),
        "embargoed_until": st.sampled_from([-2, 0, 1, 2]),
        "comments_open": st.booleans(),
        "editorial_note": st.sampled_from(["", "n"]),
    },
)
OPERATIONS = st.sampled_from(
    ["add", "edit", "edit", "edit", "toggle", "toggle", "import", "reply", "reply", "moderate", "moderate", "wait"]
)
STATUSES = st.sampled_from([*CommentStatus, CommentStatus.APPROVED, CommentStatus.APPROVED])
STEPS = st.lists(
    st.tuples(OPERATIONS, st.integers(0, 3), FIELDS, STATUSES, st.integers(-3, 90)), min_size=6, max_size=25
)
Step = tuple[str, int, dict[str, Any], CommentStatus, int]
PRELUDE: list[Step] = [
    ("add", 0, {"published_at": -1, "sections": ("world/africa",)}, CommentStatus.APPROVED, 0),
    ("reply", 0, {}, CommentStatus.APPROVED, 0),
    ("reply", 0, {}, CommentStatus.APPROVED, 0),
]
"""Something to write about."""


async def play(url: str, steps: list[Step]) -> None:
    clock = SettableClock()
    store = await open_store(url, clock=clock, migrate=True, synchronous="NORMAL")
    try:
        await store.import_sections(sections())
        rig = Rig(store, clock, cursor=await store.last_seq())
        for step in (*PRELUDE, *steps):
            await rig.step(*step)
            await rig.check()
        await check_filters(store)
        assert list(await store.check()) == []
    finally:
        await store.close()


def test_every_list_is_what_a_naive_store_says(stores: Stores) -> None:
    stores.play_any(play, examples=8, steps=STEPS)


@pytest.mark.nightly
def test_every_list_is_what_a_naive_store_says_all_night(stores: Stores) -> None:
    stores.play_any(play, examples=2000, steps=STEPS)
