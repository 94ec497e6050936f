"""Atom 1.0 (RFC 4287), by way of feedgen."""

from collections.abc import Sequence
from copy import deepcopy
from functools import partial
from html import escape
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree

from feeds.clean.text import xml_safe
from feeds.document import FeedDocument, FeedItem, Person
from feeds.formats.base import GENERATOR, with_extension
from feeds.formats.extensions.at import Tombstones
from feeds.formats.extensions.atom import AtomEntry, AtomFeed
from feeds.formats.extensions.base import Element, Extensions
from feeds.formats.extensions.dc import DublinCore
from feeds.formats.extensions.extras import EntryExtras, FeedExtras
from feeds.formats.extensions.fh import FeedHistory
from feeds.formats.extensions.iptc import IptcExtension
from feeds.formats.extensions.itunes import Itunes, ItunesEntry, ItunesFeed, is_of_podcasts
from feeds.formats.extensions.media import Media
from feeds.formats.extensions.podcast import PodcastIndex, PodcastIndexEntry, PodcastIndexFeed
from feeds.formats.extensions.pur import UsageRights
from feeds.formats.extensions.thr import Threading
from feeds.formats.ids import entry_id, feed_id
from feeds.formats.joining import cut, join
from feeds.formats.safe import lacks_author, safe_document, safe_item, summary_of, text_html

_FEED = (AtomFeed, FeedHistory, ItunesFeed, PodcastIndexFeed, Tombstones, FeedExtras)
_ENTRY = (AtomEntry, Threading, DublinCore, Media, UsageRights, IptcExtension, EntryExtras)
_EPISODE = (ItunesEntry, PodcastIndexEntry)
_NAMESPACES = {extension.prefix: extension.uri for extension in (Threading, DublinCore, Media, FeedHistory)}
_OF_PODCASTS = _NAMESPACES | {namespace.prefix: namespace.uri for namespace in (Itunes, PodcastIndex)}
_EMPTY, _EMPTY_EPISODE = (etree.Element("feed", nsmap=names) for names in (_NAMESPACES, _OF_PODCASTS))
"""What entries are rendered in."""


class Atom:
    name = "atom"
    extension = ".atom"
    type = "application/atom+xml"
    media_type = f"{type}; charset=utf-8"
    label = "Atom"
    tells_withdrawals = True

    def item(self, item: FeedItem) -> bytes:
        root = deepcopy(_EMPTY if item.episode is None else _EMPTY_EPISODE)
        self.entry(item, root).atom_entry()
        return cut(root, root)

    def feed(self, document: FeedDocument, items: Sequence[bytes]) -> bytes:
        return join(self.head(document).atom_str(pretty=True), "feed", items, xml_safe(document.note))

    def entry(self, item: FeedItem, holder: Element | None = None) -> Any:
        """feedgen's entry, complete: a FeedEntry, which has no types. Once made into an element, it is in its `holder`."""
        item = safe_item(item)
        entry = FeedEntry()
        ours = _ENTRY if item.episode is None else (*_ENTRY, *_EPISODE)
        entry.register_extension("ours", partial(Extensions, ours, item, self.extension, holder=holder))
        entry.id(entry_id(item.guid))
        entry.title(item.title)
        entry.updated(item.updated)
        entry.published(item.published)
        entry.author([_person(author) for author in item.authors])
        for category in item.categories:
            # Readers show the term.
            entry.category(term=category.label, label=category.label, scheme=category.scheme)
        # As HTML: of a text and an HTML, rss2email would send the text alone.
        entry.summary(escape(summary_of(item), quote=False), type="html")
        entry.content(text_html(item), type="html")
        entry.rights(item.rights)
        return entry

    def head(self, document: FeedDocument) -> Any:
        """feedgen's feed without entries: a FeedGenerator, which has no types."""
        document, names_author = safe_document(document), lacks_author(document)
        feed = FeedGenerator()
        # Most feeds have no tombstones, and many readers have not heard of their namespace.
        stones = {Tombstones.prefix: Tombstones.uri} if document.deleted else {}
        namespaces = (_OF_PODCASTS if is_of_podcasts(document) else _NAMESPACES) | stones
        ours = partial(Extensions, _FEED, document, self.extension, namespaces=namespaces)
        feed.register_extension("ours", ours)
        # The pages of a list are one feed (RFC 5005, section 3).
        feed.id(feed_id(document.paging.first or document.feed_url))
        feed.title(document.title)
        feed.subtitle(document.description)
        feed.updated(document.updated)
        if names_author:
            feed.author(_person(Person(name=document.title, url=document.page_url)))
        feed.link(href=with_extension(document.feed_url, self.extension), rel="self", type=self.type)
        feed.link(href=document.page_url, rel="alternate", type="text/html")
        for hub in document.hubs:
            feed.link(href=hub, rel="hub")
        for rel, url in document.paging.links:
            feed.link(href=with_extension(url, self.extension), rel=rel, type=self.type)
        feed.language(document.language)
        feed.rights(document.rights)
        feed.generator(GENERATOR)
        feed.icon(document.icon_url)
        return feed


def _person(person: Person) -> dict[str, str]:
    return {"name": person.name, "uri": person.url}
