"""What a reader makes of a feed, and what it should have made of it."""

import json
from calendar import timegm
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any

import feedparser

from feeds.clean.html import text_of
from feeds.clean.text import xml_safe
from feeds.document import FeedDocument, FeedItem
from feeds.formats.base import Format
from feeds.formats.extensions.content import ContentWithFiles
from feeds.formats.ids import entry_id
from feeds.formats.safe import safe_item, text_html


@dataclass(frozen=True, kw_only=True)
class Reading:
    """An entry. Texts have their white space folded; dates are whole seconds."""

    id: str
    title: str
    link: str
    published: datetime
    updated: datetime
    authors: tuple[str, ...]
    content: str
    """As text."""


def written(format: Format, document: FeedDocument) -> list[Reading]:
    """What the entries of a document say in a format."""
    return [_written(format, safe_item(item)) for item in document.items]


def _written(format: Format, item: FeedItem) -> Reading:
    updated = item.modified or item.updated if format.name == "json" else item.updated
    identified = item.guid if format.name in ("rss", "json") else entry_id(item.guid)
    return Reading(
        id=_folded(identified),
        title=_title(format, item.title),
        link=item.url,
        published=item.published.replace(microsecond=0),
        updated=updated.replace(microsecond=0),
        authors=tuple(_folded(author.name) for author in item.authors),
        content=text_of(_text(format, item)),
    )


def _text(format: Format, item: FeedItem) -> str:
    return ContentWithFiles(item, format.extension).text() if format.name == "rdf" else text_html(item)


def read(format: Format, body: bytes) -> list[Reading]:
    """What is read of a format's bytes: by feedparser, or where that cannot, by what can."""
    if format.name == "json":
        return [_member(item) for item in json.loads(body)["items"]]
    parsed = feedparser.parse(body)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return [_entry(format, entry) for entry in parsed.entries]


def _entry(format: Format, entry: Any) -> Reading:
    # feedparser says that there is an `updated` wherever there is `published`, except to who asks so; RSS 1.0's date is the former.
    dates = {name: _instant(dict.get(entry, f"{name}_parsed")) for name in ("published", "updated")}
    published, updated = dates["published"] or dates["updated"], dates["updated"] or dates["published"]
    assert published is not None
    assert updated is not None
    return Reading(
        id=_folded(entry.id),
        title=_title(format, entry.title),
        link=entry.link,
        published=published,
        updated=updated,
        authors=tuple(_folded(author.name) for author in entry.get("authors", ())),
        content=text_of(entry.content[0].value) if "content" in entry else "",
    )


def _title(format: Format, title: str) -> str:
    """RSS does not say whether a title is text or HTML: feedparser guesses, and escapes one that looks like HTML."""
    return _folded(unescape(title) if format.name in ("rss", "rdf") else title)


def _instant(parsed: Any) -> datetime | None:
    return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None


def _member(item: dict[str, Any]) -> Reading:
    return Reading(
        id=_folded(item["id"]),
        title=_folded(item["title"]),
        link=item["url"],
        published=datetime.fromisoformat(item["date_published"]).replace(microsecond=0),
        updated=datetime.fromisoformat(item["date_modified"]).replace(microsecond=0),
        authors=tuple(_folded(author["name"]) for author in item.get("authors", ())),
        content=text_of(item.get("content_html", "")),
    )


def _folded(text: str) -> str:
    return " ".join(xml_safe(text).split())
