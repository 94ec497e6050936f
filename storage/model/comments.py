"""Readers' replies, and what the reply rules ask."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from storage.model.bans import Ban


class CommentStatus(StrEnum):
    """A comment is shown only while it is approved and its article is public."""

    PENDING = "pending"
    APPROVED = "approved"
    SPAM = "spam"
    TRASH = "trash"


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
    network_hash: str = field(default="", repr=False)
    """The same of the network that the address is in, forgotten with it."""
    held_why: str = ""
    """Why the rules did not show it when it came, a reason a line: for moderators alone; '' where they did, or it is not known."""
    newsroom: bool = False
    """Whether the newsroom itself wrote it."""
    version: int = 0
    seq: int = 0
    """The sequence of the last Change that moved what readers see of its entry, which names its article and its parent."""
    gone_at: datetime | None = None

    @property
    def erased(self) -> bool:
        """Whether its author was forgotten and it with them: there is nothing left to show."""
        return not self.author_name and not self.body_html


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentHistory:
    """What the reply rules ask before a comment is kept. Emails are compared without regard to case."""

    approved_before: bool
    """A comment with this email and this author's name is approved: the author is known. Names are compared without regard to
    case, to how letters are made up and to how much space there is; who gave no email is never known."""
    last_at: datetime | None
    """When this email or IP hash last wrote, whatever became of it; an empty one is nobody's."""
    standing: frozenset[int | None]
    """The comments on the article, by id, that the same text of the same author and email answers already; None for the top
    level. What is in the trash does not count."""
    lineage: tuple[Comment, ...]
    """The comment replied to, after those that it answers itself, from the top; () when none was named or there is no such
    comment on the article. Of more than 100, those in the middle are left out."""
    bans: tuple[Ban, ...] = ()
    """That it falls under: those whose keys were asked for."""

    @property
    def parent(self) -> Comment | None:
        return self.lineage[-1] if self.lineage else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How many comments of a reader were anonymised, and how many erased; what became of bans."""

    anonymised: int = 0
    erased: int = 0
    lifted: int = 0
    """Bans on the reader's email and addresses."""
    named: frozenset[int] = frozenset()
    """Bans on names under which the reader wrote: they stand, for others may have these names."""
