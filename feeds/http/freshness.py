"""Freshness (RFC 9111, section 4.2): of what date an answer is, until when it is true, and how long who may keep it."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from feeds.validity import Validity
from storage.model import Snapshot

QUIET = 10
"""It may wait for a tenth of the time that it has been quiet: so nobody learns of a change later than that."""
_SECOND = timedelta(seconds=1)
_NEVER = datetime.max.replace(tzinfo=UTC)


def ages(least: int, most: int) -> tuple[int, ...]:
    """The steps, in seconds: the least, then each twice the one before, then the most, if that is more.

    A step is reached where it has been quiet for QUIET times as long.
    """
    steps = [least]
    while 0 < 2 * steps[-1] < most:
        steps.append(2 * steps[-1])
    if 0 < steps[-1] < most:
        steps.append(most)
    return tuple(steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class CachePolicy:
    """What Cache-Control says of an answer, whenever it is given (RFC 9111, section 5.2.2)."""

    max_ages: tuple[int, ...]
    """Seconds that a client may keep it: as `ages` makes them, by how long it has been quiet."""
    private: bool = False
    """It is for whoever holds the same entitlements alone, and no shared cache keeps it."""
    shared_max_age: int = 0
    """Seconds that a cache in front may keep it that can be told to forget it; 0: as long as a client."""

    @classmethod
    def of(cls, max_age: int, *, most: int = 0, private: bool = False) -> "CachePolicy":
        """`max_age`: seconds that a client may keep it; they grow to `most`, if that is more, while it is quiet."""
        return cls(max_ages=ages(max_age, most), private=private)

    def cache_control(self, max_age: int) -> bytes:
        """The value of Cache-Control, with so many seconds."""
        return b"%b, max-age=%d" % (b"private" if self.private else b"public", max_age)


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """Of a representation: its date, how long it is valid, and who may keep it for how long."""

    modified_at: datetime
    """The largest date of the scopes, or the last instant at which it changed unwritten."""
    valid_until: datetime | None
    policy: CachePolicy
    settled_at: datetime = field(init=False)
    """From when on Last-Modified shows the true date: the second of the change is over."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "settled_at", self.modified_at.replace(microsecond=0) + _SECOND)

    @classmethod
    def of(cls, snapshot: Snapshot, validity: Validity, policy: CachePolicy) -> "Freshness":
        """Of what was read from a snapshot."""
        dates = (snapshot.modified_at, validity.since)
        return cls(
            modified_at=max(date for date in dates if date is not None), valid_until=validity.until, policy=policy
        )

    def is_valid(self, now: datetime) -> bool:
        return self.valid_until is None or now < self.valid_until

    def at(self, now: datetime) -> "Stated":
        """What the fields of an answer say at an instant. All at once: a poll that nobody sent before asks for all of it."""
        max_ages, valid_until, shared = self.policy.max_ages, self.valid_until, self.policy.shared_max_age
        quiet = (now - self.modified_at) // _SECOND
        step = max(0, bisect_right(max_ages, quiet // QUIET) - 1)
        max_age, until = max_ages[step], _NEVER
        if valid_until is not None:
            until = valid_until - timedelta(seconds=max(max_age, shared))
            if now > until:
                # Cut by what everybody knows to come alone, such as the end of a day: an article that waits is not told.
                left = max(0, (valid_until - now) // _SECOND)
                max_age, shared = min(max_age, left), min(shared, left)
                until = valid_until - timedelta(seconds=left)
        if step + 1 < len(max_ages):
            until = min(until, self.modified_at + timedelta(seconds=QUIET * max_ages[step + 1]))
        if now >= self.settled_at:
            return Stated(max_age, shared, self.settled_at, until)
        second = now.replace(microsecond=0)
        return Stated(max_age, shared, second, min(until, second + _SECOND))


class Stated(NamedTuple):
    """What the fields of an answer depend on, besides its representation."""

    max_age: int
    """Seconds, rounded down: better a poll too many than one too late."""
    shared_max_age: int
    """The same for a cache in front; 0 also where nothing is said of that."""
    shown_at: datetime
    """What Last-Modified depends on: the second of Date, until it is settled."""
    until: datetime
    """Until when they say the same, but for that instant itself: while they are cut, the end of the second."""
