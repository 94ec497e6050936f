"""Whatever a newsroom writes, in whatever order: what is kept of a feed is forgotten when the feed has changed."""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from feeds.document import FeedDocument, FeedItem
from feeds.kinds.base import FeedGone, FeedMoved, Kind, NoSuchFeed
from feeds.kinds.comments import ALL_COMMENTS, ARTICLE_COMMENTS, SECTION_COMMENTS
from feeds.kinds.dated import DAY, MONTH, YEAR
from feeds.kinds.latest import LATEST
from feeds.kinds.search import SEARCH
from feeds.kinds.section import SECTION
from storage.model import Article, ArticleStatus, Comment, CommentStatus, Section, Snapshot
from storage.scopes import SITE
from tests.kinds.newsroom import FOUNDED, SECTIONS, Newsroom, opened_newsroom
from tests.stores import Stores

Feed = tuple[Kind, tuple[tuple[str, str], ...]]

WINDOW = 3
"""Entries of a feed: few, so that what leaves a window soon lets another in."""
PLACES = [(path,) for path in SECTIONS] + [("business", "world/africa"), ()]
STATUSES = list(ArticleStatus)
VERDICTS = list(CommentStatus)


def of_day(kind: Kind, day: date, **more: str) -> Feed:
    names = {MONTH: ("year", "month"), YEAR: ("year",)}.get(kind, ("year", "month", "day"))
    digits = dict(zip(("year", "month", "day"), day.isoformat().split("-"), strict=True))
    return kind, tuple(({name: digits[name] for name in names} | more).items())


@dataclass
class Watch:
    """A newsroom, and what each of its feeds said when it was last looked at."""

    newsroom: Newsroom
    articles: list[Article] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    seen: dict[Feed, FeedDocument] = field(default_factory=dict)
    by_key: dict[Hashable, FeedItem] = field(default_factory=dict)
    history: defaultdict[Feed, list[FeedDocument]] = field(default_factory=lambda: defaultdict(list))
    """All that each feed ever said."""
    deltas: int = 0
    """How often the changes alone were enough."""

    def feeds(self) -> list[Feed]:
        days = {FOUNDED.date(), *(article.day for article in self.articles if article.day)}
        threads = [of_day(ARTICLE_COMMENTS, article.day, slug=article.slug) for article in self.articles if article.day]
        return [
            (LATEST, ()),
            (ALL_COMMENTS, ()),
            (SEARCH, (("q", "story"),)),
            *((kind, (("section", path),)) for kind in (SECTION, SECTION_COMMENTS) for path in SECTIONS),
            *(of_day(kind, day) for kind in (DAY, MONTH, YEAR) for day in sorted(days)),
            *dict.fromkeys(threads),
        ]

    async def look(self) -> None:
        now = self.newsroom.clock()
        public = {article.guid for article in await self.newsroom.store.list_articles(limit=1000) if article.public}
        for feed in dict.fromkeys([*self.feeds(), *self.seen]):
            before, after = self.seen.pop(feed, None), await self.read(feed)
            if before is not None and content(before) != (content(after) if after else None):
                expired = before.validity.until is not None and now >= before.validity.until
                assert expired or await self.forgotten(feed, before), feed
                if expired and before.validity.until and after is not None:
                    assert after.validity.since is not None, "who asks by date alone is told"
                    assert after.validity.since >= before.validity.until or await self.forgotten(feed, before), feed
            if after is not None:
                self.check(feed, after, public)
                if feed[0] is not SEARCH:
                    self.check_deltas(feed, after)
                self.seen[feed] = after
                if before is not None:
                    assert after.snapshot.modified_at >= before.snapshot.modified_at

    async def read(self, feed: Feed) -> FeedDocument | None:
        try:
            return await self.newsroom.feed(feed[0], **dict(feed[1]))
        except (NoSuchFeed, FeedGone, FeedMoved):
            return None

    async def forgotten(self, feed: Feed, document: FeedDocument) -> bool:
        """Whether the log tells a cache to forget the document, and those who know its address alone to look again."""
        kind, params = feed
        changes = await self.newsroom.store.changes_since(document.snapshot.seq, limit=1000)
        named = (document.snapshot.scopes.keys(), {SITE, *kind.scopes(dict(params))})
        return all(any(change.scopes & scopes for change in changes) for scopes in named)

    def check_deltas(self, feed: Feed, present: FeedDocument) -> None:
        """Whoever has the feed as it was at any time before and is sent the changes since has all that it says now."""
        for before in self.history[feed]:
            if not present.delta_floor <= before.seq <= present.snapshot.seq:
                continue
            delta = present.since(before.seq)
            self.deltas += before.seq < present.seq
            known = {item.guid: item for item in (*before.items, *delta.items)}
            for item in present.items:
                assert replace(known[item.guid], key=None) == replace(item, key=None), feed
            # A tombstone of old that comes back into the window is of an entry that this reader never had.
            had = {item.guid for item in before.items}
            gone = {stone.guid for stone in (*before.deleted, *delta.deleted)}
            assert {stone.guid for stone in present.deleted} & had <= gone, feed
        self.history[feed].append(present)

    def check(self, feed: Feed, document: FeedDocument, public: set[str]) -> None:
        kind, _ = feed
        assert len(document.items) <= WINDOW or kind is not DAY
        assert len(document.deleted) <= WINDOW
        published = [item.published for item in document.items]
        assert published == sorted(published, reverse=True)
        guids = {item.guid for item in document.items}
        assert len(guids) == len(document.items)
        assert not guids & {stone.guid for stone in document.deleted}
        if kind in (LATEST, SECTION, DAY, MONTH, YEAR, SEARCH):
            assert guids <= public
            assert not public & {stone.guid for stone in document.deleted}
        for item in document.items:
            assert self.by_key.setdefault(item.key, item) == item, "equal keys mean equal bytes"
            assert item.seq <= document.seq <= document.snapshot.seq


def content(document: FeedDocument) -> FeedDocument:
    """What a format shows of it."""
    items = tuple(replace(item, key=None) for item in document.items)
    return replace(document, items=items, snapshot=Snapshot(seq=0, scopes={}))


async def write(watch: Watch, operation: str, one: int, other: int) -> None:
    newsroom, now = watch.newsroom, watch.newsroom.clock.advance(seconds=one % 3)
    article = watch.articles[one % len(watch.articles)] if watch.articles else None
    comment = watch.comments[one % len(watch.comments)] if watch.comments else None
    match operation:
        case "publish":
            at = now + timedelta(minutes=(other % 5 - 3) * 7 * 60)
            status = STATUSES[other % 7] if other % 7 < len(STATUSES) else ArticleStatus.PUBLISHED
            slug = f"story-{len(watch.articles)}"
            watch.articles.append(await newsroom.publish(slug, at, sections=PLACES[one % len(PLACES)], status=status))
        case "edit" if article:
            watch.articles.append(await newsroom.edit(article, **edits(article, other, now)))
        case "reply" if article:
            parents = [known for known in watch.comments if known.article_id == article.id]
            parent = parents[other % len(parents)] if parents and other % 2 else None
            verdict = VERDICTS[other % 3 % 2]
            name = f"Reader{len(watch.comments)}"
            watch.comments.append(await newsroom.reply(article, name, parent=parent, status=verdict))
        case "moderate" if comment:
            await newsroom.moderate(comment, VERDICTS[other % len(VERDICTS)])
        case "rename":
            path = list(SECTIONS)[one % len(SECTIONS)]
            await newsroom.store.update_section(Section(path=path, title=f"Title {other}", created_at=now))
        case "wait":
            newsroom.clock.advance(minutes=other * 13)
    await newsroom.store.run_due()


def edits(article: Article, number: int, now: datetime) -> dict[str, Any]:
    choices: list[dict[str, Any]] = [
        {"headline": f"{article.headline}, corrected"},
        {"editorial_note": "check"},
        {"correction": f"Of {number}.", "corrected_at": now},
        {"comments_open": not article.comments_open},
        {"slug": f"{article.slug}-x"},
        {"sections": PLACES[number % len(PLACES)]},
        {"updated_at": now},
        {"status": STATUSES[number % len(STATUSES)]},
        {"status": ArticleStatus.WITHDRAWN},
        {"status": ArticleStatus.PUBLISHED},
        {"embargoed_until": now + timedelta(hours=3)},
        {"published_at": now - timedelta(days=1), "day": (now - timedelta(days=1)).date()},
        {"language": "fr"},
    ]
    return choices[number % len(choices)]


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["publish", "publish", "edit", "edit", "edit", "reply", "reply", "moderate", "rename", "wait"]),
        st.integers(0, 40),
        st.integers(0, 40),
    ),
    min_size=3,
    max_size=25,
)


def test_a_feed_that_changed_is_forgotten_and_a_key_names_one_entry(stores: Stores) -> None:
    stores.play_any(play, examples=20, operations=OPERATIONS)


async def play(url: str, operations: list[tuple[str, int, int]]) -> None:
    async with opened_newsroom(url, feed_items=WINDOW) as newsroom:
        newsroom.publication = replace(newsroom.publication, day_items=WINDOW)
        watch = Watch(newsroom)
        await watch.look()
        # Most of what can go wrong needs a public article with a reply.
        article = await newsroom.publish("first", sections=["world/africa"])
        watch.articles.append(article)
        watch.comments.append(await newsroom.reply(article, "Ann"))
        for operation, one, other in operations:
            await write(watch, operation, one, other)
            await watch.look()
        # After a section's new title nobody has its name until the next article: then the one after that is a delta.
        for slug in ("last but one", "last"):
            before = watch.deltas
            await newsroom.publish(slug, sections=["world/africa"])
            await watch.look()
        assert watch.deltas > before
