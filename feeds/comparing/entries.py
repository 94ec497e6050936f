"""A feed as a reader takes it in: entries, each known by the id that readers go by."""

import json
from calendar import timegm
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from time import struct_time
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import feedparser

from feeds.importers.markup import text
from feeds.importers.values import instant

PASSWORD_FORM = "action=postpass"
"""Where WordPress sends the password of what it protects: its form stands in the place of the text, whatever the language."""
_UTC = ZoneInfo("UTC")
_FIRST_YEAR, _LAST_YEAR = 1000, 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a reader keeps of one. Two with the same `id` are one to it, whatever else they say."""

    id: str
    """The guid or id; where there is none the link, else title and date."""
    title: str
    link: str
    """Absolute, or ''."""
    at: datetime | None
    """Of its publication, in whole seconds."""
    comments: str = ""
    """The feed of its own comments, or ''."""
    protected: bool = False
    """Its text is withheld from whoever has no password."""


def read_feed(body: bytes, content_type: str, url: str) -> tuple[Entry, ...] | None:
    """The entries of the feed in the body of an answer, in its order, each id once; None if it is no feed that readers know.

    `url`: where it was in the end, by which links are resolved. Ids are not: most readers take them as they stand.
    """
    if "json" in content_type.lower() or body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _json_feed(body, url)
    try:
        parsed = feedparser.parse(
            BytesIO(body),
            response_headers={"content-type": content_type} if content_type else {},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError):
        # What stands where no feed has it may trip feedparser up.
        return None
    if not _text(parsed, "version"):
        return None
    return _each_once(_entry(entry, url) for entry in _things(parsed, "entries"))


def _each_once(entries: Iterator[Entry]) -> tuple[Entry, ...]:
    found: dict[str, Entry] = {}
    for entry in entries:
        found.setdefault(entry.id, entry)
    return tuple(found.values())


def _entry(entry: dict[str, Any], url: str) -> Entry:
    # A proxy that counts readers stands before the article's own address.
    link = _resolved(url, _text(entry, "feedburner_origlink") or _text(entry, "link"))
    title = text(_text(entry, "title"))
    at = _date(entry, "published") or _date(entry, "updated")
    summary = dict.get(entry, "summary_detail")
    contents = [*_things(entry, "content"), *([summary] if isinstance(summary, dict) else [])]
    return Entry(
        id=_text(entry, "id") or link or f"{title} {at}",
        title=title,
        link=link,
        at=at,
        comments=_resolved(url, _text(entry, "wfw_commentrss")) or _replies(entry, url),
        protected=any(PASSWORD_FORM in _text(one, "value") for one in contents),
    )


def _replies(entry: dict[str, Any], url: str) -> str:
    """Atom's link to them (RFC 4685, section 4)."""
    links = (link for link in _things(entry, "links") if _text(link, "rel") == "replies")
    return next((_resolved(url, _text(link, "href")) for link in links if "atom" in _text(link, "type")), "")


def _json_feed(body: bytes, url: str) -> tuple[Entry, ...] | None:
    """JSON Feed 1.x, which feedparser does not read."""
    try:
        document = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or "jsonfeed.org/version/" not in _text(document, "version"):
        return None
    return _each_once(_item(item, url) for item in _things(document, "items"))


def _item(item: dict[str, Any], url: str) -> Entry:
    link, title = _resolved(url, _text(item, "url")), text(_text(item, "title"))
    at = instant(_text(item, "date_published"), "", _UTC)
    number = item.get("id")
    its_id = str(number) if isinstance(number, int | float) else _text(item, "id")
    return Entry(
        id=its_id or link or f"{title} {at}",
        title=title,
        link=link,
        at=at.replace(microsecond=0) if at else None,
        protected=PASSWORD_FORM in _text(item, "content_html"),
    )


def _date(entry: dict[str, Any], key: str) -> datetime | None:
    parsed = dict.get(entry, f"{key}_parsed") if _text(entry, key) else None
    if not isinstance(parsed, struct_time) or not _FIRST_YEAR <= parsed.tm_year < _LAST_YEAR:
        return None
    return datetime.fromtimestamp(timegm(parsed), UTC)


def _text(thing: dict[str, Any], key: str) -> str:
    # By dict's own `get`: feedparser's may give another key's value.
    value = dict.get(thing, key)
    return value.strip() if isinstance(value, str) else ""


def _things(thing: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = dict.get(thing, key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _resolved(base: str, url: str) -> str:
    try:
        return urljoin(base, url) if url else ""
    except ValueError:
        return ""
