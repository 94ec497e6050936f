"""SmartNews, by its SmartFormat.

Sources, as found in November 2026: "SmartFormat Specification Version 2.2" and, for the size of a feed, the outline of version 2.1
(in Japanese), both of publishers.smartnews.com.
"""

from dataclasses import replace
from urllib.parse import urlsplit

from feeds.document import Extra, FeedDocument, FeedItem
from feeds.newsroom.partners.presets.base import Preset, Said
from feeds.newsroom.partners.presets.forms import shortened, with_picture
from feeds.newsroom.partners.presets.rules import feed_rule, has_picture, has_text
from storage.model import Subject

_FORMAT = "https://publishers.smartnews.com/hc/en-us/articles/56500436151065"
_OUTLINE = "https://publishers.smartnews.com/hc/ja/articles/360036526213"

_DESCRIPTION = 30
"""Characters of the channel's."""
_LARGEST = 1_000_000
"""Bytes of a feed, as recommended."""


def form(document: FeedDocument) -> FeedDocument:
    return replace(
        document,
        description=shortened(document.description or document.title, _DESCRIPTION),
        extras=(*_others(document.extras), *_logo(document)),
        items=tuple(_measured(item, document.analytics_html) for item in document.items),
    )


def _others(extras: tuple[Extra, ...]) -> tuple[Extra, ...]:
    return tuple(extra for extra in extras if extra.prefix != "snf")


def _logo(document: FeedDocument) -> tuple[Extra, ...]:
    if not document.icon_url:
        return ()
    return (Extra(prefix="snf", name="logo", children=(Extra(name="url", text=document.icon_url),)),)


def _measured(item: FeedItem, html: str) -> FeedItem:
    """The newsroom's analytics, which it chooses for all entries at once: `{url}` and `{path}` in it are the article's."""
    if not html or item.subject is not Subject.ARTICLE:
        return item
    # It stands in the strings of scripts.
    url = item.url.replace("'", "%27").replace("\\", "%5C")
    text = html.replace("{url}", url).replace("{path}", urlsplit(url).path)
    return replace(item, extras=(*_others(item.extras), Extra(prefix="snf", name="analytics", text=text)))


@feed_rule("logo", _FORMAT)
def _has_logo(document: FeedDocument) -> Said:
    return None if document.icon_url else "It has no logo: set DATELINE_ICON_URL to a picture."


@feed_rule("language", _FORMAT)
def _has_language(document: FeedDocument) -> Said:
    return None if document.language else "It names no language: set DATELINE_LANGUAGE, as in en."


@feed_rule("size", _OUTLINE, refuses=False)
def _size(document: FeedDocument) -> Said:
    size = sum(len(item.content_html.encode(errors="replace")) for item in document.items)
    if size <= _LARGEST:
        return None
    count = len(document.items)
    return f"Its {count} entries have {size / 1_000_000:.1f} MB, and no more than 1 MB is recommended: say --items with fewer."


SMARTNEWS = Preset(
    name="smartnews",
    label="SmartNews",
    item=with_picture,
    feed=form,
    item_rules=(has_text(_FORMAT), has_picture(_FORMAT)),
    feed_rules=(_has_logo, _has_language, _size),
    needs_text=_FORMAT,
    needs_pictures=_FORMAT,
)
