"""A line at the head of the text of what nobody may publish yet."""

from dataclasses import replace
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from feeds.clean.text import MONTHS
from feeds.document import FeedItem


def embargo_line(until: datetime, zone: ZoneInfo) -> str:
    """'Embargoed until 22 March 2023, 12:00 (UTC+01:00)', by the newsroom's clocks; seconds where there are any."""
    local = until.astimezone(zone)
    time = local.time().isoformat("auto" if local.second or local.microsecond else "minutes")
    offset = local.isoformat()[-6:]
    return f"Embargoed until {local.day} {MONTHS[local.month - 1]} {local.year}, {time} (UTC{offset})"


def with_embargo_line(item: FeedItem, zone: ZoneInfo) -> FeedItem:
    """An entry whose text begins with that line; as it is where it is under no embargo."""
    if item.embargoed_until is None:
        return item
    return replace(item, embargo_line=embargo_line(item.embargoed_until, zone))


def embargo_html(line: str) -> str:
    return f"<p><strong>{escape(line, quote=False)}</strong></p>" if line else ""
