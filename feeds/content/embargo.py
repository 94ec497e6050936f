"""A line at the head of the text of what nobody may publish yet."""

from dataclasses import replace
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from feeds.document import FeedItem
from feeds.wording import ENGLISH, Wording


def embargo_line(until: datetime, zone: ZoneInfo, wording: Wording = ENGLISH) -> str:
    """'Embargoed until 22 March 2023, 12:00 (UTC+01:00)', by the newsroom's clocks; seconds where there are any."""
    local = until.astimezone(zone)
    time = local.time().isoformat("auto" if local.second or local.microsecond else "minutes")
    offset = local.isoformat()[-6:]
    return wording.gettext(
        "Embargoed until %(date)s, %(time)s (UTC%(offset)s)",
        date=wording.dates.long(local.date()),
        time=time,
        offset=offset,
    )


def with_embargo_line(item: FeedItem, zone: ZoneInfo, wording: Wording = ENGLISH) -> FeedItem:
    """An entry whose text begins with that line; as it is where it is under no embargo."""
    if item.embargoed_until is None:
        return item
    return replace(item, embargo_line=embargo_line(item.embargoed_until, zone, wording))


def embargo_html(line: str) -> str:
    return f"<p><strong>{escape(line, quote=False)}</strong></p>" if line else ""
