"""What a poll is answered from what is kept, and how long it would be answered the same."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from http import HTTPStatus
from weakref import ref

from feeds.http.conditional import not_modified
from feeds.http.representation import Fields, Representation, answer
from feeds.server.poll import Outcome, Poll
from feeds.site import SiteState
from feeds.web.cors import origin_fields
from feeds.web.middleware import common_fields
from feeds.web.throttle import too_many

_TAILS = 64
"""Heads kept of one representation: max-age is another each second while something is about to come."""
_HEADS = 1024
"""Heads kept of one second."""
_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}


def decide(poll: Poll, site: SiteState, now: datetime) -> Outcome | None:
    """None for what has to be made, or is answered otherwise. Only ask while the follower is current."""
    kept = site.kept(poll.key)
    if kept is None:
        return None
    unmodified = (poll.if_none_match is not None or poll.if_modified_since is not None) and not_modified(
        poll.if_none_match,
        poll.if_modified_since,
        etag=kept.etag(poll.coding),
        modified_at=kept.modified_at,
        now=now,
    )
    if not unmodified and poll.delta_since is not None and kept.gives_changes_since(poll.delta_since):
        return None
    tail = _tail(poll, kept, unmodified, now)
    if tail is None:
        return None
    # A date to come is one that the client made up, until it has come (RFC 9110, section 13.1.3).
    by_date = not unmodified and poll.if_none_match is None and poll.if_modified_since is not None
    until = now if by_date else min(kept.same_age_until(now), kept.same_date_until(now))
    return Outcome(ref(kept), now, until, unmodified, tail)


def _tail(poll: Poll, kept: Representation, unmodified: bool, now: datetime) -> bytes | None:
    """The rest of the head, made once from the reference; None if the body is not at hand."""
    coding = poll.coding
    key = coding, unmodified, kept.max_age_at(now), kept.shown_at(now)
    tail = kept.tails.get(key)
    if tail is None:
        answered = answer(
            kept,
            coding,
            if_none_match=kept.etag(coding) if unmodified else None,
            if_modified_since=None,
            now=now,
        )
        if answered is None:
            return None
        if len(kept.tails) >= _TAILS:
            kept.tails.clear()
        tail = kept.tails[key] = _lines(answered.fields + origin_fields(poll.key))
    return tail


class Heads:
    """Heads of answers, kept for the second that Date shows."""

    def __init__(self) -> None:
        self._since = self._until = datetime.min.replace(tzinfo=UTC)
        self._date = b""
        self._known: dict[bytes, bytes] = {}

    def head(self, status: int, tail: bytes, now: datetime, close: bool) -> bytes:
        """`tail` are the lines of the answer's own fields, which no answer of another status has; `close` ends the connection."""
        if not self._since <= now < self._until or len(self._known) >= _HEADS:
            self._since = now.replace(microsecond=0)
            self._until = self._since + timedelta(seconds=1)
            self._date = _lines(common_fields(now))
            self._known.clear()
        if close:
            return b"".join((_LINES[status], self._date, tail, b"connection: close\r\n\r\n"))
        head = self._known.get(tail)
        if head is None:
            head = self._known[tail] = b"".join((_LINES[status], self._date, tail, b"\r\n"))
        return head


def refusal(target: str, wait: int) -> tuple[bytes, bytes]:
    """What is said to who asks too often and has so many seconds to wait: the lines of the fields, and the body."""
    return _refusal(origin_fields(target), wait)


@lru_cache(maxsize=128)
def _refusal(origin: Fields, wait: int) -> tuple[bytes, bytes]:
    _, fields, body = too_many(wait)
    assert body is not None, "it says why"
    return _lines(fields + origin), body


def _lines(fields: Fields) -> bytes:
    return b"".join(b"%b: %b\r\n" % field for field in fields)
