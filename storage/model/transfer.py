"""What comes from other newsrooms, or goes there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from storage.model.articles import Article
from storage.model.comments import Comment


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSource:
    """Where records come from. What one source says never touches what another brought."""

    names: tuple[str, ...]
    """By which it is known, the one it goes by now first: a feed's own address; then those that it had before, which lead there
    for good now. Compared as text."""
    site: str = ""
    """The address of the site it is of, as its channel's link: a site's export and its feed are one source; '' if it says none.
    Compared without its scheme, 'www.' and its last slash."""
    whole: bool = False
    """Whether it is an export of the site, and not a feed: it completes what the feed brought, and a feed never changes what it
    brought."""
    address: str = ""
    """Where it was fetched from, without what may be a secret; '' for a file. A feed says itself what it is called: where one of
    this name was fetched from another host before, it is taken for another feed, and a warning tells so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedAs:
    """What is kept of where an article or a comment came from, to compare the source's next words with.

    `said` and `kept` are short digests, in an order of the store's own: of what the source said of each field last, and of what
    was kept of it here.
    """

    source: ImportSource
    guid: str
    """The source's own."""
    said: str
    kept: str


class NameOf(StrEnum):
    """What articles name has a name of its own, which no article brings a second time."""

    AUTHOR = "author name"
    AUTHOR_URL = "author url"
    SECTION = "section title"
    SECTION_DESCRIPTION = "section description"
    TAG = "tag name"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidName:
    """What a source calls an author, a section or a tag, or says of it."""

    of: NameOf
    key: str
    """Slug, or path."""
    said: str
    before: str | None = None
    """What the source said in an earlier import, where an earlier release did not note it; None = nobody knows."""
    makeshift: str | None = None
    """What stands in its place where an article alone names it: nobody's word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedName:
    """What became of a name that its source says otherwise than it stands here."""

    name: SaidName
    so_far: str
    is_conflict: bool = False
    """Whether it was changed here as well, and stands as it is here."""


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
    other_guid: str = ""
    """What its source would call it as well, where its guid is another article's there."""
    source: ImportSource | None = None
    """Whose guid it is; None = it is this newsroom's own, and is taken over as it stands."""
    said: Mapping[str, str | None] = field(default_factory=dict)
    """What the source says of a field, where the article holds what was made of it: by the field's name its words as they came,
    which another release does not read otherwise; None = it says nothing of it (this time). Of a field that is not named here
    the source says what the article holds."""
    said_in_comments: Mapping[str, str] = field(default_factory=dict)
    """The same of the texts of comments, by their guids."""
    all_comments: bool = False
    """Whether these are all comments that the source has on it: one that it brought, and that is not among them, is gone there."""
    again: bool = False
    """Whether these are words of an earlier import, read with what a later one brought: nothing is added by them."""
    left_out: str = ""
    """Why it is not added where it is not here yet, as 'trash'; '' = it is."""
    former_page: str = ""
    """By what a page is known that it was, if it was one (see `PageRecord.origin`): that is no more."""
    receipt: str = ""
    """What whoever reads the source wants to be given back of it (see `Transfer.get_receipts`); '' = nothing."""
    imported: tuple[ImportedAs, ...] = ()
    """Of an article of this newsroom's own: from where it came."""
    imported_comments: tuple[ImportedAs, ...] = ()
    """From where its comments came; `guid` is the comment's in this record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontRecord:
    """What the newsroom put where, in its order."""

    navigation: tuple[str, ...] = ()
    """Paths of sections."""
    pinned: tuple[str, ...] = ()
    """Guids of articles."""


class Outcome(StrEnum):
    """What an import did with one article."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What an import did with one record."""

    outcome: Outcome
    conflicts: tuple[str, ...] = ()
    """Fields that were changed here and by the source, and stand as they are here: 'headline', 'comment by Ann'."""
    comments_added: int = 0
    comments_changed: int = 0
    """Edited or decided otherwise by the source."""
    comments_trashed: int = 0
    """Of `comments_changed`, those that are in the trash now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What an import did with a batch."""

    kept: tuple[Kept, ...] = ()
    """Of each record, in order."""
    warnings: tuple[str, ...] = ()
    """Sentences about its sources."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRun:
    """One import, from its beginning to its end."""

    key: str
    """Tells it from all others: random."""
    kind: str
    """What a person calls the file: 'WordPress export (WXR)'."""
    name: str
    """Of the file, or its address without what may be a secret."""
    theirs: bool = False
    """Whether the source is right where it and the newsroom changed the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastImport:
    """An import that wrote something."""

    id: int
    at: datetime
    """When it first wrote."""
    kind: str
    name: str
    counts: Mapping[str, int]
    """What its summary counted, by words: 'added', 'changed'; empty if it was cut short."""
    undone_at: datetime | None = None


UndoPlace = tuple[int, str]
"""How far an undo has come: which kind of thing it is at, and the last one's key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What a step of an undo did."""

    withdrawn: int = 0
    """Articles that the import had added."""
    restored: int = 0
    """Articles that it had changed."""
    comments: int = 0
    """Comments that it had added, or changed."""
    sections: int = 0
    pages: int = 0
    """Pages that it had added, or changed."""
    addresses: int = 0
    """Aliases that are no more, and former sites of which less is known, or nothing."""
    bans: int = 0
    """Lifted."""
    front: int = 0
    """The navigation, what is pinned: as it was."""
    kept: tuple[tuple[str, str], ...] = ()
    """What was left as it is, and why: its name, and a few words."""
    onward: UndoPlace | None = None
    """Where the next step begins; None at the end."""


@dataclass(frozen=True, slots=True)
class Alias:
    """A path that leads elsewhere: to a list, where the newsroom was before ('/?cat=7'), or wherever the newsroom wants."""

    path: str
    """Unencoded, with its last slash; one with a query has that as it was written, and no last slash before it: '/old.php?id=7'."""
    page: str
    """A path of this site, unencoded, which may be followed by a query and a fragment as they are written; or an absolute URL."""
    site: str = field(default="", compare=False)
    """Of an import, the former site that had the path, by its address; else ''. It is not kept with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirected:
    """What became of a redirect that was wanted."""

    outcome: Outcome | None
    """None: it is not kept."""
    alias: Alias
    """As it is kept: where it ends."""
    why: str = ""
    """Why it is not kept."""

    @classmethod
    def kept(cls, alias: Alias, *, is_new: bool) -> "Redirected":
        return cls(outcome=Outcome.ADDED if is_new else Outcome.CHANGED, alias=alias)

    @classmethod
    def same(cls, alias: Alias) -> "Redirected":
        return cls(outcome=Outcome.UNCHANGED, alias=alias)

    @classmethod
    def taken(cls, alias: Alias, what: str) -> "Redirected":
        return cls(outcome=None, alias=alias, why=f"{alias.path} leads to {what}, which stands there")

    @classmethod
    def loop(cls, alias: Alias) -> "Redirected":
        return cls(outcome=None, alias=alias, why=f"{alias.page} leads back to {alias.path}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSource:
    """A feed that was imported from its URL, and what its server said of it then: '' where it said nothing."""

    url: str
    etag: str = ""
    last_modified: str = ""
    """Both verbatim, to be sent back so (RFC 9110, section 13.1)."""
    placement: str = ""
    """Into which sections its entries went: whoever wants them elsewhere must not be told that nothing changed."""
