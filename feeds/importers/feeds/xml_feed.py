"""RSS 0.9x, 1.0 and 2.0, and Atom 0.3 and 1.0, by feedparser.

An element's name may be any key of what feedparser gathers, and hold anything: whatever is read here is looked at first.
"""

import re
from calendar import timegm
from collections.abc import Generator, Iterator, Sequence
from datetime import UTC, datetime
from html import escape
from time import struct_time
from typing import Any
from zoneinfo import ZoneInfo

from feeds.importers.base import Desk, Imported
from feeds.importers.feeds.article import Entry, agency, byline, check_count, check_size, feed_source, records
from feeds.importers.feeds.reader import FeedReader, read_feed
from feeds.importers.file import ImportFile
from feeds.importers.markup import text
from feeds.importers.paragraphs import add_paragraphs
from feeds.importers.values import instant, language_tag, number, resolved, type_of
from storage.model import Author, Enclosure, Image, ImportSource

_PROLOGUE = re.compile(r"\s+|\ufeff|<\?[^>]*>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>", re.S | re.I)
_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:rss|RDF|feed)(?=[\s>/])")
_EMAIL = re.compile(r"[^\s<>()@]+@[^\s<>()@]+")
_LONGEST_BYLINE = 500
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_FIRST_YEAR, _LAST_YEAR = 1000, 9999
_UTC = ZoneInfo("UTC")

Thing = dict[str, Any]
"""A feed, an entry, or a part of one, as feedparser has it."""


class XmlFeed:
    name = "feed (RSS or Atom)"
    takes_placement = True

    def recognises(self, head: str) -> bool:
        at = 0
        while found := _PROLOGUE.match(head, at):
            at = found.end()
        return _ROOT.match(head, at) is not None

    def read(self, source: ImportFile, desk: Desk) -> Generator[Imported, None, None]:
        check_size(source)
        reader = read_feed(source)
        check_count(len(reader.entries))
        feed = _Feed(reader, source.url)
        yield from records(map(feed.entry, reader.entries), desk, feed.source)


class _Feed:
    """Makes entries of one feed's."""

    def __init__(self, reader: FeedReader, url: str) -> None:
        self._feed: Thing = reader.feeddata
        self._url = url
        self._link = _link(self._feed, url)
        # RFC 4287, 4.2.1. In RSS whoever edits the channel has not written what is in it.
        self._authors = _authors(self._feed) if reader.version.startswith("atom") else []

    @property
    def source(self) -> ImportSource:
        own = (_text(link, "href") for link in _things(self._feed, "links") if _text(link, "rel") == "self")
        return feed_source(next(filter(None, (resolved(url, self._url) for url in own)), ""), self._url, self._link)

    def entry(self, entry: Thing) -> Entry:
        link = _link(entry, self._link or self._url)
        content, summary = _content(entry), _summary(entry)
        shown = content or summary
        # Most feeds say no base, and hold what stood on the entry's page.
        base = _text(shown, "base")
        base = base if base and base != self._url else link or self._link or self._url
        base = resolved(base, self._link or self._url)
        source = _thing(entry, "source")
        files = list(_enclosures(entry, base))
        image = _image(entry, base) or _first_picture(files)
        return Entry(
            guid=_text(entry, "id"),
            link=link,
            headline=_read(_thing(entry, "title_detail")),
            summary=_read(summary) if content else "",
            body=_html(shown),
            base=base,
            authors=_authors(entry) or _authors(source) or self._authors,
            categories=[[_text(tag, "label"), _text(tag, "term")] for tag in _things(entry, "tags")],
            published=_date(entry, "published") or _date(entry, "created"),
            updated=_date(entry, "updated"),
            enclosures=[file for file in files if image is None or file.url != image.url],
            image=image,
            language=self._language(entry, shown),
            rights=_text(entry, "rights") or _text(source, "rights") or _text(self._feed, "rights"),
            source=agency(_text(source, "title"), _link(source, base), _text(source, "href"))
            or agency(_text(self._feed, "title"), self._link, self._url),
        )

    def _language(self, entry: Thing, shown: Thing) -> str:
        written = (_text(thing, "language") for thing in (entry, shown, _thing(entry, "title_detail"), self._feed))
        return next(filter(None, map(language_tag, written)), "")


def _link(thing: Thing, base: str) -> str:
    """Where a person reads it."""
    alternates = (_text(link, "href") for link in _things(thing, "links") if _text(link, "rel") == "alternate")
    return next(filter(None, (resolved(url, base) for url in (_text(thing, "link"), *alternates))), "")


def _content(entry: Thing) -> Thing:
    """The first text of an entry that is all of it, in HTML if there is one; nothing if there is none."""
    texts = [one for one in _things(entry, "content") if _text(one, "value")]
    html = (one for one in texts if _text(one, "type") in _HTML)
    plain = (one for one in texts if _text(one, "type") == "text/plain")
    return next(html, None) or next(plain, {})


def _summary(entry: Thing) -> Thing:
    """A summary of the entry's own: where there is none, feedparser repeats the content."""
    own = _thing(entry, "summary_detail")
    if _text(own, "value"):
        return own
    return {"value": _text(entry, "dc_description") or _text(entry, "itunes_summary"), "type": "text/html"}


def _html(shown: Thing) -> str:
    value = _text(shown, "value")
    return value if _text(shown, "type") in _HTML else add_paragraphs(escape(value, quote=False))


def _read(shown: Thing) -> str:
    """The text of what may be HTML."""
    value = _text(shown, "value")
    return text(value) if _text(shown, "type") in _HTML else value


def _authors(thing: Thing) -> list[Author]:
    """By name alone: an email address is nobody's to publish."""
    written = (
        byline(_EMAIL.sub("", _text(one, "name")[:_LONGEST_BYLINE]).strip(" ()<>,;"), _text(one, "href"))
        for one in _things(thing, "authors")
    )
    return [author for author in written if author]


def _enclosures(entry: Thing, base: str) -> Iterator[Enclosure]:
    """Enclosures, and sounds and films of Media RSS that are not among them."""
    links = [link for link in _things(entry, "links") if _text(link, "rel") == "enclosure"]
    media = [medium for medium in _things(entry, "media_content") if not _is_picture(medium)]
    seen: set[str] = set()
    for file, key, length in [(link, "href", "length") for link in links] + [(one, "url", "filesize") for one in media]:
        url = resolved(_text(file, key), base)
        if url and url not in seen:
            seen.add(url)
            kind = type_of(_text(file, "type"), url) or "application/octet-stream"
            yield Enclosure(url=url, type=kind, length=number(_text(file, length)))


def _image(entry: Thing, base: str) -> Image | None:
    """The entry's picture: of Media RSS, in full before small, else iTunes's."""
    pictures = [medium for medium in _things(entry, "media_content") if _is_picture(medium)]
    of_entry = _thing(entry, "media")
    for picture in (*pictures, *_things(entry, "media_thumbnail"), _thing(entry, "image")):
        if url := resolved(_text(picture, "url") or _text(picture, "href"), base):
            alt, caption, credit = (
                text(_text(picture, key) or _text(of_entry, key)) for key in ("alt", "caption", "credit")
            )
            return Image(
                url=url,
                type=type_of(_text(picture, "type"), url),
                length=number(_text(picture, "filesize")),
                width=number(_text(picture, "width")),
                height=number(_text(picture, "height")),
                alt=alt,
                caption=caption,
                credit=credit,
            )
    return None


def _is_picture(medium: Thing) -> bool:
    kind = _text(medium, "medium") or type_of(_text(medium, "type"), _text(medium, "url")).partition("/")[0]
    return kind == "image"


def _first_picture(files: Sequence[Enclosure]) -> Image | None:
    """Agencies that know no Media RSS enclose the picture."""
    for file in files:
        if file.type.startswith("image/"):
            return Image(url=file.url, type=file.type, length=file.length)
    return None


def _date(entry: Thing, key: str) -> datetime | None:
    """As feedparser reads it, unless it is a date of RFC 3339, which has fractions too."""
    written = _text(entry, key)
    if exact := instant(written, "", _UTC):
        return exact
    parsed = dict.get(entry, f"{key}_parsed") if written else None
    if not isinstance(parsed, struct_time) or not _FIRST_YEAR <= parsed.tm_year < _LAST_YEAR:
        return None
    return datetime.fromtimestamp(timegm(parsed), UTC)


def _text(thing: Thing, key: str) -> str:
    # By dict's own `get`: feedparser's may give another key's value.
    value = dict.get(thing, key)
    return value if isinstance(value, str) else ""


def _thing(thing: Thing, key: str) -> Thing:
    value = dict.get(thing, key)
    return value if isinstance(value, dict) else {}


def _things(thing: Thing, key: str) -> list[Thing]:
    value = dict.get(thing, key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
