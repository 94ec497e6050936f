"""The addresses that a site itself names: its sitemaps (sitemaps.org, protocol 0.9), however they are called and packed."""

import re
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from typing import NamedTuple

import httpx2
from lxml import etree

from feeds.comparing.asking import Opened, Site, Unread
from feeds.outbound import DamagedBody, Unpacked

NAMES = (
    "sitemap.xml",
    "wp-sitemap.xml",
    "sitemap_index.xml",
    "sitemap-index.xml",
    "sitemapindex.xml",
    "sitemap.xml.gz",
    "sitemap_index.xml.gz",
    "sitemap.txt",
    "news-sitemap.xml",
    "sitemap-news.xml",
    "?sitemap=index",
)
"""Where they are, as the core of WordPress has them, its plugins and other systems: robots.txt need not say so."""
MOST_SITEMAPS = 50_000
"""Of a site; what is beyond is not looked at."""
LARGEST = 64 * 1024 * 1024
"""Bytes of one, unpacked. The protocol allows 50 MiB."""
_LONGEST = 2_048
"""Characters of an address, by the protocol."""
_ABSENT = frozenset({404, 410})
_WEB_PAGE = re.compile(rb"[\s\xef\xbb\xbf]*<(?:!doctype\s+)?html\b", re.I)
_GZIP = b"\x1f\x8b"


class Named(NamedTuple):
    """An address, as a sitemap names it."""

    url: httpx2.URL
    sitemap: str
    """What the sitemap is called that names it, which may say of what kind it is: the last of its path, and its query."""
    is_page: bool
    """And not a picture or a film of one."""


def _passed_over(_url: str, _status: int, _why: str) -> None:
    pass


async def named_addresses(site: Site, unread: Callable[[str, int, str], None] = _passed_over) -> AsyncIterator[Named]:
    """Every address of the site's own that a sitemap of it names, as often as it does.

    What cannot be read is passed over; `unread` is told of a sitemap that robots.txt or another sitemap names: its address, its
    status (0 where there is no answer), and why.
    """
    told = await _of_robots(site)
    waiting = deque(dict.fromkeys((*told, *_usual(site))))
    named = set(map(str, told))
    seen = set(map(str, waiting))
    looked_at = 0
    while waiting and looked_at < MOST_SITEMAPS:
        sitemap = waiting.popleft()
        looked_at += 1
        status = 0
        try:
            async with site.open(sitemap) as opened:
                status = opened.status
                if status != httpx2.codes.OK:
                    raise Unread(f"its server answers {status}")
                async for kind, written in _locations(opened):
                    url = _address(opened.url, written)
                    if url is None or not site.holds(url):
                        continue
                    if kind != "sitemap":
                        if site.covers(url):
                            yield Named(url, sitemap.raw_path.decode("ascii").rpartition("/")[2], kind == "url")
                    elif str(url) not in seen and len(seen) < MOST_SITEMAPS:
                        seen.add(str(url))
                        named.add(str(url))
                        waiting.append(url)
        except Unread as error:
            if str(sitemap) in named and status not in _ABSENT:
                unread(str(sitemap), status, str(error))


async def _of_robots(site: Site) -> list[httpx2.URL]:
    """What robots.txt says (RFC 9309, section 2.2.4)."""
    root = site.base.copy_with(path="/")
    try:
        robots = await site.ask(root.join("/robots.txt"))
    except Unread:
        return []
    lines = robots.body.decode(errors="replace").splitlines() if robots.status == httpx2.codes.OK else []
    fields = (line.partition(":") for line in lines)
    urls = (_address(root, value) for name, _, value in fields if name.strip().lower() == "sitemap")
    return [url for url in urls if url is not None and site.holds(url)]


def _usual(site: Site) -> Iterator[httpx2.URL]:
    """The usual names, at the site's own path and at the root."""
    return (place.join(name) for place in (site.base, site.base.copy_with(path="/")) for name in NAMES)


def _address(base: httpx2.URL, written: str) -> httpx2.URL | None:
    written = written.strip("\ufeff \t\r\n")
    if not 0 < len(written) <= _LONGEST:
        return None
    try:
        url = base.join(written)
    except (httpx2.InvalidURL, UnicodeError, ValueError):
        return None
    return url.copy_with(fragment=None, username=None, password=None) if url.host else None


async def _locations(opened: Opened) -> AsyncIterator[tuple[str, str]]:
    """What a sitemap names, as it comes: ('sitemap' or 'url', an address as it is written). Raises Unread for what is damaged."""
    reader: _Xml | _Lines | None = None
    size = 0
    async for chunk in _inflated(opened.chunks):
        size += len(chunk)
        if size > LARGEST:
            raise Unread(f"larger than {LARGEST // 1024**2} MiB")
        if reader is None and chunk.strip():
            if _WEB_PAGE.match(chunk):
                raise Unread("a web page, and no sitemap")
            reader = _Xml() if chunk.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else _Lines()
        for one in reader.read(chunk) if reader else ():
            yield one
    for one in reader.end() if reader else ():
        yield one


async def _inflated(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """A file that is packed as such, whatever its server says of that: 'sitemap.xml.gz'."""
    unpacked: Unpacked | None = None
    try:
        async for packed in chunks:
            unpacked = unpacked or (Unpacked("gzip" if packed.startswith(_GZIP) else "") if packed else None)
            for piece in unpacked.pieces(packed) if unpacked else ():
                yield piece
        if unpacked:
            yield unpacked.rest()
    except DamagedBody as error:
        raise Unread(str(error)) from None


class _Xml:
    """A sitemap or an index of sitemaps, of which no more is held than the address that is being read."""

    def __init__(self) -> None:
        self._parser = etree.XMLPullParser(events=("end",), resolve_entities=False, no_network=True)

    def read(self, chunk: bytes) -> Iterator[tuple[str, str]]:
        """Raises Unread for what is not well-formed."""
        try:
            self._parser.feed(chunk)
            yield from self._ended()
        except etree.XMLSyntaxError as error:
            raise Unread(f"not well-formed: {error.msg}") from None

    def end(self) -> Iterator[tuple[str, str]]:
        yield from self._ended()

    def _ended(self) -> Iterator[tuple[str, str]]:
        for _, element in self._parser.read_events():
            if not isinstance(element, etree._Element):
                continue
            parent = element.getparent()
            name = etree.QName(element).localname
            if name == "loc" and parent is not None:
                yield etree.QName(parent).localname, element.text or ""
            elif name in ("url", "sitemap"):
                element.clear()
                while parent is not None and element.getprevious() is not None:
                    del parent[0]


class _Lines:
    """A sitemap that is a text, an address a line."""

    def __init__(self) -> None:
        self._rest = b""

    def read(self, chunk: bytes) -> Iterator[tuple[str, str]]:
        *lines, rest = (self._rest + chunk).split(b"\n")
        self._rest = rest[: 2 * _LONGEST]
        yield from (("url", line.decode(errors="replace")) for line in lines)

    def end(self) -> Iterator[tuple[str, str]]:
        yield "url", self._rest.decode(errors="replace")
