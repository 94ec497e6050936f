"""For a week a list shows what came late, out of its order, beside its newest."""

from datetime import datetime, timedelta

from feeds.validity import Validity
from storage.model import Late, Rest, Span

LATE_SHOWN = timedelta(days=7)
"""Whoever polls once a week misses nothing."""


def late_since(now: datetime, span: Span | Rest | None = None) -> datetime | None:
    """Since when what came late is shown; None for a part of a list, which has it at its place alone."""
    return now - LATE_SHOWN if span is None else None


def week_ends(late: Late[object]) -> Validity:
    """Of a list that shows what came late: between the end of the last such week, and of the next one."""
    return Validity(
        since=late.last_past_at + LATE_SHOWN if late.last_past_at else None,
        until=late.first_at + LATE_SHOWN if late.first_at else None,
    )
