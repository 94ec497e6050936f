"""What a feed says, whatever its format. Frozen values: the same document always gives the same bytes.

Every URL is absolute and percent-encoded. Every datetime is aware and in UTC. Text is plain text, never markup,
except where a name ends in `_html`.
"""

from collections.abc import Hashable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from hashlib import blake2b

from feeds.licence import Licence
from feeds.validity import LASTING, Validity
from storage.model import Omission, Snapshot, Subject
from storage.scopes import SITE


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    name: str
    url: str = ""
    """The author's page, or ''."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    term: str
    """The section's path or the tag's slug: what is found under the scheme."""
    label: str
    """What a person reads."""
    scheme: str
    """URL of the page under which the term is found: tells sections from tags."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """Media RSS content. `length` in bytes, sides in pixels; 0 = unknown."""

    url: str
    type: str
    length: int
    width: int
    height: int
    alt: str
    caption: str
    credit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """An enclosure. `length` in bytes, `duration` in seconds; 0 = unknown."""

    url: str
    type: str
    length: int
    duration: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """What podcasts say of an entry whose first attachment is sound or film."""

    number: int = 0
    """0 = it has none."""
    season: int = 0
    """The number of its season; 0 = it has none."""
    type: str = ""
    """'full', 'trailer' or 'bonus'; '' where nobody said."""
    explicit: bool = False
    """Not for children, whatever is said of the whole podcast."""
    transcript_url: str = ""
    transcript_type: str = ""
    chapters_url: str = ""
    """Of JSON Chapters."""
    image_url: str = ""
    """A picture of its own, as directories take it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Podcast:
    """What podcasts say of themselves."""

    guid: str
    """A UUID, whatever becomes of its address."""
    author: str
    owner: str = ""
    """Email address by which a directory asks whose it is."""
    image_url: str = ""
    categories: tuple[tuple[str, str], ...] = ()
    """Of Apple's, each with one within it, or ''."""
    explicit: bool = False
    serial: bool = False
    """Episodes are to be heard in the order of their numbers."""
    locked: bool = True
    """No other host may take it over."""
    is_film: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """Where the article comes from: Dublin Core `source`. RSS's own wants the address of a feed."""

    name: str
    url: str
    """Of its site; '' when the newsroom gave none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What tells readers what was wrong."""

    label: str
    """'Correction, 22 March 2023'."""
    text: str
    """Of one line or several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the newsroom wants to be in entries beside the body."""

    photo: bool = True
    """In the text."""
    dateline: bool = True
    """In the text, with the agency."""
    correction: bool = True
    """In the text."""
    enclosure: bool = True
    """The photo is RSS's enclosure of an entry without files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """An article's thread (RFC 4685). `feed_url` has no extension: a format adds its own."""

    count: int
    page_url: str
    feed_url: str
    updated: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InReplyTo:
    """What a comment answers (RFC 4685, section 3): the article, or the parent comment."""

    ref: str
    """Its guid, as given; a format maps it to an IRI exactly as it does `FeedItem.guid`."""
    url: str
    feed_url: str
    """The article's comment feed, without its extension."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """An element that one of the partners asks for, beside what the formats say themselves."""

    prefix: str = ""
    """Of its namespace, as `feeds.formats.extensions.extras` knows it; '' = of none."""
    name: str
    text: str = ""
    children: tuple["Extra", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """One entry."""

    key: Hashable
    """Equal keys mean equal bytes under one site version: what a rendered entry is kept by."""
    seq: int
    """The Change that last moved what readers see of it, be it a section's new title."""
    guid: str
    """Forever; not always an IRI."""
    url: str
    title: str
    """Never empty."""
    summary: str
    """Plain text; may be '': then a format makes one of the text."""
    content_html: str
    """The body alone, sanitised; relative URLs are relative to `url`."""
    published: datetime
    updated: datetime
    """When readers should last have looked at it again (RFC 4287, section 4.2.15)."""
    modified: datetime | None = None
    """When any of it last changed, never before `updated`; None where it did not since."""
    authors: tuple[Person, ...] = ()
    categories: tuple[Category, ...] = ()
    photo: Photo | None = None
    attachments: tuple[Attachment, ...] = ()
    agency: Agency | None = None
    dateline: str = ""
    """The place it was filed from."""
    correction: Correction | None = None
    episode: Episode | None = None
    """Where podcasts are made: of an entry with sound or film, which is its first attachment."""
    shown: Shown = Shown()
    replies: Replies | None = None
    in_reply_to: InReplyTo | None = None
    language: str = ""
    """RFC 5646 tag where it differs from the feed's; else ''."""
    rights: str = ""
    is_excerpt: bool = False
    """What stands in the place of the body is a summary of it."""
    licence: Licence | None = None
    """Of the newsroom, for programs: RSL's module of RSS has it in each item."""
    canonical_url: str = ""
    """Where it was published first, if elsewhere: the address that search engines are to name."""
    digital_source_type: str = ""
    """URI of an IPTC NewsCode that says by what it was made, such as a language model; '' where nobody said."""
    credit_line: str = ""
    """What whoever republishes it must print with it."""
    republish_until: datetime | None = None
    """Whoever republishes it may do so until then."""
    embargoed_until: datetime | None = None
    """Of what the public does not see yet: until when nobody may publish it. Documents for partners alone have any such entry."""
    embargo_line: str = ""
    """The same as a line of text, at the head of what readers are shown; '' where it is not to stand there."""
    versioned: datetime | None = None
    """When what it is now became so: later of each version than of the one before; None: `modified`, else `updated`."""
    extras: tuple[Extra, ...] = ()
    """In RSS and Atom."""
    subject: Subject = Subject.ARTICLE
    id: int = 0
    """With `subject`, what it is the entry of: by these it is named where it cannot be rendered. In no feed's bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedItem:
    """RFC 6721: `guid` was an entry until `when`."""

    guid: str
    when: datetime
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """The documents beside this one: pages of a list, and archives (RFC 5005, sections 3 and 4).

    URLs without extension, '' where there is none.
    """

    first: str = ""
    previous: str = ""
    """Of the newer entries."""
    next: str = ""
    """Of the older ones."""
    current: str = ""
    """The feed that the archive belongs to."""
    previous_archive: str = ""
    next_archive: str = ""

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """(relation, URL) of those there are."""
        pages = (
            ("first", self.first),
            ("previous", self.previous),
            ("next", self.next),
            ("current", self.current),
            ("prev-archive", self.previous_archive),
            ("next-archive", self.next_archive),
        )
        return tuple((rel, url) for rel, url in pages if url)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """A feed. `feed_url` has no extension: a format adds its own ('https://news.example/section/world/feed' + '.rss')."""

    title: str
    description: str
    page_url: str
    """The HTML twin."""
    feed_url: str
    language: str
    updated: datetime
    """The newest `updated` of items and tombstones; of an empty feed, the stored creation time. Never 'now'."""
    items: tuple[FeedItem, ...]
    deleted: tuple[DeletedItem, ...] = ()
    icon_url: str = ""
    icon_size: tuple[int, int] = (0, 0)
    """Width and height in pixels; 0 = unknown."""
    rights: str = ""
    licence_url: str = ""
    """Of the file with the newsroom's licence (RSL 1.0); '' where there is none."""
    paging: Paging = Paging()
    hubs: tuple[str, ...] = ()
    """Who tells subscribers of what changes in it (WebSub), as absolute URLs."""
    cloud: str = ""
    """The same of rssCloud."""
    podcast: Podcast | None = None
    archive: bool = False
    """It is a document of an archive: what is in it changes no more, unless it is corrected (RFC 5005, section 4)."""

    extras: tuple[Extra, ...] = ()
    """In RSS and Atom."""
    analytics_html: str = ""
    """What the newsroom has SmartNews run with each article. In no feed's bytes but SmartNews's."""

    note: str = ""
    """For a person whom a browser shows the feed's source: where to read the same as a page. '' where no page has it."""

    max_age: int = 60
    """Seconds between two polls of whoever goes by the newsroom's shortest interval."""

    snapshot: Snapshot
    """What it was read from: its scopes with their versions and dates."""
    validity: Validity = LASTING
    limit: int | None = None
    """The entries and the tombstones that it shows at most; None: all there are."""
    left: int = 0
    """The Change by which an entry left it without a tombstone, or came into it unchanged; 0 where none is known."""
    omissions: tuple[Omission, ...] = ()
    """What stands among its entries and cannot be read, made or rendered."""

    @property
    def seq(self) -> int:
        """The largest change sequence among the entries and tombstones shown, and of what left it; 0 of an empty feed.

        Where an entry is left out, a smaller one than its own: who has the feed without it has it as it was before, and is sent
        the entry when it can be shown again, whether or not a Change tells of that.

        Never more than what it was read as of: what a set of terms sees may show an entry newer than its list is.
        """
        shown = max([item.seq for item in self.items] + [item.seq for item in self.deleted] + [self.left])
        return max(0, min([shown, self.snapshot.seq, *(one.seq - 1 for one in self.omissions)]))

    @property
    def digest(self) -> bytes:
        """Of all that a format can show: documents of one digest are the same bytes in a format. Entries are told by their keys.

        A twentieth of the time of rendering, also where every entry was rendered before.
        """
        said = [getattr(self, name) for name in _SAID], [item.key for item in self.items]
        return blake2b(repr(said).encode(), digest_size=16).digest()

    @property
    def published(self) -> datetime | None:
        """When its newest entry was; None of an empty feed."""
        return max((item.published for item in self.items), default=None)

    @property
    def delta_floor(self) -> int:
        """The least sequence from which on the changes are all that differs: who has the feed as of this one or a later
        one, rendered in the same way, needs no other entries than those changed since. Who has not any of its entries needs all
        of it.
        """
        if self.limit is None:
            site = self.snapshot.scopes.get(SITE)
            return max(site.moved if site else 0, self._oldest)
        moved = max(state.moved for state in self.snapshot.scopes.values())
        return max(moved, self._oldest, self._refilled(self.limit))

    @property
    def last_withdrawal(self) -> int:
        """The least sequence since which no entry was withdrawn, as far as its tombstone shows."""
        return max((stone.seq for stone in self.deleted), default=0)

    @property
    def window(self) -> int:
        """How many entries it shows, where there are more; 0 where it shows all."""
        return self.limit or 0 if self.paging.next else 0

    @property
    def _oldest(self) -> int:
        return min((item.seq for item in self.items), default=0)

    def _refilled(self, limit: int) -> int:
        """The sequence since which so few entries were withdrawn that no older one came into the window in their stead."""
        if len(self.deleted) >= limit:
            # There may be more of them than are shown.
            return max(state.version for state in self.snapshot.scopes.values())
        withdrawn = sorted((stone.seq for stone in self.deleted), reverse=True)
        spare = max(0, limit - len(self.items) - len(self.omissions))
        return withdrawn[spare] if len(withdrawn) > spare else 0

    def since(self, seq: int) -> "FeedDocument":
        """The feed with only the entries and tombstones that changed after `seq`."""
        return replace(
            self,
            items=tuple(item for item in self.items if item.seq > seq),
            deleted=tuple(item for item in self.deleted if item.seq > seq),
        )


_SAID = tuple(
    field.name for field in fields(FeedDocument) if field.name not in {"items", "snapshot", "validity", "omissions"}
)
"""What formats can show of a document besides its entries: of when it was read, and for how long it is true, they say nothing."""
