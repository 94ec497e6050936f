"""JSON Feed, 1 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
import re
from collections.abc import Generator, Iterator
from html import escape

from feeds.clean.tokenizer import resolved as references
from feeds.importers.base import Desk, Imported
from feeds.importers.dates import FileDates
from feeds.importers.episodes import seconds
from feeds.importers.feeds.article import Entry, agency, byline, check_count, check_size, records, with_link
from feeds.importers.feeds.identity import feed_source
from feeds.importers.feeds.pictures import first_enclosed, is_avatar
from feeds.importers.file import ImportFile, ImportRefused
from feeds.importers.paragraphs import add_paragraphs
from feeds.importers.values import language_tag, number, resolved, type_of
from storage.model import Author, Enclosure, Image, ImportSource

VALUES = 5_000_000
"""In a feed, about; Python's parser takes a hundred bytes for the least of them."""
_VERSION = "jsonfeed.org/version/1"
_ITEM = re.compile(r'"(?:content_html|content_text|date_published)"\s*:')
_DATES = ("date_published", "date_modified")


class JsonFeed:
    name = "JSON Feed"
    takes_placement = True
    tells_addresses = False

    def recognises(self, head: str) -> bool:
        """Where a feed's keys stand in their alphabet's order, its version is behind all of its items."""
        if not head.lstrip("\ufeff \t\r\n").startswith("{"):
            return False
        return _is_version(head) or ('"items"' in head and _ITEM.search(head) is not None)

    def read(self, source: ImportFile, desk: Desk) -> Generator[Imported, None, None]:
        check_size(source)
        feed = _load(source)
        check_count(len(_list(feed, "items")))
        dates = FileDates(desk.zone, (_text(item, key) for item in _objects(feed, "items") for key in _DATES))
        entries = (_entry(item, feed, source.url, dates) for item in _objects(feed, "items"))
        yield from records(entries, desk, _source(feed, source))


def _load(source: ImportFile) -> dict[str, object]:
    text = "".join(source.json_text()).removeprefix("\ufeff")
    if sum(map(text.count, ",[{")) > VALUES:
        raise ImportRefused("it holds too many values: import it in parts")
    try:
        feed = json.loads(text)
    except json.JSONDecodeError as error:
        raise ImportRefused(f"not well-formed JSON at line {error.lineno}: {error.msg}") from None
    except (ValueError, RecursionError):
        raise ImportRefused("its JSON is nested too deeply, or holds a number too long to read") from None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise ImportRefused("a JSON Feed has a list of items: this one has none")
    if not _is_version(_text(feed, "version")):
        raise ImportRefused("a JSON Feed says its version: this file has items, and may be of any other kind")
    return feed


def _is_version(text: str) -> bool:
    # PHP writes '/' as '\/'.
    return _VERSION in text.replace("\\/", "/")


def _source(feed: dict[str, object], source: ImportFile) -> ImportSource:
    own = resolved(_text(feed, "feed_url"), source.url)
    return feed_source(
        [own], source.addresses, resolved(_text(feed, "home_page_url"), source.url), _text(feed, "title")
    )


def _entry(item: dict[str, object], feed: dict[str, object], url: str, dates: FileDates) -> Entry:
    base = resolved(_text(feed, "home_page_url"), url) or resolved(url, "")
    link = resolved(_text(item, "url"), base)
    base = link or base
    html = _text(item, "content_html")
    files = list(_attachments(item, base))
    image = _image(item, base) or first_enclosed(files)
    published, updated = (dates.read(_text(item, key)) for key in _DATES)
    return Entry(
        guid=_text(item, "id"),
        link=link,
        headline=references(_text(item, "title")),
        summary=_text(item, "summary"),
        body=with_link(
            html if html.strip() else add_paragraphs(escape(_text(item, "content_text"), quote=False)),
            resolved(_text(item, "external_url"), base),
        ),
        base=base,
        authors=_authors(item) if _names_author(item) else _authors(feed),
        categories=[[tag] for tag in _list(item, "tags") if isinstance(tag, str)],
        published=published,
        updated=updated,
        unread_dates=[
            _text(item, key)
            for key, read in zip(_DATES, (published, updated), strict=True)
            if _text(item, key).strip() and read is None
        ],
        enclosures=[file for file in files if image is None or file.url != image.url],
        image=image,
        language=language_tag(_text(item, "language") or _text(feed, "language")),
        rights="",
        source=agency(_text(feed, "title"), resolved(_text(feed, "home_page_url"), url), url),
    )


def _authors(thing: dict[str, object]) -> list[Author]:
    """By `authors` of version 1.1, or `author` of version 1."""
    written = (byline(_text(one, "name"), _text(one, "url")) for one in _people(thing))
    return [author for author in written if author]


def _people(thing: dict[str, object]) -> Iterator[dict[str, object]]:
    """Some publishers write a name alone in place of an author."""
    for one in (*_list(thing, "authors"), thing.get("author")):
        if isinstance(one, str):
            yield {"name": one}
        elif isinstance(one, dict):
            yield one


def _names_author(thing: dict[str, object]) -> bool:
    """Whether it has an author, whose name may be nobody's to publish, or not be said: what has one is by nobody else."""
    return any(_text(one, key).strip() for one in _people(thing) for key in ("name", "url", "avatar"))


def _attachments(item: dict[str, object], base: str) -> Iterator[Enclosure]:
    for file in _objects(item, "attachments"):
        if url := resolved(_text(file, "url"), base):
            kind = type_of(_text(file, "mime_type"), url) or "application/octet-stream"
            length, duration = number(_text(file, "size_in_bytes")), seconds(_text(file, "duration_in_seconds"))
            yield Enclosure(url=url, type=kind, length=length, duration=duration)


def _image(item: dict[str, object], base: str) -> Image | None:
    for key in ("image", "banner_image"):
        if (url := resolved(_text(item, key), base)) and not is_avatar(url):
            return Image(url=url, type=type_of("", url))
    return None


def _text(thing: dict[str, object], key: str) -> str:
    """A text, or a number as text: some publishers write ids so; '' for what is neither."""
    value = thing.get(key)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _list(thing: dict[str, object], key: str) -> list[object]:
    value = thing.get(key)
    return value if isinstance(value, list) else []


def _objects(thing: dict[str, object], key: str) -> Iterator[dict[str, object]]:
    return (one for one in _list(thing, key) if isinstance(one, dict))
