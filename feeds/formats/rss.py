"""RSS 2.0, with the Advisory Board's best-practices profile, by way of feedgen."""

import re
from collections.abc import Sequence
from copy import deepcopy
from functools import partial
from html import escape
from typing import Any
from urllib.parse import urlsplit

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree

from feeds.clean.text import xml_safe
from feeds.document import FeedDocument, FeedItem
from feeds.formats.base import GENERATOR, with_extension
from feeds.formats.extensions.atom import AtomEntry
from feeds.formats.extensions.base import Element, EntryExtension, Extensions
from feeds.formats.extensions.content import Content
from feeds.formats.extensions.dc import DublinCore
from feeds.formats.extensions.extras import EntryExtras, FeedExtras
from feeds.formats.extensions.fh import FeedHistory
from feeds.formats.extensions.iptc import IptcExtension
from feeds.formats.extensions.itunes import (
    Itunes,
    ItunesEntry,
    ItunesFeed,
    description_of,
    for_directories,
    is_of_podcasts,
)
from feeds.formats.extensions.media import Media, enclosure_of
from feeds.formats.extensions.podcast import PodcastIndex, PodcastIndexEntry, PodcastIndexFeed
from feeds.formats.extensions.pur import UsageRights
from feeds.formats.extensions.rsl import Rsl
from feeds.formats.extensions.rss import RssChannel, RssEntry
from feeds.formats.extensions.slash import Slash
from feeds.formats.extensions.sy import Syndication
from feeds.formats.extensions.thr import Threading
from feeds.formats.extensions.wfw import WellFormedWeb
from feeds.formats.joining import cut, join
from feeds.formats.safe import safe_document, safe_item, summary_of

_CHANNEL = (RssChannel, FeedHistory, Syndication, ItunesFeed, PodcastIndexFeed, FeedExtras)
_ITEM = (RssEntry, AtomEntry, Content, DublinCore, Media, Slash, WellFormedWeb, Threading)
_EPISODE = (ItunesEntry, PodcastIndexEntry)
_RARE = (UsageRights, IptcExtension)
"""What few items have: they declare its namespaces themselves."""
_NAMESPACES = {
    extension.prefix: extension.uri
    for extension in (*_CHANNEL, *_ITEM)
    if extension.prefix and extension not in (ItunesFeed, PodcastIndexFeed)
}


def _namespaces(*, licensed: bool, podcast: bool) -> dict[str, str]:
    """Those of a feed's root: a licence's module, and directories of podcasts, want theirs there."""
    rare = [Rsl] * licensed + [Itunes, PodcastIndex] * podcast
    return _NAMESPACES | {namespace.prefix: namespace.uri for namespace in rare}


def _empty(*, licensed: bool, podcast: bool) -> Element:
    root = etree.Element("rss", nsmap=_namespaces(licensed=licensed, podcast=podcast))
    etree.SubElement(root, "channel")
    return root


_EMPTY = {
    (licensed, podcast): _empty(licensed=licensed, podcast=podcast)
    for licensed in (False, True)
    for podcast in (False, True)
}
"""What entries are rendered in. A copy takes a third of the time that declaring the namespaces does."""

_PLAIN = re.compile(rb"<(title|media:text)(?: [^<>]*)?>[^<]*&[^<]*</\1>")
"""Elements that hold plain text. They are met nowhere else: '<' is escaped in text."""


def in_profile(document: bytes) -> bytes:
    """RSS with '&' and '<' of its plain texts in hexadecimal, the same to a parser of XML.

    The best-practices profile asks for it: readers that take titles for HTML read most of them right so.
    """
    return _PLAIN.sub(lambda text: text[0].replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;"), document)


_WIDEST, _HIGHEST = 144, 400
"""Pixels that RSS allows a channel's image."""


def _within(size: tuple[int, int]) -> tuple[str | None, str | None]:
    """At which size a picture is shown; nothing of one of unknown size."""
    width, height = size
    if not width or not height:
        return None, None
    scale = min(1, _WIDEST / width, _HIGHEST / height)
    return str(max(1, round(width * scale))), str(max(1, round(height * scale)))


def _cloud(url: str) -> dict[str, str]:
    """As RSS tells readers where to ask to be told (RSS 2.0, <cloud>): by the HTTP POST of rssCloud's walkthrough."""
    parts = urlsplit(url)
    return {
        "domain": parts.hostname or "",
        "port": str(parts.port or (443 if parts.scheme == "https" else 80)),
        "path": parts._replace(scheme="", netloc="").geturl(),
        "registerProcedure": "",
        "protocol": "http-post",
    }


class Rss:
    name = "rss"
    extension = ".rss"
    type = "application/rss+xml"
    media_type = f"{type}; charset=utf-8"
    label = "RSS"
    tells_withdrawals = False

    def item(self, item: FeedItem) -> bytes:
        root = deepcopy(_EMPTY[item.licence is not None, item.episode is not None])
        self.entry(item, root[0]).rss_entry()
        return in_profile(cut(root, root[0]))

    def feed(self, document: FeedDocument, items: Sequence[bytes]) -> bytes:
        return join(in_profile(self.channel(document).rss_str(pretty=True)), "channel", items, xml_safe(document.note))

    def entry(self, item: FeedItem, holder: Element | None = None) -> Any:
        """feedgen's entry, complete: a FeedEntry, which has no types. Once made into an element, it is in its `holder`."""
        item = safe_item(item)
        ours: tuple[type[EntryExtension], ...] = (*_ITEM, *_RARE, Rsl, EntryExtras)
        if item.episode is not None:
            item, ours = for_directories(item), (*ours, *_EPISODE)
        entry = FeedEntry()
        entry.register_extension("ours", partial(Extensions, ours, item, self.extension, holder=holder))
        entry.title(item.title)
        entry.link(href=item.url)
        entry.guid(item.guid, permalink=False)
        summary = summary_of(item)
        entry.description(escape(summary if item.episode is None else description_of(summary), quote=False))
        for category in item.categories:
            entry.category(term=category.term, label=category.label, scheme=category.scheme)
        if item.replies is not None:
            entry.comments(f"{item.replies.page_url}#comments")
        if (enclosure := enclosure_of(item)) is not None:
            entry.enclosure(enclosure.url, enclosure.length, enclosure.type)
        return entry

    def channel(self, document: FeedDocument) -> Any:
        """feedgen's feed without entries: a FeedGenerator, which has no types."""
        document = safe_document(document)
        namespaces = _namespaces(
            licensed=any(item.licence is not None for item in document.items), podcast=is_of_podcasts(document)
        )
        feed = FeedGenerator()
        # It is set to now, and no setter takes it away; `RssChannel` writes the document's.
        feed._FeedGenerator__rss_lastBuildDate = None
        ours = partial(Extensions, _CHANNEL, document, self.extension, namespaces=namespaces)
        feed.register_extension("ours", ours)
        feed.title(document.title)
        about = document.description or document.title
        feed.description(about if document.podcast is None else description_of(about))
        feed.link(href=with_extension(document.feed_url, self.extension), rel="self", type=self.type)
        feed.link(href=document.page_url, rel="alternate")  # the channel's link is the last, whatever its rel
        feed.language(document.language)
        feed.copyright(document.rights)
        feed.generator(GENERATOR)
        feed.docs("")
        if document.cloud:
            feed.cloud(**_cloud(document.cloud))
        if document.icon_url:
            width, height = _within(document.icon_size)
            feed.image(document.icon_url, document.title, document.page_url, width, height)
        return feed
