"""What a poll is answered from what is kept, and how long it would be answered the same."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from http import HTTPStatus
from weakref import ref

from feeds.http.cors import origin_fields
from feeds.http.decision import Decision
from feeds.http.freshness import Stated
from feeds.http.representation import Fields, common_fields
from feeds.http.throttle import too_many
from feeds.making import OF_SECRET_ADDRESSES
from feeds.metrics.traffic import NOTHING, Tally, Traffic
from feeds.request_kinds import label_of
from feeds.server.poll import Poll, PollAnswer
from feeds.site import SiteState

_TAILS = 64
"""Heads kept of one representation: max-age is another each second while something is about to come."""
_HEADS = 1024
"""Heads kept of one second."""
_NOT_MODIFIED = HTTPStatus.NOT_MODIFIED
_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}


def answer_poll(poll: Poll, site: SiteState, now: datetime) -> PollAnswer | None:
    """None for what has to be made, or is answered otherwise. Only ask while the follower is current."""
    decision = site.lookup(poll.key, poll.asked, now)
    if decision is None:
        return None
    stated = decision.kept.freshness.at(now)
    tail = _tail(poll, decision, stated, now)
    if tail is None:
        return None
    until = now if decision.is_fleeting(poll.asked) else stated.until
    tally, unsent = None, NOTHING
    if site.traffic is not None:
        tally = tally_of(poll, site.traffic, decision.status)
        if not poll.head_only:
            body = decision.kept.bodies.get(poll.asked.coding, b"")
            unsent = decision.kept.unsent(decision.status, poll.asked.coding, len(body))
    return PollAnswer(ref(decision.kept), now, until, decision.status is _NOT_MODIFIED, tail, tally, unsent)


def tally_of(poll: Poll, traffic: Traffic, status: int) -> Tally:
    """Where answers of a status are counted."""
    conditions, coding = poll.asked.conditions, poll.asked.coding
    label = label_of(poll.key.target, int(status), poll.agent, conditions=conditions, coding=coding, is_fast=True)
    return traffic[label]


def _tail(poll: Poll, decision: Decision, stated: Stated, now: datetime) -> bytes | None:
    """The rest of the head, made once from the reference; None if the answer is not at hand."""
    kept, coding = decision.kept, poll.asked.coding
    key = coding, decision.status, stated.max_age, stated.shared_max_age, stated.shown_at
    tail = kept.tails.get(key)
    if tail is None:
        answer = decision.answer(coding, now)
        if answer is None:
            return None
        if len(kept.tails) >= _TAILS:
            kept.tails.clear()
        tail = kept.tails[key] = _lines(answer.fields + origin_fields(poll.key.target))
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


@lru_cache(maxsize=512)
def refusal(target: str, wait: int, *, has_key: bool = False) -> tuple[bytes, bytes]:
    """What is said to who asks too often and has so many seconds to wait: the lines of the fields, and the body."""
    _, fields, body = too_many(wait)
    assert body is not None, "it says why"
    return _lines(fields + origin_fields(target) + (OF_SECRET_ADDRESSES if has_key else ())), body


def _lines(fields: Fields) -> bytes:
    return b"".join(b"%b: %b\r\n" % field for field in fields)
