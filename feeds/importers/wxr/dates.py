"""An item's dates, as WordPress keeps them: on the site's clocks, and in GMT."""

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from feeds.importers.dates import written_date
from feeds.importers.values import instant
from feeds.importers.wxr.xmltree import Node

_UNDATED = frozenset({"draft", "pending"})
_GMT = ZoneInfo("UTC")
_LATE = timedelta(hours=1)
"""WordPress publishes when somebody visits it next."""


class Dates(NamedTuple):
    published: datetime | None
    updated: datetime | None
    begun: datetime | None
    """Where nothing else is known."""


def readable(gmt: str, local: str, zone: ZoneInfo, other: str = "") -> datetime | None:
    """The moment in UTC: the first that can be read of the date in GMT, the one on the site's clocks, and an `other` one. Each as
    WordPress writes it, else as any feed may: tools that mend exports write dates as their language does.
    """
    if moment := instant(gmt, local, zone):
        return moment
    for text, its_zone in ((gmt, _GMT), (local, zone), (other, _GMT)):
        if (written := written_date(text, zone)) and (moment := written.instant(its_zone, its_zone)):
            return moment
    return None


def dates_of(item: Node, zone: ZoneInfo) -> Dates:
    """`updated` is never before `published`: a scheduled one was modified before its time comes."""
    gmt, local = item.get("wp:post_date_gmt"), item.get("wp:post_date")
    updated = readable(item.get("wp:post_modified_gmt"), item.get("wp:post_modified"), zone)
    published = readable(gmt, local, zone, item.get("pubDate"))
    if item.get("wp:status").strip() in _UNDATED and readable(gmt, "", zone) is None:
        # WordPress dates such a draft when it is published; until then its date only says when it was begun.
        return Dates(None, updated, published)
    return Dates(published, max(filter(None, (published, updated)), default=None), None)


def was_missed(item: Node, zone: ZoneInfo, exported_at: datetime | None) -> bool:
    """Whether a post was still scheduled in an export of a later time: a site whose clockwork stands publishes nothing."""
    if item.get("wp:status").strip() != "future" or exported_at is None:
        return False
    at = dates_of(item, zone).published
    return at is not None and at < exported_at - _LATE
