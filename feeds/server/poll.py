"""A poll: what a request for something kept asks for, and the answer it was last given."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from feeds.cache.delta import delta_base
from feeds.cache.negotiation import Coding, choose_coding
from feeds.cache.representation import Representation
from feeds.web.state import SiteState
from feeds.web.throttle import is_limited
from storage.model import Due

_ASIDE = frozenset(
    (b"expect", b"upgrade", b"transfer-encoding", b"content-length", b"range", b"cookie", b"authorization")
)
"""Fields that make a request more than a poll."""
_CONNECTION = frozenset((b"keep-alive", b"close"))


class Repeat(NamedTuple):
    """An answer that may be given again, byte for byte, as long as all of this holds."""

    answer: bytes
    site: SiteState
    epoch: int
    """The cache's: nothing was kept or dropped since."""
    due: Due
    since: datetime
    until: datetime
    """The end of the second that Date shows."""


@dataclass(slots=True, eq=False)
class Poll:
    """What a request asks for, as far as its answer depends on it."""

    key: str
    close: bool
    """Whether the connection ends with the answer."""
    head_only: bool
    coding: Coding
    if_none_match: str | None
    if_modified_since: str | None
    delta_since: int | None
    """Since which sequence it asks for the changes alone."""
    is_limited: bool
    """Whether it counts for the throttle."""
    forwarded_for: str | None
    repeat: Repeat | None = None


def read_poll(parser: Any, url: bytes, headers: list[tuple[bytes, bytes]]) -> Poll | None:
    """The request that httptools' parser has just parsed, if it is a poll and nothing more."""
    method, version = parser.get_method(), parser.get_http_version()
    if (method != b"GET" and method != b"HEAD") or (version != "1.1" and version != "1.0"):
        return None
    accept_encoding = if_none_match = if_modified_since = a_im = user_agent = forwarded_for = None
    for name, value in headers:
        if name in _ASIDE or (name == b"connection" and value.lower() not in _CONNECTION):
            return None
        if name == b"accept-encoding":
            accept_encoding = _join(accept_encoding, value)
        elif name == b"if-none-match":
            if_none_match = _join(if_none_match, value)
        elif name == b"if-modified-since":
            if_modified_since = _join(if_modified_since, value)
        elif name == b"a-im":
            a_im = _join(a_im, value)
        elif name == b"x-forwarded-for":
            forwarded_for = _join(forwarded_for, value)
        elif name == b"user-agent":
            user_agent = _join(user_agent, value)
    coding = choose_coding(accept_encoding)
    if coding is None:
        return None
    key, head_only = url.decode("latin-1"), method == b"HEAD"
    return Poll(
        key=key,
        # uvicorn closes after each answer to HTTP/1.0, which is what nginx speaks to what it stands before.
        close=version == "1.0" or not parser.should_keep_alive(),
        head_only=head_only,
        coding=coding,
        if_none_match=if_none_match,
        if_modified_since=if_modified_since,
        delta_since=None if head_only else delta_base(a_im, if_none_match, user_agent),
        is_limited=is_limited(method.decode("ascii"), key),
        forwarded_for=forwarded_for,
    )


def repeat_of(answer: bytes, kept: Representation, site: SiteState, now: datetime) -> Repeat | None:
    """The answer as one that may be repeated; None if max-age is another within this second."""
    due = site.follower.due
    until = now.replace(microsecond=0) + timedelta(seconds=1)
    if kept.max_age_at(until, due.publication_at) != kept.max_age or not kept.is_valid(until):
        return None
    return Repeat(answer, site, site.cache.epoch, due, now, until)


def _join(value: str | None, line: bytes) -> str:
    """A further line of a field (RFC 9110, section 5.3)."""
    text = line.decode("latin-1")
    return text if value is None else f"{value}, {text}"
