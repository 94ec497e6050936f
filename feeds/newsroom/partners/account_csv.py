"""A partner's account as comma-separated values (RFC 4180), for spreadsheets."""

import csv
from datetime import datetime
from io import StringIO

from feeds.newsroom.partners.account import Account

HEADING = ("told_at", "action", "article", "guid", "headline", "taken_at", "seconds", "outstanding")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a cell for something to be worked out."""


def account_csv(account: Account) -> str:
    """A line for each entry, the newest first; times are in UTC."""
    text = StringIO()
    # With a line feed inside of it a field is quoted; lines end as RFC 4180 has it.
    lines = csv.writer(text)
    lines.writerow(HEADING)
    for entry in account.entries:
        change, delay = entry.change, entry.delay
        lines.writerow(
            (
                _time(change.at), change.action.value, change.article_id, _words(change.guid), _words(entry.headline),
                _time(entry.taken_at), "" if delay is None else int(delay.total_seconds()), "yes" if entry.outstanding else "no",
            )
        )  # fmt: skip
    return text.getvalue()


def _words(text: str) -> str:
    """With an apostrophe before what would be taken for a formula."""
    return f"'{text}" if text.lstrip().startswith(_FORMULA) or text.startswith(_FORMULA) else text


def _time(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}"
