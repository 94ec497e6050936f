"""What readers are shown: lists, parts of them, and what is at a path."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from storage.model.articles import Article, ArticleStatus, Author, Section, Tag
from storage.model.changes import Snapshot
from storage.model.comments import Comment
from storage.model.omissions import Omission

E = TypeVar("E", covariant=True)

MOST_AT_TOP, MOST_INSIDE = 50, 200
"""Sections that a list brings along at most for navigation: of the uppermost, and of those in its own."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """An entry's place in the order of every list: an article's `published_at` or a comment's `created_at`, then its id."""

    at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a list: what stands after a position, in the list's order, or what stands right before it.

    It does not drift: entries that come or go elsewhere do not move it.
    """

    position: Position
    newer: bool = False
    """Whether it is what stands before it."""


@dataclass(frozen=True, slots=True)
class Rest:
    """A part of a list: what stands after its first `skipped` entries, 1 at least. It drifts."""

    skipped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFilter:
    """Conditions that all are true of an article, be it public or not; None sets none."""

    status: ArticleStatus | None = None
    section: str | None = None
    """A path: it is in this section, or in one within it."""
    tag: str | None = None
    """A slug."""
    author: str | None = None
    """A slug."""
    guid: str | None = None
    updated_since: datetime | None = None
    """Its `modified_at` is this instant, or later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilteredArticles:
    """A part of what a filter leaves of the list of all articles."""

    articles: tuple[Article, ...]
    stopped_at: int | None
    """Of an article: where there are fewer than were asked for, the filter may leave others below it. None where it leaves none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """An entry that was public, is so no more, and would still be in the window (RFC 6721)."""

    guid: str
    gone_at: datetime
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Late(Generic[E]):
    """What arrived late in a list after an instant, out of its order: the last 500. Nothing, where no instant was named."""

    entries: tuple[E, ...] = ()
    """In the list's order, but for those that stand among the newest listed."""
    tombstones: tuple[Tombstone, ...] = ()
    """Of those that would be among them, the last arrivals first."""
    first_at: datetime | None = None
    """When the first of all these arrived."""
    last_past_at: datetime | None = None
    """When the last arrived of those that came late up to that instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysBeside:
    """The days with public articles before and after one; None where there is none. Of a month or a year, the first days of those
    that have any."""

    previous: date | None = None
    next: date | None = None
    next_is_longer: bool = False
    """Whether the one after it has more public articles than were asked for; only told of one that is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleList:
    """The newest public articles of a scope by (published_at, id) descending, with the tombstones of its window."""

    articles: tuple[Article, ...]
    late: Late[Article] = Late()
    tombstones: tuple[Tombstone, ...]
    left: int = 0
    """The seq of a Change since which it is another by an entry that left without a tombstone, or came unchanged; 0 of a part, and
    where none is known."""
    newer: bool
    """Whether the list has entries before the first of them."""
    older: bool
    """Whether it goes on beyond the last of them."""
    sections: tuple[Section, ...]
    """By path: those that the articles are in and the one that the list is of, if there is one, with all above them; the first 200
    directly in it; and the first 50 of the uppermost. Of a newsroom with thousands no more are read.
    """
    omissions: tuple[Omission, ...] = ()
    """What stands among them and could not be read."""
    beside: DaysBeside = DaysBeside()
    """The days beside the one that was named, or the periods like it."""
    parts: tuple[date, ...] = ()
    """The first days of its parts that have public articles: the days of a month, the months of a year; of any other list none."""
    snapshot: Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPage:
    """The newest articles of the newsroom, with those that are to stand before them."""

    listed: ArticleList
    """Its `sections` have those of what is pinned, too."""
    pinned: tuple[Article, ...]
    """Public ones, in the newsroom's order; they may be among the newest as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentList:
    """The newest articles of the newsroom, with what arrived late."""

    newest: ArticleList
    day_goes_on: bool
    """Whether the day that was named has articles that are older than the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentedArticle:
    """What the entry of a comment says of its article, which is public. As in `Article`. Where it changes, the comment's `seq`
    moves.
    """

    id: int
    guid: str
    path: str
    headline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentEntry:
    """An approved comment with what its entry says of others."""

    comment: Comment
    article: CommentedArticle
    parent: Comment | None
    """None for a top-level comment, or when the parent is not public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentList:
    """The newest approved comments of a scope by (created_at, id) descending, with the tombstones of its window."""

    comments: tuple[CommentEntry, ...]
    late: Late[CommentEntry] = Late()
    tombstones: tuple[Tombstone, ...]
    left: int = 0
    """The seq of a Change since which it is another by an entry that left without a tombstone, or came unchanged; 0 of a part, and
    where none is known."""
    newer: bool
    """Whether the list has entries before the first of them."""
    older: bool
    """Whether it goes on beyond the last of them."""
    article: CommentedArticle | None = None
    """The article, for a list of one article's comments."""
    sections: tuple[Section, ...] = ()
    """As in ArticleList; none for a list of one article's comments."""
    omissions: tuple[Omission, ...] = ()
    """What stands among them and could not be read."""
    snapshot: Snapshot


def pages_of(count: int, size: int) -> int:
    """How many pages a thread of so many comments has. They are cut from the oldest on, so that what is written moves none; the
    last has what is left over, too: up to 2 * size - 1 comments.
    """
    return max(1, count // size)


def page_that_shows(number: int, count: int, size: int) -> int:
    """The page with the comment of a number; 1 is the oldest."""
    return min((number - 1) // size + 1, pages_of(count, size))


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """A public article with a page of its approved comments, oldest first by (created_at, id)."""

    article: Article
    comments: tuple[Comment, ...]
    parents: tuple[Comment, ...] = ()
    """Approved comments that some of these answer, and that stand on other pages."""
    page: int = 1
    """1 is that of the oldest comments."""
    pages: int = 1
    older: int = 0
    """Comments on the pages before it."""
    related: tuple[Article, ...] = ()
    """Where it was asked for: other public articles with tags of its own."""
    sections: tuple[Section, ...]
    """As in ArticleList, of the related ones too."""
    snapshot: Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class PathTarget:
    """What a path that was public once leads to."""

    path: str
    """The present path; equal to the one asked for when nothing moved."""
    gone: bool
    """What was there is withdrawn: 410."""
    article_id: int | None = None
    section: str | None = None
    page: str | None = None
    """The path of a standing page, which has no feed."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where a public article is: what a sitemap says of it."""

    path: str
    """Unencoded."""
    canonical_url: str
    """'' unless the newsroom named a page as the original."""
    edited_at: datetime
    """`Article.last_edited_at`."""


@dataclass(frozen=True, slots=True)
class LocationPage:
    """A page of such."""

    number: int
    changed_at: datetime
    """When a location came to it, went, or changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationPages:
    """Those that hold public articles, by number."""

    pages: tuple[LocationPage, ...]
    snapshot: Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationList:
    """Public articles by id."""

    locations: tuple[Location, ...]
    snapshot: Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsList:
    """The public articles published after an instant, by (published_at, id) descending."""

    articles: tuple[Article, ...]
    before: datetime | None
    """When the newest of the others was published; None where there are none."""
    snapshot: Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionList:
    """Every section, by path."""

    sections: tuple[Section, ...]
    pages: tuple[Location, ...] = ()
    """Where public pages are, by path: as many as were asked for."""
    snapshot: Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class NameList:
    """The tags and authors that the newest public articles have most often, by that; equals by slug."""

    tags: tuple[Tag, ...]
    authors: tuple[Author, ...]
    sections: tuple[Section, ...]
    """Every section, by path."""
    last_day: date | None = None
    """The newest with public articles; None where there are none."""
    snapshot: Snapshot
