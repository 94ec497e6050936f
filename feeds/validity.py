"""Time is an event, too: between which instants a document's bytes stay as they are, while nobody writes."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """What the clock alone does to a document. All instants are in UTC; None where there is none."""

    since: datetime | None = None
    """The last instant at which it changed unwritten: its date is this one where it is later than the scopes'."""
    until: datetime | None = None
    """The next instant at which it changes unwritten; no cache keeps it longer."""
    finished: bool = False
    """It is of a day, month or year that is over in the newsroom's time zone: it may be kept for longer."""

    @classmethod
    def turning(cls, now: datetime, *instants: datetime | None, finished: bool = False) -> "Validity":
        """Of a document whose bytes change at each of these instants: those that are past, and those to come."""
        known = [instant for instant in instants if instant is not None]
        return cls(
            since=max((instant for instant in known if instant <= now), default=None),
            until=min((instant for instant in known if instant > now), default=None),
            finished=finished,
        )

    @classmethod
    def ending(cls, now: datetime, ends: datetime) -> "Validity":
        """Of a document of a period, whose bytes do not change at its end: it is finished from then on."""
        return cls(until=ends) if now < ends else cls(finished=True)

    def __and__(self, other: "Validity") -> "Validity":
        """Of a document that is made of both: valid for as long as both are."""
        return Validity(
            since=max((instant for instant in (self.since, other.since) if instant), default=None),
            until=min((instant for instant in (self.until, other.until) if instant), default=None),
            finished=self.finished or other.finished,
        )


LASTING = Validity()
"""Of what no clock changes."""
