"""What partners have taken of what they may show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from storage.model.partners import PartnerRead


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerVisit:
    """That a partner was here."""

    at: datetime
    """Last."""
    set_id: int
    """Of the terms that it had then."""
    since: datetime | None = None
    """Its first pick-up on these terms; None: there was none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownArticles:
    """What an answer within a set of terms showed: whoever has the answer has what the set was told of these articles till then."""

    set_id: int
    number: int
    """Of the newest entry of the set's log when it was read."""
    articles: tuple[int, ...] = ()
    """Ids."""
    withdrawn: tuple[str, ...] = ()
    """Guids of those of which it said that they are gone."""
    listed: str = ""
    """The scope of the list whose newest entries it showed; '' where it was no such list of articles."""
    down_to: datetime | None = None
    """It showed all in the list that was published after this; None: all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerPickup:
    """That a partner has what the log of its set told of an article."""

    article_id: int
    """0: of all articles."""
    number: int
    """Up to this entry."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerNotes:
    """What a worker saw of partners, by their ids."""

    visits: Mapping[int, PartnerVisit] = field(default_factory=dict)
    reads: Mapping[int, PartnerRead] = field(default_factory=dict)
    """How far they have come in the logs of their sets."""
    taken: tuple[tuple[ShownArticles, Mapping[int, datetime]], ...] = ()
    """Answers, with who took each when."""
