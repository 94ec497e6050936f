"""MSN, by Microsoft's Partner Hub.

Sources, as found in November 2026: "MSN feed item metadata requirements", "MSN HTML guidelines and tag restrictions" and "Feed
management FAQ" of support.microsoft.com; "Feed Content Specifications" and, for the names of elements, "Atom and RSS code examples"
of helpcenter.microsoftstart.com.
"""

from dataclasses import replace

from feeds.clean.html import text_of
from feeds.clean.restricted import Allowed, restricted
from feeds.document import Extra, FeedDocument, FeedItem, Shown
from feeds.formats.safe import safe_item, summary_of, text_html
from feeds.newsroom.partners.presets.base import Around, Preset, Said
from feeds.newsroom.partners.presets.forms import dated_by_edits, shortened, with_picture
from feeds.newsroom.partners.presets.rules import (
    big_picture,
    feed_rule,
    has_picture,
    has_text,
    in_the_feeds_language,
    item_rule,
    younger_than,
)

_ITEMS = (
    "https://support.microsoft.com/en-us/topic/msn-feed-item-metadata-requirements-0114c19c-36bb-4fef-8322-4a1ed6888329"
)
_HTML = "https://support.microsoft.com/en-us/topic/msn-html-guidelines-and-tag-restrictions-2a12f610-f3da-43ea-8dc4-766f6df89e8d"
_FAQ = "https://support.microsoft.com/en-us/topic/feed-management-faq-for-msn-partner-hub-4690c187-b7e3-4a1e-b738-c294959f009c"
_FEEDS = "https://helpcenter.microsoftstart.com/kb/feed-specifications"

_SHORTEST, _LONGEST = 21, 150
"""Characters of a title: more than 20, and no more than 150 unless there is a short title."""
_ANY = frozenset({"lang", "dir"})
_TAGS = (
    "b", "i", "em", "strong", "sub", "sup", "small", "h1", "h2", "h3", "h4", "h5", "table", "thead", "tbody", "tfoot", "tr",
    "caption", "colgroup", "ul", "li", "p", "span", "br", "blockquote",
)  # fmt: skip
ALLOWED = Allowed(
    tags={
        **dict.fromkeys(_TAGS, _ANY),
        "a": _ANY | {"href"},
        "img": frozenset({"src", "alt", "width", "height"}),
        "ol": _ANY | {"start"},
        **dict.fromkeys(("td", "th"), _ANY | {"colspan", "rowspan"}),
        "col": frozenset({"span"}),
    },
    depth=9,
)
"""As listed, less `div` and `iframe`, of which nothing is left to show; "below 10 levels"."""
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_LARGEST = 15_000_000


def form(item: FeedItem) -> FeedItem:
    item = safe_item(dated_by_edits(with_picture(item)))
    alone = Shown(photo=False, dateline=False, correction=False, enclosure=item.shown.enclosure)
    # What has no text is not to look as if it had.
    shown = replace(item.shown, photo=True) if text_of(item.content_html) else alone
    return replace(
        item,
        summary=summary_of(item),
        content_html=restricted(text_html(replace(item, shown=shown)), ALLOWED),
        shown=alone,
        embargo_line="",
        extras=(*item.extras, *_extras(item)),
    )


def _extras(item: FeedItem) -> tuple[Extra, ...]:
    extras = []
    if item.updated != item.published:
        extras.append(Extra(prefix="dcterms", name="modified", text=item.updated.isoformat()))
    if len(item.title) > _LONGEST:
        extras.append(Extra(prefix="mi", name="shortTitle", text=shortened(item.title, _LONGEST)))
    return tuple(extras)


@item_rule("title", _ITEMS)
def _title(item: FeedItem, _: Around) -> Said:
    length = len(item.title)
    if length >= _SHORTEST:
        return None
    return (
        f"Its title has {length} character{'s' * (length != 1)}: write one of {_SHORTEST} to {_LONGEST}; a longer one is given "
        "a short title as well."
    )


@item_rule("picture type", _FEEDS)
def _picture_type(item: FeedItem, _: Around) -> Said:
    photo = item.photo
    if photo is None or not photo.type or photo.type.partition(";")[0].strip().lower() in _PICTURES:
        return None
    return f"Its picture is {photo.type}: take a PNG, JPEG, GIF or WebP."


@item_rule("picture weight", _FEEDS)
def _picture_weight(item: FeedItem, _: Around) -> Said:
    if item.photo is None or item.photo.length <= _LARGEST:
        return None
    return f"Its picture has {item.photo.length // 1_000_000} MB: take one of {_LARGEST // 1_000_000} at most."


@item_rule("picture shape", _FEEDS, refuses=False)
def _picture_shape(item: FeedItem, _: Around) -> Said:
    photo = item.photo
    if photo is None or not photo.width or not photo.height or 0.5 <= photo.width / photo.height <= 1.89:
        return None
    return f"Its picture has {photo.width} × {photo.height} pixels: take one between half and 1.89 times as wide as it is high."


@feed_rule("address", _FEEDS)
def _address(document: FeedDocument) -> Said:
    if document.feed_url.startswith("https://"):
        return None
    return "Its address does not begin with https://: set DATELINE_BASE_URL to one that does."


MSN = Preset(
    name="msn",
    label="MSN",
    item=form,
    item_rules=(
        _title,
        has_text(_ITEMS),
        younger_than(_ITEMS, 365),
        in_the_feeds_language(_FAQ),
        has_picture(_FEEDS, refuses=False),
        _picture_type,
        _picture_weight,
        big_picture(_FEEDS, either=720),
        _picture_shape,
    ),
    feed_rules=(_address,),
    needs_text=_ITEMS,
)
