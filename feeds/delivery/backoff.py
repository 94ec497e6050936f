"""When what failed is tried again, as pure functions: each time is drawn by a random number that the caller has."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from feeds.http.conditional import parse_http_date

Random = Callable[[], float]
"""From 0 up to 1, as `random.random`."""

_FIRST, _LONGEST = 30.0, 6 * 3600.0
"""Seconds."""
SERIES = 15
"""Attempts in a row that reach over a day: after 30 s, 1 min, 2 min ... 4 h 16 min, 6 h, 6 h, 6 h, 6 h at most."""
_LONGEST_ASKED = timedelta(hours=24)
"""What a server that asks for more time gets at most."""


def pause_after(attempt: int, random: Random, asked: timedelta | None = None) -> timedelta | None:
    """How long to wait after an attempt of a series has failed, by its number from 1 on; None where it was the last.

    Between a half and the whole of what doubles with each attempt, so that those who failed together do not come back
    together. `asked` is what the answer asked for (Retry-After): no less is waited, within a day.
    """
    if attempt >= SERIES:
        return None
    whole = min(_LONGEST, _FIRST * 2.0 ** (attempt - 1))
    pause = timedelta(seconds=whole * (0.5 + random() / 2))
    return pause if asked is None else max(pause, min(asked, _LONGEST_ASKED))


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """What the field Retry-After asks for (RFC 9110, section 10.2.3): seconds, or a date; None where it cannot be read."""
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=int(value[:9]))
    second = parse_http_date(value)
    return None if second is None else max(timedelta(0), datetime.fromtimestamp(second, UTC) - now)
