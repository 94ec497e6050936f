"""Conditional requests (RFC 9110, section 13) and dates (5.6.7), as pure functions."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"
_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        rf"[A-Z][a-z]{{2}}, (?P<day>\d\d) {_MONTH} (?P<year>\d{{4}}) {_TIME} GMT",
        rf"[A-Z][a-z]{{5,8}}, (?P<day>\d\d)-{_MONTH}-(?P<year>\d\d) {_TIME} GMT",
        rf"[A-Z][a-z]{{2}} {_MONTH} (?P<day>[ \d]\d) {_TIME} (?P<year>\d{{4}})",
    )
)
"""IMF-fixdate, and the obsolete forms of RFC 850 and of C's asctime."""

_LONGEST_DATE = 40
"""Characters; the longest of the three forms has 33."""

# Empty elements of a list are looked past (RFC 9110, section 5.6.1.2).
_ENTITY_TAG = re.compile(r'[\s,]*(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")\s*(?:,|$)')
_PROXY_SUFFIX = re.compile(r'(?:-|;)gzip"$')
"""Apache's mod_deflate and some proxies append this to the tag of what they compress, and do not take it off again."""


def http_date(instant: datetime) -> str:
    """IMF-fixdate (RFC 9110, section 5.6.7); fractions of a second are dropped. Locale does not touch it."""
    return _http_date(int(instant.timestamp()))


@lru_cache(maxsize=1024)
def _http_date(second: int) -> str:
    at = datetime.fromtimestamp(second, UTC)
    return (
        f"{_DAYS[at.weekday()]}, {at.day:02d} {_MONTHS[at.month - 1]} {at.year:04d} "
        f"{at.hour:02d}:{at.minute:02d}:{at.second:02d} GMT"
    )


def parse_http_date(value: str) -> int | None:
    """Seconds since the epoch of any of the three forms of RFC 9110, section 5.6.7; None for anything else.

    A two-digit year from 69 on is of the last century: one that is less than 50 years ahead would be ignored all the same.
    """
    value = value.strip()
    return _parse_http_date(value) if len(value) <= _LONGEST_DATE else None


@lru_cache(maxsize=1024)
def _parse_http_date(value: str) -> int | None:
    form = next(filter(None, (form.fullmatch(value) for form in _FORMS)), None)
    if form is None:
        return None
    year = int(form["year"])
    if len(form["year"]) == 2:
        year += 1900 if year >= 69 else 2000
    clock = (int(form["hour"]), int(form["minute"]), int(form["second"]))
    try:
        return int(datetime(year, _MONTHS.index(form["month"]) + 1, int(form["day"]), *clock, tzinfo=UTC).timestamp())
    except ValueError:
        return None


def last_modified(modified_at: datetime, now: datetime) -> datetime:
    """What Last-Modified says at `now`.

    While the change is not older than the second that Date shows, one second before that (RFC 9110, section 8.8.2.2): a client
    that asks in the same second as a change must not be handed a date that also names the next change of that second.
    """
    if int(modified_at.timestamp()) >= int(now.timestamp()):
        return now.replace(microsecond=0) - timedelta(seconds=1)
    return modified_at


def not_modified(
    if_none_match: str | None, if_modified_since: str | None, *, etag: str, modified_at: datetime, now: datetime
) -> bool:
    """Whether a GET or HEAD is answered 304 (RFC 9110, sections 13.1.2, 13.1.3 and 13.2.2).

    The values are those of the request's fields, several lines joined by ', '; None = absent. `etag` is that of the
    representation selected, quoted; `modified_at` its true date, not the one that Last-Modified may have shown.
    """
    if if_none_match is not None:
        # If-None-Match wins: If-Modified-Since is then not even read (13.1.3).
        return _none_match(if_none_match, etag)
    if if_modified_since is None:
        return False
    since = parse_http_date(if_modified_since)
    # A date in the future is one the client made up (13.1.3).
    if since is None or since > int(now.timestamp()):
        return False
    return int(modified_at.timestamp()) <= since


def _none_match(value: str, etag: str) -> bool:
    if value == etag:
        return True
    if etag[:-1] not in value:
        return value.strip() == "*"
    position = 0
    while position < len(value):
        tag = _ENTITY_TAG.match(value, position)
        if tag is None:
            return False
        # Weak comparison (8.8.3.2): W/ is looked past.
        if tag[1] == etag or _PROXY_SUFFIX.sub('"', tag[1]) == etag:
            return True
        position = tag.end()
    return False
