"""RSS 2.0's own dates. feedgen formats them between two calls of setlocale, which no thread may do while others run."""

from datetime import datetime

from lxml import etree

from feeds.formats.base import with_extension
from feeds.formats.extensions.base import Element, EntryExtension, FeedExtension
from feeds.formats.extensions.sy import minutes
from feeds.licence import MEDIA_TYPE

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LINK = "{http://www.w3.org/2005/Atom}link"


def rfc822_date(instant: datetime) -> str:
    """'Sat, 05 Mar 2022 14:48:51 +0000' of an instant in UTC, in English whatever the locale (RSS 2.0; RFC 822, section 5).

    Not email.utils.format_datetime, which does the same in 3.6 us against 1.1: it was a twentieth of an entry's rendering.
    """
    day, month = _DAYS[instant.weekday()], _MONTHS[instant.month - 1]
    return f"{day}, {instant.day:02} {month} {instant.year:04} {instant.time().isoformat('seconds')} +0000"


class RssEntry(EntryExtension):
    def extend_rss(self, parent: Element) -> None:
        self.add(parent, "pubDate", rfc822_date(self.subject.published))


class RssChannel(FeedExtension):
    def extend_rss(self, parent: Element) -> None:
        if self.subject.published is not None:
            self.add(parent[0], "pubDate", rfc822_date(self.subject.published))
        self.add(parent[0], "lastBuildDate", rfc822_date(self.subject.updated))
        self.add(parent[0], "ttl", str(minutes(self.subject.max_age)))
        # feedgen writes the link to the feed itself, and no other.
        for hub in self.subject.hubs:
            etree.SubElement(parent[0], _LINK, href=hub, rel="hub")
        if self.subject.licence_url:
            etree.SubElement(parent[0], _LINK, href=self.subject.licence_url, rel="license", type=MEDIA_TYPE)
        for rel, url in self.subject.paging.links:
            etree.SubElement(
                parent[0], _LINK, href=with_extension(url, self.extension), rel=rel, type="application/rss+xml"
            )
