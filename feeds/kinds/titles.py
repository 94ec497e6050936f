"""What feeds are called."""

from datetime import date

from feeds.clean.text import MONTHS
from feeds.kinds.base import Publication

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def feed_title(name: str, publication: Publication) -> str:
    """Of the feed of a section, a tag or an author."""
    return f"{name} – {publication.title}"


def comments_title(title: str) -> str:
    """Of the comments on what has a feed of this title."""
    return f"Comments for {title}"


def replies_title(title: str) -> str:
    """Of the feed of replies to one's own comments, in a newsroom of this title."""
    return f"Replies to your comments – {title}"


def long_date(day: date) -> str:
    """'Wednesday 22 March 2023'"""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def month_of(day: date) -> str:
    """'March 2023'"""
    return f"{MONTHS[day.month - 1]} {day.year}"
