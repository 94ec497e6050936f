"""The log of every write, the scopes that it raises, and what the clock will bring."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
    PAGE = "page"
    SITE = "site"
    PARTNER = "partner"
    TERMS = "terms"
    MEMBER = "member"
    HUB_CHECK = "hub check"


UNSEEN = frozenset({Subject.PARTNER, Subject.TERMS, Subject.MEMBER, Subject.HUB_CHECK})
"""Of a Change about these readers see nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One write, in the order of `seq`. `scopes` are the names of the scopes it raised: () when readers see no difference."""

    seq: int
    at: datetime
    action: Action
    subject: Subject
    subject_id: str
    """The id of an article, a comment, a partner or a set of terms in digits, those of members' keys with spaces between, the
    section's or the page's path, or ''."""
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeState:
    """`version` is the seq of the last Change that raised the scope, 0 if none has.

    `modified_at` is dated two seconds ahead of that Change's time, so that no answer given before its commit can have shown it;
    or the scope's creation (the site's, for a scope without a row). It never goes back: after a Change whose clock had been put
    back it is a second more than it was.
    """

    version: int
    modified_at: datetime
    moved: int = 0
    """The seq of the last Change by which an entry left the scope's list without a tombstone, or its place in it: an older one
    may have come into the window in its stead. 0 = none has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands around the content of every page, as path and title."""

    footer: tuple[tuple[str, str], ...] = ()
    """The first 20 public pages that lie in no other, by path."""
    navigation: tuple[tuple[str, str], ...] = ()
    """The sections that the newsroom put there, in its order; () where it put none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What a read saw: taken in the same transaction as the rows it comes with."""

    seq: int
    """The newest Change in it."""
    scopes: Mapping[str, ScopeState]
    """A state for each scope that was asked for."""
    number: int = 0
    """Of what a set of terms sees: the newest entry of the set's log in it."""
    around: Around = Around()
    """Where the scope of pages was asked for; else it is empty."""

    @property
    def modified_at(self) -> datetime:
        """The largest date of the scopes."""
        return max(state.modified_at for state in self.scopes.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What the clock will bring, as far as is known; None = nothing."""

    next_at: datetime | None
    """When the due-task has something to do next."""
    held_up: tuple[int, ...] = ()
    """Ids of articles whose time has come and that cannot be written: each is tried again later, and stops no other."""
