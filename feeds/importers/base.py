"""What an importer is, and what it tells of its work."""

from collections import Counter
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from feeds.clean.text import shorten
from feeds.importers.file import ImportFile
from feeds.importers.media import Media
from storage.model import Alias, ArticleRecord, ArticleStatus, CommentStatus, Outcome, Section

NAMED = 100
"""How many of a kind are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that did not come over as it was, and why. Both are plain text."""

    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Notes:
    named: tuple[Note, ...] = ()
    more: int = 0
    """How many there are besides those named."""

    def __len__(self) -> int:
        return len(self.named) + self.more


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What an import did. The counts of comments, drafts and redirects are of what the file holds, kept before or not."""

    source: str
    """The importer's name."""
    added: int
    changed: int
    unchanged: int
    drafts: int
    scheduled: int
    comments: Mapping[CommentStatus, int]
    sections: int
    """New ones."""
    redirects: int
    """Former paths that lead to an article or a list."""
    pictures_copied: int
    pictures_missing: int
    made_drafts: Notes
    """Readers saw them, or a few did, or an editor waited for them: they are drafts now."""
    cut: Notes
    """What is here, without all that it had: an article may have so much of each."""
    left_out: Notes
    """What a newsroom's feeds have no place for."""
    refused: Notes
    """What was wrong."""

    @property
    def articles(self) -> int:
        return self.added + self.changed + self.unchanged


@dataclass(slots=True)
class NoteTaker:
    """Notes in the making: the first are kept, the others counted, so that memory stays bounded."""

    named: list[Note] = field(default_factory=list)
    more: int = 0

    def add(self, title: str, why: str) -> None:
        if len(self.named) < NAMED:
            self.named.append(Note(shorten(title, 20)[:200], why))
        else:
            self.more += 1

    def notes(self) -> Notes:
        return Notes(tuple(self.named), self.more)


@dataclass(slots=True)
class Report:
    """A summary in the making."""

    made_drafts: NoteTaker = field(default_factory=NoteTaker)
    cut: NoteTaker = field(default_factory=NoteTaker)
    left_out: NoteTaker = field(default_factory=NoteTaker)
    refused: NoteTaker = field(default_factory=NoteTaker)
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    comments: Counter[CommentStatus] = field(default_factory=Counter)
    drafts: int = 0
    scheduled: int = 0
    sections: int = 0
    redirects: int = 0

    def count(self, record: ArticleRecord, outcome: Outcome, now: datetime) -> None:
        """Count a record that the store has kept."""
        self.outcomes[outcome] += 1
        self.redirects += len(record.old_paths)
        self.comments.update(comment.status for comment in record.comments)
        public_at = record.article.public_at
        self.drafts += record.article.status is ArticleStatus.DRAFT
        self.scheduled += public_at is not None and public_at > now

    def summary(self, source: str, media: Media) -> Summary:
        return Summary(
            source=source,
            added=self.outcomes[Outcome.ADDED],
            changed=self.outcomes[Outcome.CHANGED],
            unchanged=self.outcomes[Outcome.UNCHANGED],
            drafts=self.drafts,
            scheduled=self.scheduled,
            comments={status: self.comments[status] for status in CommentStatus},
            sections=self.sections,
            redirects=self.redirects,
            pictures_copied=media.copied,
            pictures_missing=media.missing,
            made_drafts=self.made_drafts.notes(),
            cut=self.cut.notes(),
            left_out=self.left_out.notes(),
            refused=self.refused.notes(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where a feed's entries go: feeds have categories, but no sections of ours."""

    section: str = ""
    """Path of the one in which every entry is to sit; '' for none."""
    categories: Mapping[str, str] = field(default_factory=dict)
    """Paths of sections by the names of categories, compared without regard to case; other categories become tags."""

    def __bool__(self) -> bool:
        return bool(self.section or self.categories)


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


Imported = Section | Alias | ArticleRecord
"""What files hold."""


class Importer(Protocol):
    """Reads one kind of file."""

    name: str
    """What a person calls such a file."""
    takes_placement: bool
    """Whether it looks at the desk's placement: its files bring no sections of their own."""

    def recognises(self, head: str) -> bool:
        """Whether a file that begins with these characters (up to 65,536) is one of them."""

    def read(self, source: ImportFile, desk: Desk) -> Generator[Imported, None, None]:
        """What the file holds, sections before the articles in them, in constant memory.

        What does not come over is told to the desk's report. Raises ImportRefused for a file that cannot be read on.
        """
