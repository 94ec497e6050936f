"""RSS 2.0's own dates. feedgen formats them between two calls of setlocale, which no thread may do while others run."""

from datetime import datetime
from email.utils import format_datetime

from feeds.formats.extensions.base import Element, EntryExtension, FeedExtension


def rfc822_date(instant: datetime) -> str:
    """'Sat, 05 Mar 2022 14:48:51 +0000', in English whatever the locale (RSS 2.0; RFC 822, section 5)."""
    return format_datetime(instant)


class RssEntry(EntryExtension):
    def extend_rss(self, parent: Element) -> None:
        self.add(parent, "pubDate", rfc822_date(self.subject.published))


class RssChannel(FeedExtension):
    def extend_rss(self, parent: Element) -> None:
        self.add(parent[0], "lastBuildDate", rfc822_date(self.subject.updated))
