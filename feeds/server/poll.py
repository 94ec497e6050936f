"""A poll: what a request for something kept asks for, read from its head."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar
from weakref import ref

from feeds.http.conditional import Conditions
from feeds.http.credentials import credentials_of, is_partners, split_key
from feeds.http.decision import Asked
from feeds.http.delta import delta_base
from feeds.http.hosts import says_its_host
from feeds.http.negotiation import choose_coding
from feeds.http.representation import CacheKey, Representation
from feeds.http.throttle import is_limited
from feeds.metrics.traffic import Size, Tally
from feeds.newsroom.partners.access import Admitted, Claim

_ASIDE = frozenset(
    (
        *(b"expect", b"upgrade", b"transfer-encoding", b"content-length", b"range", b"cookie"),
        *(b"if-match", b"if-unmodified-since"),
    )
)
"""Fields that make a request more than a poll."""
_READ = frozenset(
    (
        *(
            b"host",
            b"accept-encoding",
            b"if-none-match",
            b"if-modified-since",
            b"a-im",
            b"user-agent",
            b"x-forwarded-for",
        ),
        b"authorization",
    )
)
"""Fields that an answer depends on; Authorization makes a request more than a poll, unless it is a partner's."""

PACKET, _LINES = 1536, 64
"""Bytes and lines of a request that `read_packet` looks at."""
_KNOWN_LINES, _KNOWN_LINE = 2 << 20, 256
"""Bytes for lines that are remembered, some 4,000 of them, and bytes of one."""
_SAID = 400
"""Bytes that what a packet or a line says takes besides its own words."""
_REQUEST_LINE = re.compile(rb"(GET|HEAD) (/[!$-~]*) HTTP/(1\.[01])")
_FIELD_LINE = re.compile(rb"(?!(?i:proxy-connection):)([A-Za-z0-9-]+): ([!-~](?:[ -~]*[!-~])?)")
"""Lines as nearly all are written. Whatever else the parser knows is left to it: lines that go on, white space of other kinds, a
field that it takes for Connection."""

_Said = TypeVar("_Said")
_Field = tuple[bytes, str]
"""Name in lower case, and value."""
_CLOSE: _Field = (b"connection", "close")
_UNCONDITIONAL = Conditions()
NOT_NOTED = (datetime.min.replace(tzinfo=UTC),) * 2
_OTHER: _Field = (b"", "")
"""Stands for a field that an answer does not depend on."""


class PollAnswer(NamedTuple):
    """What a poll is answered, for as long as `at` says so."""

    kept: "ref[Representation]"
    """Not held: its bytes must not outlive their place in the cache."""
    since: datetime
    until: datetime
    """From when, to below when. The same as `since`: only now."""
    unmodified: bool
    tail: bytes
    """The lines of the answer's own fields."""
    tally: Tally | None
    """Where it is counted; None: nothing is."""
    unsent: Size
    """What it spares."""

    def at(self, now: datetime) -> Representation | None:
        """What the poll is answered from still; None if it has to be decided anew. Only ask while the follower is current."""
        kept = self.kept()
        holds = kept is not None and kept.is_kept and self.since <= now < self.until
        return kept if holds else None


@dataclass(slots=True)
class Poll:
    """What a request asks for, as far as its answer depends on it."""

    key: CacheKey
    head_only: bool
    close: bool
    """Whether the connection ends with the answer."""
    is_limited: bool
    """Whether it counts for the throttle."""
    asked: Asked
    forwarded_for: str | None
    agent: str | None
    version: str
    is_keyed: bool
    """Whether a partner's key stood in its path."""
    claim: Claim | None = None
    """Who a partner's request is from, as it says; None of what anybody may ask for. Then the key is without the entitlements."""
    answer: PollAnswer | None = field(default=None, compare=False)
    """The last one."""
    admitted: Admitted | None = field(default=None, compare=False)
    """Who the last one was for, of a partner's, as `KnownPartners` knew it at its `judged`-th state."""
    judged: int = field(default=-1, compare=False)
    noted: tuple[datetime, datetime] = field(default=NOT_NOTED, compare=False)
    """From when, to below when what the last answer proves of a partner is noted already."""


class ReadOnce(dict[bytes, _Said | None]):
    """What bytes say, read once as long as there is room; those that say nothing, or are longer than others, are not kept.

    `room` is in bytes, `longest` as well. What is full becomes the older half, and what of that is asked for again comes back:
    the habitual stays.
    """

    def __init__(self, read: Callable[[bytes], _Said | None], room: int, longest: int) -> None:
        super().__init__()
        self._read, self._half, self._longest = read, room // 2, longest
        self._older: dict[bytes, _Said | None] = {}
        self._bytes = 0

    def __missing__(self, key: bytes) -> _Said | None:
        said = self._older.pop(key, None) or self._read(key)
        if said is not None and len(key) <= self._longest:
            if self._bytes >= self._half:
                self._older = dict(self)
                self.clear()
                self._bytes = 0
            self[key] = said
            self._bytes += _cost(key)
        return said

    def forget(self, key: bytes) -> None:
        if self.pop(key, None) is not None:
            self._bytes -= _cost(key)


def _cost(key: bytes) -> int:
    """The words stand in what they say as well."""
    return 2 * len(key) + _SAID


class _Request(NamedTuple):
    """A request's first line."""

    key: CacheKey
    head_only: bool
    version: str
    """uvicorn closes after each answer to HTTP/1.0, which is what nginx speaks to what it stands before."""
    is_limited: bool
    is_partners: bool
    secret: str
    """The partner's key that stood in the path; '' where none did."""


def read_head(parser: Any, url: bytes, headers: Iterable[tuple[bytes, bytes]]) -> Poll | None:
    """The request whose head httptools' parser has just read, if it is a poll and nothing more; names are in lower case."""
    request = _request(parser.get_method(), url, parser.get_http_version())
    fields = [_field(name, value) for name, value in headers]
    return _poll(request, fields, close=not parser.should_keep_alive())


def read_packet(packet: bytes) -> Poll | None:
    """The same of a packet that is one whole request, line by line: clients send the same lines again and again.

    None also for whatever is not written as nearly all requests are: the parser reads it.
    """
    if len(packet) > PACKET:
        return None
    first, *lines = packet.split(b"\r\n", _LINES)
    # A head ends with an empty line; nothing may come after it.
    if len(lines) < 2 or lines.pop() or lines.pop():
        return None
    fields = [*map(_field_lines.__getitem__, lines)]
    return _poll(_request_lines[first], fields, close=_CLOSE in fields)


def _read_request_line(line: bytes) -> _Request | None:
    read = _REQUEST_LINE.fullmatch(line)
    return _request(read[1], read[2], read[3].decode()) if read else None


def _read_field_line(line: bytes) -> _Field | None:
    read = _FIELD_LINE.fullmatch(line)
    return _field(read[1].lower(), read[2]) if read else None


_request_lines = ReadOnce(_read_request_line, _KNOWN_LINES, _KNOWN_LINE)
_field_lines = ReadOnce(_read_field_line, _KNOWN_LINES, _KNOWN_LINE)


def _request(method: bytes, url: bytes, version: str) -> _Request | None:
    if (method != b"GET" and method != b"HEAD") or (version != "1.1" and version != "1.0"):
        return None
    secret, target = split_key(url.decode("latin-1"))
    return _Request(
        CacheKey(target),
        method == b"HEAD",
        version,
        is_limited(method.decode("ascii"), target),
        is_partners(target),
        secret,
    )


def _field(name: bytes, value: bytes) -> _Field | None:
    """What a field says to a poll; None if it makes the request more than one."""
    if name in _READ:
        return name, value.decode("latin-1")
    if name == b"connection":
        value = value.lower()
        return _CLOSE if value == b"close" else _OTHER if value == b"keep-alive" else None
    return None if name in _ASIDE else _OTHER


def _poll(request: _Request | None, fields: Iterable[_Field | None], close: bool) -> Poll | None:
    """None if the request or one of its fields is no poll's."""
    values: dict[bytes, str] = {}
    for said in fields:
        if said is None:
            return None
        if said is not _OTHER:
            name, value = said
            # A further line of a field (RFC 9110, section 5.3).
            values[name] = f"{values[name]}, {value}" if name in values else value
    coding = choose_coding(values.get(b"accept-encoding"))
    if request is None or coding is None:
        return None
    key, head_only, version, limited, is_of_partner, secret = request
    authorization, claim = values.get(b"authorization"), None
    if is_of_partner or authorization is not None:
        claim = _claim(authorization, secret) if is_of_partner else None
        if claim is None:
            return None
    if not says_its_host(values.get(b"host"), version):
        return None
    if_none_match, a_im = values.get(b"if-none-match"), values.get(b"a-im")
    agent = values.get(b"user-agent")
    since = None if a_im is None or head_only else delta_base(a_im, if_none_match, agent)
    if_modified_since = values.get(b"if-modified-since")
    conditional = if_none_match is not None or if_modified_since is not None
    conditions = Conditions(None, None, if_none_match, if_modified_since) if conditional else _UNCONDITIONAL
    asked = Asked(coding, conditions, since)
    ends, forwarded_for = close or version == "1.0", values.get(b"x-forwarded-for")
    return Poll(key, head_only, ends, limited, asked, forwarded_for, agent, version, bool(secret), claim)


def _claim(authorization: str | None, secret: str) -> Claim | None:
    """None where nobody says who they are."""
    if secret:
        return Claim.of(secret, in_path=True)
    credentials = credentials_of(authorization)
    return Claim.of(credentials.key, name=credentials.name) if credentials else None
