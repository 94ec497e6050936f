"""A representation: the bytes of one feed or page, its validators, what they depend on, and the answers made of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from http import HTTPStatus
from typing import NamedTuple

from feeds.http.conditional import http_date, last_modified
from feeds.http.delta import Base, Terms
from feeds.http.freshness import CachePolicy, Freshness
from feeds.http.negotiation import ETAG_SUFFIX, Coding
from feeds.http.shared_cache import SharedCache
from feeds.metrics.traffic import Size
from feeds.validity import Validity
from storage.model import ShownArticles, Snapshot

Fields = tuple[tuple[bytes, bytes], ...]
"""Header fields, names in lower case."""
_DIGEST_SIZE = 12
"""Bytes."""


class Answer(NamedTuple):
    """`body` is None when the status has none to send; for HEAD the caller leaves it out."""

    status: int
    fields: Fields
    body: bytes | None


def common_fields(now: datetime) -> Fields:
    """What every answer carries, whatever it is: Date (RFC 9110, section 6.6.1), and the order not to guess at types."""
    return ((b"date", http_date(now).encode()), (b"x-content-type-options", b"nosniff"))


class CacheKey(NamedTuple):
    """What names one representation, but for its coding."""

    target: str
    """The path, or the path and the query that names its document; in the one spelling that links have."""
    entitlements: str = ""
    """For whom it is: a name of the set of what a reader may see, never of the reader; '' is what anybody may."""
    since: int | None = None
    """Of the changes alone after a sequence; None of all of it."""


@dataclass(slots=True, eq=False, kw_only=True, weakref_slot=True)
class Representation:
    """Made by `represent`. All but `bodies`, the cache's marks and who took it is fixed.

    `bodies` holds the bytes per coding; the cache fills it on demand and may empty it: the validators outlive the bytes.
    """

    tag: str
    """The strong validator without quotes and coding."""
    media_type: str
    freshness: Freshness
    scopes: frozenset[str]
    seq: int
    """The newest Change that the snapshot saw."""
    fields: Fields
    """Further header fields, on 200 and 304 alike."""
    delta: Terms | None
    """On which the changes alone can be had (`feeds.http.delta`); None: never."""
    key_fields: Fields = ()
    """Header fields for a cache in front alone: what this depends on, as keys."""
    vary: bytes = b"accept-encoding"
    """The fields of requests by which answers differ at this address."""
    bodies: dict[Coding, bytes] = field(default_factory=dict)
    source: bytes = b""
    """What the bytes were rendered of, as `FeedDocument.digest` tells it; b'' where that is not known."""
    sizes: dict[Coding, Size] = field(default_factory=dict)
    """How many bytes the bodies had that were made: they outlive these."""
    tails: dict[tuple[Coding, HTTPStatus, int, int, datetime], bytes] = field(default_factory=dict)
    """For the server's fast path: header fields as bytes by coding, status, and what `Stated` says of ages and date."""
    is_kept: bool = False
    """Whether it is what the cache answers from, until a change makes it doubtful."""
    was_asked: bool = False
    """Whether it was, since the cache last looked for what to evict."""
    shown: ShownArticles | None = None
    """Of partners': what whoever has it has."""
    takers: set[int] = field(default_factory=set)
    """Ids of partners of which it is noted that they have it."""

    @property
    def digest(self) -> str:
        """Of the uncompressed bytes; of a delta's, those of what it leads to."""
        return self.tag[-2 * _DIGEST_SIZE :]

    def etag(self, coding: Coding) -> str:
        return f'"{self.tag}{ETAG_SUFFIX[coding]}"'

    def size_in(self, coding: Coding) -> Size:
        """The same from now on, whenever the body is made."""
        return self.sizes.setdefault(coding, Size())

    def unsent(self, status: int, coding: Coding, sent: int = 0) -> Size:
        """What an answer to a GET spares beside its body of so many bytes: of a 304 the whole body, of a 226, whose whole is this,
        the rest of it, of a 200 what compression does.
        """
        if status == HTTPStatus.NOT_MODIFIED:
            return self.size_in(coding)
        whole = Coding.IDENTITY if status == HTTPStatus.OK else coding
        return Size(max(0, self.size_in(whole).bytes - sent))

    def gives_changes_since(self, base: Base) -> bool:
        """Whether who has the feed so can be sent the changes since alone."""
        return self.delta is not None and self.delta.are_met_by(base) and base.seq <= self.seq

    def answer(self, status: HTTPStatus, coding: Coding, now: datetime) -> Answer | None:
        """200 or 304 (RFC 9110, section 15.4.5) at an instant; None if the body in that coding is not at hand."""
        policy, stated = self.freshness.policy, self.freshness.at(now)
        general = self._general_fields(coding, now, policy.cache_control(stated.max_age))
        if policy.shared_max_age:
            general += ((b"cdn-cache-control", b"max-age=%d" % stated.shared_max_age),)
        general += self.key_fields
        if status == HTTPStatus.NOT_MODIFIED:
            return Answer(status, general, None)
        body = self.bodies.get(coding)
        return None if body is None else Answer(status, self._content_fields(coding, body) + general, body)

    def answer_delta(self, coding: Coding, now: datetime) -> Answer:
        """226 of what is the changes alone, whose body in that coding is at hand (RFC 3229, sections 10.4.1 and 10.5.2).

        Only whoever has the same base can use it, so no cache keeps it that does not know what IM means.
        """
        body = self.bodies[coding]
        general = self._general_fields(coding, now, b"no-store, im")
        return Answer(HTTPStatus.IM_USED, (*self._content_fields(coding, body), *general, (b"im", b"feed")), body)

    def _general_fields(self, coding: Coding, now: datetime, cache_control: bytes) -> Fields:
        return (
            (b"etag", self.etag(coding).encode()),
            (b"last-modified", http_date(last_modified(self.freshness.modified_at, now)).encode()),
            (b"cache-control", cache_control),
            (b"vary", self.vary),
            *self.fields,
        )

    def _content_fields(self, coding: Coding, body: bytes) -> Fields:
        content: Fields = (
            (b"content-type", self.media_type.encode()),
            (b"content-length", b"%d" % len(body)),
        )
        return content if coding is Coding.IDENTITY else (*content, (b"content-encoding", coding.encode()))


def represent(
    body: "bytes | Representation",
    *,
    media_type: str,
    snapshot: Snapshot,
    policy: CachePolicy,
    validity: Validity,
    seq: int = 0,
    fields: Iterable[tuple[bytes, bytes]] = (),
    delta: Terms | None = None,
    whole: bytes | None = None,
    source: bytes = b"",
    shared_cache: SharedCache | None = None,
) -> Representation:
    """`body`: the bytes, or what was made before that has the same.

    `seq`, of a feed, is the largest among the entries shown: with the digest it makes the validator, the same on every host, and
    says from where changes are sent. Of what is only sent whole it is 0, so that the validator stays where the bytes do.

    `whole`: where `body` is a delta, the bytes that it leads to, whose validator it carries (RFC 3229, section 10.4.1).
    `shared_cache`: that in front, which is told of what is not private.
    """
    key_fields: Fields = ()
    if shared_cache is not None and not policy.private:
        policy = replace(policy, shared_max_age=shared_cache.max_age)
        key_fields = shared_cache.key_fields(snapshot.scopes)
    if isinstance(body, Representation):
        digest, bodies, sizes = body.digest, dict(body.bodies), body.sizes
    else:
        digest = blake2b(body if whole is None else whole, digest_size=_DIGEST_SIZE).hexdigest()
        bodies, sizes = {Coding.IDENTITY: body}, {Coding.IDENTITY: Size(len(body))}
    return Representation(
        tag=f"{seq:x}-{delta.told if delta else ''}{digest}",
        media_type=media_type,
        freshness=Freshness.of(snapshot, validity, policy),
        scopes=frozenset(snapshot.scopes),
        seq=snapshot.seq,
        fields=tuple(fields),
        delta=delta,
        key_fields=key_fields,
        bodies=bodies,
        source=source,
        sizes=sizes,
    )
