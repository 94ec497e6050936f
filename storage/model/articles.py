"""Articles and what they are made of."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from storage.model.paths import article_path


class ArticleStatus(StrEnum):
    """What the newsroom wants. Whether readers see the article now is `Article.public`."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A place in the newsroom's tree. `path` is its slugs from the root, joined by '/': 'world/africa'."""

    path: str
    title: str
    description: str = ""
    created_at: datetime
    seq: int = 0
    """The Change that last gave it another title: entries that name it are others since. 0 = none has. The store's to say."""

    @property
    def slug(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def parent(self) -> str | None:
        """The parent's path; None at the root."""
        return self.path.rpartition("/")[0] or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A byline. `slug` identifies the author; `url` is their own page elsewhere, or ''; `about` a line for their page here."""

    slug: str
    name: str
    url: str = ""
    about: str = ""


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
    """A file that belongs to an article (RSS 2.0 enclosure), and what is told of an episode of a podcast, where it is one.

    `length` in bytes, `duration` in seconds; 0 = unknown. Other URLs are as its own.
    """

    url: str
    type: str
    length: int = 0
    duration: int = 0
    episode: int = 0
    """Its number; 0 = it has none."""
    season: int = 0
    """The number of its season; 0 = it has none."""
    episode_type: str = ""
    """'full', 'trailer' or 'bonus'; '' where nobody said, which is 'full'."""
    explicit: bool = False
    """Not for children, whatever is said of the whole podcast."""
    transcript: str = ""
    """URL of its words, as text or with times."""
    chapters: str = ""
    """URL of its chapters (JSON Chapters of the podcast namespace)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article, as the newsroom keeps it.

    Set by the store, whatever the caller put there: `id`, `version`, `seq`, `public`, `gone_at`, `arrived_at`, `due_at`,
    `edited_at`, `comment_count`, `listed_comment_count`, `created_at`, `modified_at`, and `slug` where another article of
    that day has it already ('-2' is added).
    """

    id: int = 0
    guid: str
    slug: str
    day: date | None = None
    """The day of `published_at` in the newsroom's time zone: the day in its path. None until it has a date; what readers have seen
    keeps its day without one."""
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
    digital_source_type: str = ""
    """URI of an IPTC NewsCode: by what it was made, such as a language model; '' where nobody said."""
    credit_line: str = ""
    """What whoever republishes it must print with it."""
    republish_until: datetime | None = None
    """Whoever republishes it may do so until then; None: for as long as they like."""
    status: ArticleStatus = ArticleStatus.DRAFT
    published_at: datetime | None = None
    embargoed_until: datetime | None = None
    updated_at: datetime | None = None
    """The entry's `updated`: when readers should last have looked at it again (RFC 4287, 4.2.15). What becomes public late in a
    list gets that of its arrival."""
    comments_open: bool = True
    editorial_note: str = ""
    """Never shown to readers."""
    correction: str = ""
    """Plain text that tells readers what was wrong in it."""
    corrected_at: datetime | None = None
    """When the correction was last written; None where there is none."""
    edited_at: datetime | None = None
    """When readers last saw it change without being told to look again: None until then. `last_edited_at` is the date to show."""

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

    @property
    def last_edited_at(self) -> datetime | None:
        """When readers last saw any of it change, or first saw it; None as long as it has no date.

        JSON Feed's `date_modified`, the sitemaps' `lastmod`, schema.org's `dateModified`. Never before `updated_at`, which
        significant edits alone move.
        """
        return latest_of(self.published_at, self.updated_at, self.corrected_at, self.edited_at)


def latest_of(*moments: datetime | None) -> datetime | None:
    """The latest of those there are."""
    return max((moment for moment in moments if moment is not None), default=None)
