"""RSS 2.0's own dates. feedgen formats them between two calls of setlocale, which no thread may do while others run."""

from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from feeds.formats.base import with_extension
from feeds.formats.extensions.base import Element, EntryExtension, FeedExtension

_LINK = "{http://www.w3.org/2005/Atom}link"


def rfc822_date(instant: datetime) -> str:
    """'Sat, 05 Mar 2022 14:48:51 +0000', in English whatever the locale (RSS 2.0; RFC 822, section 5)."""
    return format_datetime(instant)


class RssEntry(EntryExtension):
    def extend_rss(self, parent: Element) -> None:
        self.add(parent, "pubDate", rfc822_date(self.subject.published))


class RssChannel(FeedExtension):
    def extend_rss(self, parent: Element) -> None:
        self.add(parent[0], "lastBuildDate", rfc822_date(self.subject.updated))
        # feedgen writes the link to the feed itself, and no other.
        for rel, url in self.subject.paging.links:
            etree.SubElement(
                parent[0], _LINK, href=with_extension(url, self.extension), rel=rel, type="application/rss+xml"
            )
