"""What a newsroom keeps. Frozen values; the standard library only.

Every datetime is aware and in UTC, to the microsecond. Text holds no character that XML 1.0 forbids, and
HTML is already sanitised: both are seen to at the door (`feeds.text`, `feeds.html`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class ArticleStatus(StrEnum):
    """What the newsroom wants. Whether readers see the article now is `Article.public`."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class CommentStatus(StrEnum):
    """A comment is shown only while it is approved and its article is public."""

    PENDING = "pending"
    APPROVED = "approved"
    SPAM = "spam"
    TRASH = "trash"


class Action(StrEnum):
    """What a write did to its subject."""

    INSERT = "insert"
    EDIT = "edit"
    WITHDRAW = "withdraw"


class Subject(StrEnum):
    """What a Change is about."""

    ARTICLE = "article"
    COMMENT = "comment"
    SECTION = "section"
    SITE = "site"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A place in the newsroom's tree. `path` is its slugs from the root, joined by '/': 'world/africa'."""

    path: str
    title: str
    description: str = ""
    created_at: datetime

    @property
    def slug(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def parent(self) -> str | None:
        """The parent's path; None at the root."""
        return self.path.rpartition("/")[0] or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A byline. `slug` identifies the author; `url` is the author's own page elsewhere, or ''."""

    slug: str
    name: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The agency an article comes from."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An article's photo. `url` is absolute, or a path on this site; `length` in bytes, sides in pixels; 0 = unknown."""

    url: str
    type: str = ""
    length: int = 0
    width: int = 0
    height: int = 0
    alt: str = ""
    caption: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that belongs to an article (RSS 2.0 enclosure). `length` in bytes; 0 = unknown."""

    url: str
    type: str
    length: int = 0


def article_path(day: str, slug: str) -> str:
    """Where the page of an article of a day, '2023-03-22', is: '/2023/03/22/slug/', unencoded."""
    return f"/{day.replace('-', '/')}/{slug}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article, as the newsroom keeps it.

    Set by the store, whatever the caller put there: `id`, `version`, `seq`, `public`, `gone_at`, `arrived_at`, `due_at`,
    `comment_count`, `listed_comment_count`, `created_at`, `modified_at`, and `slug` where another article of
    that day has it already ('-2' is added).
    """

    id: int = 0
    guid: str
    slug: str
    day: date | None = None
    """The day of `published_at` in the newsroom's time zone: the day in its path. None until it has a date."""
    headline: str
    summary: str = ""
    body_html: str = ""
    dateline: str = ""
    source: Source | None = None
    image: Image | None = None
    enclosures: tuple[Enclosure, ...] = ()
    sections: tuple[str, ...] = ()
    """Paths of its sections; the first is where it sits."""
    authors: tuple[Author, ...] = ()
    tags: tuple[Tag, ...] = ()
    language: str = ""
    rights: str = ""
    canonical_url: str = ""
    status: ArticleStatus = ArticleStatus.DRAFT
    published_at: datetime | None = None
    embargoed_until: datetime | None = None
    updated_at: datetime | None = None
    """The entry's `updated`: when readers should last have looked at it again (RFC 4287, 4.2.15)."""
    comments_open: bool = True
    editorial_note: str = ""
    """Never shown to readers."""
    correction: str = ""
    """Plain text that tells readers what was wrong in it."""
    corrected_at: datetime | None = None
    """When the correction was last written; None where there is none."""

    version: int = 0
    """Counts every edit: 1, 2, ... Comment counts do not move it: a reader's reply must not refuse an editor's save."""
    seq: int = 0
    """The sequence of the last Change that moved what readers see of it; 0 = none yet."""
    public: bool = False
    """Published, its moment come and its embargo over: a stored fact, changed by writes alone."""
    gone_at: datetime | None = None
    """When it last stopped being public; None while it is, or if it never was."""
    arrived_at: datetime | None = None
    """When it became public, whatever its date says, or was last corrected so that `updated_at` moved."""
    due_at: datetime | None = None
    """When the due-task has to look at it next: its publication, or a comment count to list."""
    comment_count: int = 0
    """Approved comments now."""
    listed_comment_count: int = 0
    """The count that feeds show; it follows `comment_count` at most once in an interval."""
    created_at: datetime | None = None
    modified_at: datetime | None = None

    @property
    def path(self) -> str:
        """Where its page is, unencoded. A draft without a date has none: ''."""
        return article_path(self.day.isoformat(), self.slug) if self.day else ""

    @property
    def public_at(self) -> datetime | None:
        """The instant from which readers may see it; None for what is not to be published, or has no date."""
        if self.status is not ArticleStatus.PUBLISHED or self.published_at is None:
            return None
        return max(self.published_at, self.embargoed_until or self.published_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A reader's reply. Set by the store: `id` (unless given and free), `version`, `seq`, `updated_at`, `gone_at`."""

    id: int = 0
    guid: str
    article_id: int
    parent_id: int | None = None
    author_name: str
    author_email: str = field(repr=False)
    """Never leaves the store except to moderators."""
    author_url: str = ""
    body_html: str
    status: CommentStatus = CommentStatus.PENDING
    created_at: datetime
    updated_at: datetime | None = None
    """The entry's `updated` where it is not `created_at`: of a comment shown again, later than its tombstone."""
    ip_hash: str = field(default="", repr=False)
    """A keyed hash, forgotten after 30 days; '' = unknown."""
    version: int = 0
    seq: int = 0
    """The sequence of the last Change that moved what readers see of its entry, which names its article and its parent."""
    gone_at: datetime | None = None

    @property
    def erased(self) -> bool:
        """Whether its author was forgotten and it with them: there is nothing left to show."""
        return not self.author_name and not self.body_html


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A comment's change of status: kept with it, never exported, for the names in it are this installation's."""

    id: int
    comment_id: int
    before: CommentStatus
    after: CommentStatus
    at: datetime
    by: str
    """'desk:NAME' and 'api:NAME' for a token of that name, 'reader' for who wrote the comment, 'forget' for a reader's
    wish to be forgotten. Never an email."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeratedComment:
    """A comment of any status, as a moderator sees it."""

    comment: Comment
    article: Article
    parent: Comment | None
    """Of any status."""
    decisions: tuple[Decision, ...]
    """Oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentPage:
    """A part of a list of comments, by id descending."""

    comments: tuple[ModeratedComment, ...]
    newer: int | None
    """After which id what stands before it begins; None where there is nothing."""
    older: int | None
    """Below which id it goes on; None where it does not, as far as is known."""
    cut: bool
    """Whether it ends because so many comments were looked at, not because it is full."""


class SearchIn(StrEnum):
    """What a search of comments looks at."""

    WORDS = "words"
    """The author's name and the body."""
    AUTHOR = "author"
    EMAIL = "email"
    """How the address begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeratedThread:
    """A part of an article's comments, of every status, by id ascending."""

    article: Article
    comments: tuple[ModeratedComment, ...]
    earlier: int | None
    """The id around which those before it are; None where there are none."""
    later: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedComment:
    decision: Decision
    comment: Comment
    """As it is now."""
    article: Article


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPage:
    """Decisions, newest first."""

    decisions: tuple[DecidedComment, ...]
    older: int | None
    """Below which id they go on; None where they do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One write, in the order of `seq`. `scopes` are the names of the scopes it raised: () when readers see no difference."""

    seq: int
    at: datetime
    action: Action
    subject: Subject
    subject_id: str
    """The article's or comment's id in digits, the section's path, or ''."""
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """An entry that was public, is so no more, and would still be in the window (RFC 6721)."""

    guid: str
    gone_at: datetime
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeState:
    """`version` is the seq of the last Change that raised the scope, 0 if none has.

    `modified_at` is that Change's time, or the scope's creation (the site's, for a scope without a row). It never goes back:
    after a Change whose clock had been put back it is a second more than it was.
    """

    version: int
    modified_at: datetime
    moved: int = 0
    """The seq of the last Change by which an entry left the scope's list without a tombstone, or its place in it: an older one
    may have come into the window in its stead. 0 = none has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What a read saw: taken in the same transaction as the rows it comes with."""

    seq: int
    """The newest Change in it."""
    scopes: Mapping[str, ScopeState]
    """A state for each scope that was asked for."""

    @property
    def modified_at(self) -> datetime:
        """The largest date of the scopes."""
        return max(state.modified_at for state in self.scopes.values())


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
class DaysBeside:
    """The days with public articles before and after one; None where there is none."""

    previous: date | None = None
    next: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleList:
    """The newest public articles of a scope by (published_at, id) descending, with the tombstones of its window."""

    articles: tuple[Article, ...]
    tombstones: tuple[Tombstone, ...]
    newer: bool
    """Whether the list has entries before the first of them."""
    older: bool
    """Whether it goes on beyond the last of them."""
    sections: tuple[Section, ...]
    """Every section, by path: their titles, and whether the one asked for exists."""
    beside: DaysBeside = DaysBeside()
    """The days beside the one that was named."""
    snapshot: Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A public article by when it arrived."""

    article_id: int
    day: date
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentList:
    """The newest articles of the newsroom, and with them what arrived out of turn."""

    newest: ArticleList
    late: tuple[Article, ...]
    """Those asked for among the arrivals, but for the newest; by (published_at, id) descending."""
    late_tombstones: tuple[Tombstone, ...]
    """Of those that would be among them, and of the day's."""
    arrivals: tuple[Arrival, ...]
    """All since, oldest first."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where a public article is: what a sitemap says of it."""

    path: str
    """Unencoded."""
    canonical_url: str
    """'' unless the newsroom named a page as the original."""
    updated_at: datetime


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
class NameList:
    """The tags and authors that the newest public articles have most often, by that; equals by slug."""

    tags: tuple[Tag, ...]
    authors: tuple[Author, ...]
    sections: tuple[Section, ...]
    """Every section, by path."""
    snapshot: Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentedArticle:
    """What the entry of a comment says of its article, which is public. As in `Article`."""

    id: int
    guid: str
    path: str
    headline: str
    summary: str
    body_html: str
    seq: int


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
    tombstones: tuple[Tombstone, ...]
    newer: bool
    """Whether the list has entries before the first of them."""
    older: bool
    """Whether it goes on beyond the last of them."""
    article: CommentedArticle | None = None
    """The article, for a list of one article's comments."""
    sections: tuple[Section, ...] = ()
    """All that there are; none for a list of one article's comments."""
    snapshot: Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """A public article with its approved comments, oldest first by (created_at, id)."""

    article: Article
    comments: tuple[Comment, ...]
    tombstones: tuple[Tombstone, ...] = ()
    """Of its comments that are public no more, newest first, 1,000 at most."""
    sections: tuple[Section, ...]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentHistory:
    """What the reply rules ask before a comment is kept."""

    approved_before: bool
    """A comment with this email was approved once: the author is known."""
    last_at: datetime | None
    """When this email or IP hash last wrote, whatever became of it."""
    duplicate: bool
    """The same text, author, email and parent stand on the article already, and are not in the trash."""
    in_trash: int
    """How often the same is in the trash."""
    lineage: tuple[Comment, ...]
    """The comment replied to, after those that it answers itself, from the top; () when none was named or there is no such
    comment on the article."""

    @property
    def parent(self) -> Comment | None:
        return self.lineage[-1] if self.lineage else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How many comments of a reader were anonymised, and how many erased."""

    anonymised: int = 0
    erased: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A management token. Only its SHA-256 (hex) is kept."""

    name: str
    hash: str = field(repr=False)
    scopes: frozenset[str]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What all hosts of a site share."""

    created_at: datetime
    secret: bytes = field(repr=False)
    """32 random bytes, made by the first migration: keys of IP hashes and form tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What the clock will bring, as far as is known; None = nothing."""

    next_at: datetime | None
    """When the due-task has something to do next."""
    publication_at: datetime | None
    """When an article becomes public next: no cache keeps anything past it unasked."""


@dataclass(frozen=True, slots=True)
class Alias:
    """A path that led to a list where the newsroom was before: '/?cat=7'. Both are unencoded."""

    path: str
    page: str
    """Of a section, a tag or an author: '/section/world/'."""


class Outcome(StrEnum):
    """What an import did with one article."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRecord:
    """An article as importers and exporters hand it over: with its thread and its other paths.

    `article.created_at`, `modified_at`, `gone_at`, `arrived_at` are kept as given when set. Ids are kept when free, else new
    ones are given; `Comment.parent_id` and `Comment.article_id` speak of the ids in this record.
    """

    article: Article
    comments: tuple[Comment, ...] = ()
    old_paths: tuple[str, ...] = ()
    """Paths that lead to it besides its present one: '/harbour-reopens/', '/?p=123', earlier days and slugs."""
    keeps: frozenset[str] = frozenset()
    """Names of the article's fields that stay as they are where its guid is known already: what the source does not say,
    and what is the newsroom's to decide."""
    digest: str = ""
    """Of what the source says. A known article that was imported with the same digest is left alone, whatever the newsroom
    has made of it since; '' = it is compared field by field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSource:
    """A feed that was imported from its URL, and what its server said of it then: '' where it said nothing."""

    url: str
    etag: str = ""
    last_modified: str = ""
    """Both verbatim, to be sent back so (RFC 9110, section 13.1)."""
    placement: str = ""
    """Into which sections its entries went: whoever wants them elsewhere must not be told that nothing changed."""
