"""What an importer is, and what it works with."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from feeds.importers.file import ImportFile
from feeds.importers.markup import plain
from feeds.importers.media import Media
from feeds.importers.report import Report
from feeds.importers.trace import Receipt, Trace
from storage.model import (
    Alias,
    ArticleRecord,
    Ban,
    FormerSite,
    FrontRecord,
    ImportSource,
    PageRecord,
    SaidName,
    Section,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where entries go of what has categories or tags, but no sections of ours: feeds, Ghost."""

    section: str = ""
    """Path of the one in which every entry is to sit; '' for none."""
    categories: Mapping[str, str] = field(default_factory=dict)
    """Paths of sections by the names of categories, compared without regard to case; other categories become tags."""

    def __bool__(self) -> bool:
        return bool(self.section or self.categories)

    def path_of(self, labels: Iterable[str]) -> str | None:
        """The section for a category that has these names, in plain text; None if there is none for it."""
        if not self.categories:
            return None
        known = {plain(category).casefold(): path for category, path in self.categories.items()}
        return next((known[label.casefold()] for label in labels if label.casefold() in known), None)

    def sections(self, categories: Iterable[Sequence[str]]) -> tuple[str, ...]:
        """The sections of an entry that has these categories, each once; the one for all leads."""
        found = (self.section, *map(self.path_of, categories))
        return tuple(dict.fromkeys(path for path in found if path))


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What an importer works with."""

    zone: ZoneInfo
    """The newsroom's: decides the day of an article."""
    language: str
    """The newsroom's; an article in it carries none of its own."""
    now: datetime
    """When the import began: the creation time of what has none."""
    media: Media
    report: Report
    placement: Placement = field(default_factory=Placement)
    sections: tuple[str, ...] = ()
    """Paths of the newsroom's, before the import."""
    aliases: tuple[Alias, ...] = ()
    """Those that earlier imports left."""
    tags_from: frozenset[str] = frozenset()
    """Taxonomies of the old site's own whose terms become tags."""
    strip_shortcodes: bool = False
    """Whether shortcodes of plugins are taken out of bodies; else they stay as they were typed."""
    trace: Trace = field(default_factory=Trace)
    """The report's and the media folder's as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """An article as its source has it, of which the store may know all that would be made of it."""

    source: ImportSource
    guid: str
    discover: Callable[[], Iterable[Section]]
    """Sections that no list named, which come before it. Called first, whether it is read or not, in the order of articles."""
    digest: Callable[[], str]
    """Of all that decides what is made of it but for what it asks the desk's trace; '' where that is to be made each time."""
    read: Callable[[], ArticleRecord]
    receipt: Receipt | None = None
    """Of one that is in no file of this import, and was remembered: what decided what was made of it. While that is the same it is
    passed over."""
    left: Callable[[], Iterable["Remember"]] = tuple
    """What is to be remembered of it. Called after `read`, with what that asked in the trace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remember:
    """What a later import of a source is to know, by a name (see `Transfer.remember`)."""

    source: ImportSource
    name: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """Asks for what is remembered of a source: `take` is given all of it, some at a time, before the importer reads on."""

    source: ImportSource
    take: Callable[[Iterable[tuple[str, str]]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a source calls what its articles name."""

    source: ImportSource
    name: SaidName


Imported = (
    Section
    | Alias
    | PageRecord
    | ArticleRecord
    | FormerSite
    | Ban
    | FrontRecord
    | Remember
    | Recall
    | Named
    | tuple[Unread, ...]
)
"""What files hold, and ask for. Articles that are not read come several together: the store is asked once for all of them."""


def in_full(things: Iterable[Imported]) -> Generator[Imported, None, None]:
    """The same things, each article read."""
    for thing in things:
        if not isinstance(thing, tuple):
            yield thing
            continue
        for unread in thing:
            yield from unread.discover()
            yield unread.read()


class Importer(Protocol):
    """Reads one kind of file."""

    name: str
    """What a person calls such a file."""
    takes_placement: bool
    """Whether it looks at the desk's placement: its files bring no sections of their own."""
    tells_addresses: bool
    """Whether it reads a WordPress site, be it as its readers see it: its links tell of what the site's addresses are made."""

    def recognises(self, head: str) -> bool:
        """Whether a file that begins with these characters (up to 65,536) is one of them."""

    def read(self, source: ImportFile, desk: Desk) -> Generator[Imported, None, None]:
        """What the file holds, sections before the articles in them, in constant memory.

        What does not come over is told to the desk's report. Raises ImportRefused for a file that cannot be read on.
        """


@runtime_checkable
class ImporterOfParts(Importer, Protocol):
    """Reads a kind of file that comes in parts, each of which may speak of what stands in another."""

    def read_parts(self, sources: Sequence[ImportFile], desk: Desk) -> Generator[Imported, None, None]:
        """As `read`, of all parts; their order does not matter."""
