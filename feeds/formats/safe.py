"""What a renderer does not take on trust: one bad entry must never break a feed."""

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, cast

from feeds.clean.html import absolute_html, excerpt
from feeds.clean.text import xml_safe
from feeds.content import Content, content_of
from feeds.content.embargo import embargo_html
from feeds.document import Attachment, Category, FeedDocument, FeedItem, Photo, Shown
from feeds.media_types import media_type

Value = TypeVar("Value")

_TEXTLESS = (bool, int, datetime, Hashable, Shown)
"""What fields are that hold no text: they are many, and not looked into."""

_LANGUAGE = re.compile("[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
"""atomLanguageTag of RFC 4287 (section 2)."""
_EXCERPT = 55
"""Words of a description made from the text, as many as WordPress takes."""
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(?:;.*)?", re.ASCII)


def safe_item(item: FeedItem) -> FeedItem:
    """The entry without characters that XML forbids, and with nothing empty or malformed that a feed demands."""
    item = _xml_safe(item)
    return _with(
        item,
        title=item.title if item.title.strip() else excerpt(item.content_html, 10) or item.url,
        language=_language(item.language),
        authors=tuple(author for author in item.authors if author.name.strip()),
        categories=tuple(_labelled(category) for category in item.categories if category.term or category.label),
        attachments=_files(item.attachments),
        photo=_with(item.photo, type=_picture_type(item.photo)) if item.photo is not None else None,
    )


def safe_document(document: FeedDocument) -> FeedDocument:
    """The same for all of a feed but its entries, which are rendered one by one."""
    return _with(
        document,
        title=xml_safe(document.title).strip() or xml_safe(document.page_url),
        description=xml_safe(document.description),
        page_url=xml_safe(document.page_url),
        feed_url=xml_safe(document.feed_url),
        language=_language(document.language),
        icon_url=xml_safe(document.icon_url),
        rights=xml_safe(document.rights),
        licence_url=xml_safe(document.licence_url),
        note=xml_safe(document.note),
        podcast=_xml_safe(document.podcast),
        extras=_xml_safe(document.extras),
        deleted=_xml_safe(document.deleted),
    )


def lacks_author(document: FeedDocument) -> bool:
    """Whether an entry has no author to name, so that its feed must (RFC 4287, section 4.1.1)."""
    return not all(any(xml_safe(author.name).strip() for author in item.authors) for item in document.items)


def text_html(item: FeedItem) -> str:
    """What a reader is shown: the body with the photo, the dateline and the correction, its URLs absolute, after the line of an
    embargo; '' of an empty entry.

    `item` is what `safe_item` made.
    """
    return embargo_html(item.embargo_line) + _content(item).html()


def _content(item: FeedItem) -> Content:
    body = item.content_html
    try:
        absolute = absolute_html(body, item.url)
    except ValueError:  # the entry's URL is no base for others
        absolute = body
    if absolute is not body:
        # References such as '&#1;' become characters in it. What is as it was is safe, as all of the entry is.
        body = xml_safe(absolute)
    shown = item.shown
    return content_of(
        body if body.strip() else "",
        item.url,
        photo=item.photo if shown.photo else None,
        place=item.dateline if shown.dateline else "",
        agency=item.agency.name if item.agency is not None and shown.dateline else "",
        correction=item.correction if shown.correction else None,
    )


def summary_of(item: FeedItem) -> str:
    """Plain text, never empty: the summary, else the first words of the body, else the title."""
    return item.summary if item.summary.strip() else excerpt(item.content_html, _EXCERPT) or item.title


def _xml_safe(value: Any) -> Any:
    """A value with every text in it, at any depth, made safe; the value itself where all of it was."""
    # Most are: one look at all texts together takes half of what one at each does, 6 us of an article's.
    together = _together(value)
    return value if xml_safe(together) is together else _mended(value)


def _together(value: Any) -> str:
    """Every text in a value, one after the other."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return "".join([_together(part) for part in value])
    texts, others = _fields(value.__class__)
    inner = [_together(part) for name in others if (part := getattr(value, name))]
    return "".join((*texts(value), *inner))


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return xml_safe(value)
    if isinstance(value, tuple):
        return tuple([_mended(part) for part in value])
    changed = {}
    for name in _texts(value.__class__):
        part = getattr(value, name)
        if part and (safe := _mended(part)) != part:
            changed[name] = safe
    return replace(value, **changed) if changed else value


def _with(value: Value, **parts: object) -> Value:
    """A dataclass with other parts; itself where none is another, as most are: a copy costs more than the look."""
    changed = {name: part for name, part in parts.items() if part != getattr(value, name)}
    return cast(Value, replace(cast(Any, value), **changed)) if changed else value


@cache
def _texts(kind: Any) -> tuple[str, ...]:
    """The fields of a dataclass in which text may be; none of any other type."""
    return tuple(field.name for field in fields(kind) if field.type not in _TEXTLESS) if is_dataclass(kind) else ()


@cache
def _fields(kind: Any) -> tuple[Callable[[Any], Iterable[str]], tuple[str, ...]]:
    """What gives the fields of a dataclass that are texts, and the others in which text may be."""
    of_kind = fields(kind) if is_dataclass(kind) else ()
    texts = [field.name for field in of_kind if field.type is str]
    return attrgetter(*texts) if texts else lambda _: (), tuple(name for name in _texts(kind) if name not in texts)


def _language(tag: str) -> str:
    return tag if _LANGUAGE.fullmatch(tag) else ""


def _labelled(category: Category) -> Category:
    if category.term and category.label:
        return category
    return replace(category, term=category.term or category.label, label=category.label or category.term)


def _files(attachments: Sequence[Attachment]) -> tuple[Attachment, ...]:
    """Each file once."""
    files: dict[str, Attachment] = {}
    for attachment in attachments:
        files.setdefault(attachment.url, _typed(attachment))
    return tuple(files.values())


def _picture_type(photo: Photo) -> str:
    """As it was given, else by its file's name; '' of one that nothing is known of."""
    if _MEDIA_TYPE.fullmatch(photo.type):
        return photo.type
    named = media_type(photo.url.partition("?")[0].partition("#")[0])
    return named if named.startswith("image/") else ""


def _typed(attachment: Attachment) -> Attachment:
    """RSS and JSON Feed demand a type; this is the one of a file of which nothing is known (RFC 2046, section 4.5.1)."""
    known = _MEDIA_TYPE.fullmatch(attachment.type)
    return attachment if known else replace(attachment, type="application/octet-stream")
