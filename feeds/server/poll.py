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
_READ = frozenset(
    (b"accept-encoding", b"if-none-match", b"if-modified-since", b"a-im", b"user-agent", b"x-forwarded-for")
)
"""Fields that an answer depends on."""
_CONNECTION = frozenset((b"keep-alive", b"close"))


class Repeat(NamedTuple):
    """An answer that may be given again, byte for byte, as long as all of this holds."""

    head: bytes
    body: bytes
    """That of the representation, not a copy; b'' for none."""
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
    answered_in: int = 0
    """The second, since the epoch, of the last answer to it."""


def read_poll(parser: Any, url: bytes, headers: list[tuple[bytes, bytes]]) -> Poll | None:
    """The request that httptools' parser has just parsed, if it is a poll and nothing more."""
    method, version = parser.get_method(), parser.get_http_version()
    if (method != b"GET" and method != b"HEAD") or (version != "1.1" and version != "1.0"):
        return None
    values: dict[bytes, str] = {}
    for name, value in headers:
        if name in _READ:
            text = value.decode("latin-1")
            # A further line of a field (RFC 9110, section 5.3).
            values[name] = f"{values[name]}, {text}" if name in values else text
        elif name in _ASIDE or (name == b"connection" and value.lower() not in _CONNECTION):
            return None
    if_none_match = values.get(b"if-none-match")
    coding = choose_coding(values.get(b"accept-encoding"))
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
        if_modified_since=values.get(b"if-modified-since"),
        delta_since=None if head_only else delta_base(values.get(b"a-im"), if_none_match, values.get(b"user-agent")),
        is_limited=is_limited(method.decode("ascii"), key),
        forwarded_for=values.get(b"x-forwarded-for"),
    )


def repeat_of(head: bytes, body: bytes, kept: Representation, site: SiteState, now: datetime) -> Repeat | None:
    """The answer as one that may be repeated; None if max-age is another within this second."""
    due = site.follower.due
    until = now.replace(microsecond=0) + timedelta(seconds=1)
    if kept.max_age_at(until, due.publication_at) != kept.max_age or not kept.is_valid(until):
        return None
    return Repeat(head, body, site, site.cache.epoch, due, now, until)
