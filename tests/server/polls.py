"""What clients ask, from the ordinary to the odd: requests as hypothesis makes them up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from hypothesis import strategies as st

from feeds.http.conditional import http_date
from feeds.http.negotiation import Coding

Tags = Mapping[str, Mapping[Coding, str]]
"""The entity tags of what is at a path, quoted, by coding."""

FEEDS = (
    "/feed.rss",
    "/feed.atom",
    "/feed.json",
    "/section/world/feed.atom",
    "/section/world/africa/feed.rss",
    "/2023/03/20/feed.rss",
    "/2023/03/22/feed.json",
    "/2023/feed.rss",
    "/comments/feed.atom",
    "/2023/03/22/harbour-reopens/feed.rss",
    "/2023/03/20/%C3%BCber-den-fluss/feed.json",
    "/search/feed.rss?q=ferry",
)
PAGES = ("/", "/2023/03/22/harbour-reopens/", "/section/world/", "/feeds/")
ELSEWHERE = (
    "/healthz",
    "/nothing-here",
    "/feed.xml",
    "/2023/02/30/feed.rss",
    "/2024/feed.rss",
    "/section/world",
    "/feed/",
    "/?p=12&feed=rss2",
    "/2023/03/20/old-name/feed.rss",
    "/2023/03/21/withdrawn/",
    "/feed.rss?",
    "/search/feed.rss?q=%66erry",
    "/search/feed.rss?utm_source=reader&q=ferry",
    "/search/feed.rss?q=ferry&utm_source=reader",
    "/search/feed.rss",
    "/feed.rss?utm_source=reader",
    "/?utm_source=reader",
    "/2023/03/22/harbour-reopens/?parent=1",
    "/%66eed.rss",
    "/2023/03/20/%c3%bcber-den-fluss/feed.json",
    "/section%2Fworld/feed.atom",
    "/./feed.rss",
    "//feed.rss",
    "/feed.rss#top",
    "/%00",
    "/%ff%fe/",
    "http://news.example/feed.rss",
    "http://elsewhere.example:81/feed.rss?x=y",
    "*",
)

MALFORMED = (
    b"GET /2023/03/20/\xfcber-den-fluss/feed.json HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET HTTP://news.example HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET feed.rss HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
    b"get /feed.rss HTTP/1.1\r\nHost: a\r\n\r\n",
    b"PULL /feed.rss HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /feed.rss HTTP/3.7\r\nHost: a\r\n\r\n",
    b"GET /feed.rss HTPT/1.1\r\nHost: a\r\n\r\n",
    b"GET /feed.rss\r\n\r\n",
    b"GET /feed.rss HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
    b"GET /feed.rss HTTP/1.1\r\nHost : a\r\n\r\n",
    b"GET /feed.rss HTTP/1.1\r\nHost: a\x00b\r\n\r\n",
    b"GET /feed.rss HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n br\r\n\r\n",
    b"GET /feed.rss HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
    b"GET /feed.rss HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
    b"GET /feed.rss HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET /feed.rss HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET /feed.rss HTTP/1.1\nHost: a\n\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"CONNECT news.example:80 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /feed.rss HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
    b"GET /feed.rss HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
    b"\r\n\r\nGET /feed.rss HTTP/1.1\r\nHost: a\r\n\r\n",
)
"""What the parser refuses, or takes for something else than a request, and what comes near it."""

ACCEPT_ENCODING = (
    "gzip", "br", "identity", "gzip, deflate, br", "gzip, deflate, br, zstd", "gzip,deflate", "GZIP", "x-gzip",
    "br;q=0.5, gzip;q=0.8", "gzip;q=0", "br;q=0, gzip", "*", "*;q=0", "identity;q=0", "identity;q=0, br;q=0, gzip;q=0",
    "*;q=0, identity", "gzip;q=2", "gzip;q=x", "gzip;q=nan", "gzip ; q=0.2 ,br ;q=0.1", "deflate", "", ",", ";", "q=1",
    "gzip;q=0.1," * 40,
)  # fmt: skip
IF_NONE_MATCH = (
    "<gzip>", "<br>", "<identity>", "W/<gzip>", "W/<identity>", '"stale"', '"stale", <gzip>', "<identity>, <gzip>, <br>",
    '"stale",W/<br>', "<identity-gzip>", "<identity;gzip>", "W/<gzip-gzip>", "*", " * ", "*, *", "<identity>x", ",,<gzip>,",
    "w/<gzip>", "gzip", '"', '""', 'W/"', "", '"\xe9t\xe9"', '"a" "b"',
)  # fmt: skip
_MOMENTS = tuple(
    datetime.fromisoformat(f"2023-03-{moment}+00:00")
    for moment in (
        "01T08:00", "20T09:00", "22T09:00", "22T11:59:59", "22T12:00", "22T12:00:01", "22T17:59:30", "30T01:00"
    )
)  # fmt: skip
OLD_TAGS = tuple(
    f'"{seq:x}-<identity told>{0:024x}{coding}"'
    for seq, coding in ((1, ""), (14, "-gz"), (20, "-br"), (24, ""), (26, ""), (999, ""))
)
"""As of some earlier Change, and of one that has not come."""
A_IM = ("feed", "FEED", "feed;q=0.5", "vcdiff, feed", "feed;q=0", "gzip", "*", "")
IF_MODIFIED_SINCE = (
    *(http_date(moment) for moment in _MOMENTS),
    *(f"{moment:%A, %d-%b-%y %H:%M:%S} GMT" for moment in _MOMENTS[2:5]),
    *(f"{moment:%a %b} {moment.day:2} {moment:%H:%M:%S %Y}" for moment in _MOMENTS[2:5]),
    "Wed, 22 Mar 2023 12:00:00 +0000", "Wed, 22 mar 2023 12:00:00 GMT", "2023-03-22T12:00:00Z", "0", "-1", "now", "",
    "Wed, 32 Mar 2023 12:00:00 GMT", "Wed, 22 Mar 2023 24:00:60 GMT",
)  # fmt: skip

HOSTS = (
    *[("news.example",)] * 4, (), ("",), ("[",), ("[::1]:8000",), ("a b",), ("a/b",), ("news.example", "news.example"), ("a", ""),
)  # fmt: skip

_JUNK = st.text(st.sampled_from('gzipbr identity,;=.*"W/-01q \t\xe9\xff'), max_size=30)
_NAME_CASES: tuple[Callable[[str], str], ...] = (str.lower, str.title, str.upper, str.swapcase)


BODIES: Mapping[str, tuple[tuple[tuple[str, str], ...], bytes]] = {
    "": ((), b""),
    "none": ((("Content-Length", "0"),), b""),
    "short": ((("Content-Length", "5"),), b"hello"),
    "long": ((("content-length", "70000"),), b"x" * 70_000),
    "awaited": ((("Content-Length", "70000"), ("Expect", "100-continue")), b"y" * 70_000),
    "chunked": ((("Transfer-Encoding", "chunked"),), b"5\r\nhello\r\n0\r\n\r\n"),
    "with a trailer": (
        (("transfer-encoding", "Chunked"),), b"1;ext=1\r\nh\r\n4\r\nello\r\n0\r\nIf-None-Match: *\r\n\r\n"
    ),
}  # fmt: skip
"""Bodies, and the fields that announce them."""


@dataclass(frozen=True)
class Poll:
    """A request whose validators are symbols still: which tags there are is known once a server has answered."""

    method: str
    target: str
    version: str = "1.1"
    fields: tuple[tuple[str, str], ...] = ()
    body: str = ""
    """A name in `BODIES`."""
    hosts: tuple[str, ...] = ("news.example",)

    def encode(self, tags: Tags) -> bytes:
        own = tags.get(self.target) or next(iter(tags.values()))
        lines = [f"{self.method} {self.target} HTTP/{self.version}", *(f"Host: {host}" for host in self.hosts)]
        announced, body = BODIES[self.body]
        for name, value in self.fields + announced:
            for coding in Coding:
                tag = own[coding]
                value = value.replace(f"<{coding}>", tag)
                # What a feed's tag tells of how its entries are rendered, and how many are shown.
                value = value.replace(f"<{coding} told>", tag.partition("-")[2][:9])
                # Suffixes that proxies add within the quotes.
                value = value.replace(f"<{coding}-gzip>", f'{tag[:-1]}-gzip"').replace(
                    f"<{coding};gzip>", f'{tag[:-1]};gzip"'
                )
            lines.append(f"{name}: {value}")
        return "\r\n".join((*lines, "", "")).encode("latin-1") + body


def _field(name: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, str]]:
    return st.tuples(st.sampled_from(_NAME_CASES).map(lambda case: case(name)), values)


def _one_of(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(values)


_MEANT = st.one_of(
    _field("accept-encoding", st.sampled_from(ACCEPT_ENCODING) | _JUNK),
    _field("if-none-match", st.sampled_from(IF_NONE_MATCH) | _JUNK),
    _field("if-none-match", st.sampled_from(IF_NONE_MATCH)),
    _field("if-modified-since", st.sampled_from(IF_MODIFIED_SINCE) | _JUNK),
    _field("a-im", st.sampled_from(A_IM) | _JUNK),
)
"""Fields that decide about the answer."""
_IDLE = st.one_of(
    _field(
        "user-agent",
        _one_of(
            "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 123 subscribers)",
            "feedparser/6.0.12 +https://github.com/kurtmckee/feedparser/",
            "",
        ),
    ),
    _field("accept", _one_of("*/*", "application/rss+xml", "text/html;q=0.1, */*;q=0")),
    _field("cache-control", _one_of("no-cache", "max-age=0", "only-if-cached")),
    _field("x-forwarded-for", _one_of("192.0.2.1")),
    _field("if-range", _one_of("<gzip>")),
    _field("content-type", _one_of("application/json")),
    _field("te", _one_of("trailers")),
)
"""Fields that must not."""
_ASIDE = st.one_of(
    _field("connection", _one_of("close", "Close", "keep-alive", "Keep-Alive", "close, te", "te", "")),
    _field("expect", _one_of("100-continue", "100-Continue", "200-ok", "")),
    _field("range", _one_of("bytes=0-99", "bytes=-1", "lines=1")),
    _field("cookie", _one_of("session=1")),
    _field("authorization", _one_of("Bearer x", "Basic eDp5")),
    _field("upgrade", _one_of("websocket", "h2c")),
    _field("if-match", st.sampled_from(IF_NONE_MATCH)),
    _field("if-unmodified-since", st.sampled_from(IF_MODIFIED_SINCE)),
)
"""Fields that take a request off the fast path."""


@st.composite
def ordinary(draw: st.DrawFn) -> Poll:
    """What a good reader sends."""
    fields = draw(st.lists(_MEANT | _IDLE, max_size=5))
    return Poll(draw(_one_of("GET", "GET", "GET", "HEAD")), draw(st.sampled_from(FEEDS + PAGES)), fields=tuple(fields))


@st.composite
def delta(draw: st.DrawFn) -> Poll:
    """What a reader sends that had the feed before, and merges what changed."""
    tags, more = st.sampled_from(OLD_TAGS + IF_NONE_MATCH), draw(st.lists(_MEANT | _IDLE, max_size=2))
    fields = (draw(_field("a-im", st.sampled_from(A_IM))), draw(_field("if-none-match", tags)), *more)
    return Poll(draw(_one_of("GET", "GET", "HEAD")), draw(st.sampled_from(FEEDS + PAGES)), fields=fields)


@st.composite
def odd(draw: st.DrawFn) -> Poll:
    """What anybody may send."""
    fields = tuple(draw(st.lists(_MEANT | _IDLE | _ASIDE, max_size=6)))
    return Poll(
        draw(_one_of("GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PURGE", "PROPFIND")),
        draw(st.sampled_from(FEEDS + PAGES + ELSEWHERE)),
        draw(_one_of("1.1", "1.1", "1.0")),
        fields,
        draw(st.just("") | st.sampled_from(tuple(BODIES))),
        draw(st.sampled_from(HOSTS)),
    )


PIPELINES = st.lists(st.one_of(ordinary(), ordinary(), ordinary(), delta(), odd()), min_size=1, max_size=8)
"""Requests that are sent one after the other, before any is answered."""
CUTS = st.lists(st.integers(1, 300), max_size=6)
"""Lengths of the packets that come first; the last one holds the rest."""


def packets(data: bytes, cuts: list[int]) -> list[bytes]:
    parts = []
    for length in cuts:
        parts.append(data[:length])
        data = data[length:]
    return [part for part in (*parts, data) if part]
