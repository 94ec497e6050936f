"""A representation: the bytes of one feed or page, its validators, and what they depend on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple

from feeds.http.ages import QUIET, ages
from feeds.http.conditional import http_date, last_modified, not_modified
from feeds.http.delta import Base, Terms
from feeds.http.negotiation import ETAG_SUFFIX, Coding
from storage.model import Snapshot

Fields = tuple[tuple[bytes, bytes], ...]
"""Header fields, names in lower case."""
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True, eq=False, kw_only=True, weakref_slot=True)
class Representation:
    """Made by `represent`. All but `bodies` and the cache's marks is fixed.

    `bodies` holds the bytes per coding; the cache fills it on demand and may empty it: the validators outlive the bytes.
    """

    tag: str
    """The strong validator without quotes and coding."""
    media_type: str
    modified_at: datetime
    """The largest date of the scopes, or the last instant at which it changed unwritten."""
    scopes: frozenset[str]
    seq: int
    """The newest Change that the snapshot saw."""
    valid_until: datetime | None
    max_ages: tuple[int, ...]
    """Seconds that a client may keep it, before `valid_until` cuts them: as `feeds.http.ages` makes them, by how long it has been
    quiet."""
    fields: Fields
    """Further header fields, on 200 and 304 alike."""
    delta: Terms | None
    """On which the changes alone can be had (`feeds.http.delta`); None: never."""
    bodies: dict[Coding, bytes] = field(default_factory=dict)
    tails: dict[tuple[Coding, bool, int, datetime], bytes] = field(default_factory=dict)
    """For the server's fast path: header fields as bytes by coding, whether it is a 304, max-age, and `shown_at`."""
    settled_at: datetime = field(init=False)
    """From when on Last-Modified shows the true date: the second of the change is over."""
    is_kept: bool = False
    """Whether it is what the cache has, and not yet forgotten."""
    was_asked: bool = False
    """Whether it was, since the cache last looked for what to evict."""

    def __post_init__(self) -> None:
        self.settled_at = self.modified_at.replace(microsecond=0) + timedelta(seconds=1)

    def etag(self, coding: Coding) -> str:
        return f'"{self.tag}{ETAG_SUFFIX[coding]}"'

    def is_valid(self, now: datetime) -> bool:
        return self.valid_until is None or now < self.valid_until

    def is_settled(self, now: datetime) -> bool:
        return now >= self.settled_at

    def shown_at(self, now: datetime) -> datetime:
        """What Last-Modified depends on: the second of Date, until it is settled."""
        return self.settled_at if self.is_settled(now) else now.replace(microsecond=0)

    def same_date_until(self, now: datetime) -> datetime:
        """Until when Last-Modified is what it is now."""
        return _NEVER if self.is_settled(now) else now.replace(microsecond=0) + timedelta(seconds=1)

    def gives_changes_since(self, base: Base) -> bool:
        """Whether who has the feed so can be sent the changes since alone."""
        return self.delta is not None and self.delta.are_met_by(base) and base.seq <= self.seq

    def max_age_at(self, now: datetime) -> int:
        """Seconds, rounded down: better a poll too many than one too late.

        It is cut by what everybody knows to come alone, such as the end of a day: an article that waits for its time is not told.
        """
        max_age = self.max_ages[self._step(now)]
        if self.valid_until is None:
            return max_age
        return min(max_age, max(0, int((self.valid_until - now).total_seconds())))

    def same_age_until(self, now: datetime) -> datetime:
        """Until when `max_age_at` is what it is now; an instant that is past while it is cut."""
        step = self._step(now)
        cut = _NEVER if self.valid_until is None else self.valid_until - timedelta(seconds=self.max_ages[step])
        return cut if step + 1 == len(self.max_ages) else min(cut, self._reached_at(step + 1))

    def _step(self, now: datetime) -> int:
        last = len(self.max_ages) - 1
        return next((step for step in range(last, 0, -1) if now >= self._reached_at(step)), 0)

    def _reached_at(self, step: int) -> datetime:
        return self.modified_at + timedelta(seconds=QUIET * self.max_ages[step])


def represent(
    body: bytes,
    *,
    media_type: str,
    snapshot: Snapshot,
    seq: int,
    max_age: int,
    most: int = 0,
    valid_until: datetime | None = None,
    changed_at: datetime | None = None,
    fields: Iterable[tuple[bytes, bytes]] = (),
    delta: Terms | None = None,
    whole: bytes | None = None,
) -> Representation:
    """`seq` is the largest among the entries shown: with the digest it makes the validator, the same on every host.

    `max_age`: seconds that a client may keep it; they grow to `most`, if that is more, while it is quiet.
    `whole`: where `body` is a delta, the bytes that it leads to, whose validator it carries (RFC 3229, section 10.4.1).
    """
    modified_at = snapshot.modified_at
    digest = blake2b(body if whole is None else whole, digest_size=12).hexdigest()
    return Representation(
        tag=f"{seq:x}-{delta.told if delta else ''}{digest}",
        media_type=media_type,
        modified_at=max(modified_at, changed_at) if changed_at else modified_at,
        scopes=frozenset(snapshot.scopes),
        seq=snapshot.seq,
        valid_until=valid_until,
        max_ages=ages(max_age, most),
        fields=tuple(fields),
        delta=delta,
        bodies={Coding.IDENTITY: body},
    )


class Answer(NamedTuple):
    """`body` is None when the status has none to send; for HEAD the caller leaves it out."""

    status: int
    fields: Fields
    body: bytes | None


def answer(
    representation: Representation,
    coding: Coding,
    *,
    if_none_match: str | None,
    if_modified_since: str | None,
    now: datetime,
) -> Answer | None:
    """200 or 304 for a GET or HEAD (RFC 9110, sections 13.2.2 and 15.4.5); None if the body in that coding is not at hand."""
    etag = representation.etag(coding)
    unmodified = not_modified(
        if_none_match, if_modified_since, etag=etag, modified_at=representation.modified_at, now=now
    )
    body = None if unmodified else representation.bodies.get(coding)
    if body is None and not unmodified:
        return None
    cache_control = b"public, max-age=%d" % representation.max_age_at(now)
    general = _general_fields(representation, coding, now, cache_control)
    if body is None:
        return Answer(304, general, None)
    return Answer(200, _content_fields(representation, coding, body) + general, body)


def delta_answer(delta: Representation, coding: Coding, *, now: datetime) -> Answer:
    """226 for a GET with changes alone, whose body in that coding is at hand (RFC 3229, sections 10.4.1 and 10.5.2).

    Only whoever has the same base can use it, so no cache keeps it that does not know what IM means.
    """
    body = delta.bodies[coding]
    general = _general_fields(delta, coding, now, b"no-store, im")
    return Answer(226, (*_content_fields(delta, coding, body), *general, (b"im", b"feed")), body)


def _general_fields(representation: Representation, coding: Coding, now: datetime, cache_control: bytes) -> Fields:
    return (
        (b"etag", representation.etag(coding).encode()),
        (b"last-modified", http_date(last_modified(representation.modified_at, now)).encode()),
        (b"cache-control", cache_control),
        (b"vary", b"accept-encoding"),
        *representation.fields,
    )


def _content_fields(representation: Representation, coding: Coding, body: bytes) -> Fields:
    content: Fields = (
        (b"content-type", representation.media_type.encode()),
        (b"content-length", b"%d" % len(body)),
    )
    return content if coding is Coding.IDENTITY else (*content, (b"content-encoding", coding.encode()))
