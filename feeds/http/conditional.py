"""Conditional requests (RFC 9110, section 13) and dates (5.6.7), as pure functions."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple

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
_ENTITY_TAG = re.compile(r'[\s,]*(W/)?("[\x21\x23-\x7e\x80-\xff]*")\s*(?:,|$)')
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


_OK, _NOT_MODIFIED = HTTPStatus.OK, HTTPStatus.NOT_MODIFIED
"""By name they take 0.2 us each time."""


class Unmet(Exception):
    """A condition of the request does not hold: 412."""

    def __init__(self) -> None:
        super().__init__("What is here is not what If-Match or If-Unmodified-Since asks for.")


class Conditions(NamedTuple):
    """The fields of a request that make it conditional: their values, several lines joined by ', '; None = absent."""

    if_match: str | None = None
    if_unmodified_since: str | None = None
    if_none_match: str | None = None
    if_modified_since: str | None = None


def evaluate(asked: Conditions, *, etag: str, modified_at: datetime | None, now: datetime) -> HTTPStatus:
    """What a GET or HEAD that would be answered 200 is answered, in the order of RFC 9110, section 13.2.2: 200, 304 or 412.

    `etag` and `modified_at` as in `not_modified`; None: there is no date, and conditions that name one are not read.
    """
    if asked.if_match is not None:
        if not _names(asked.if_match, etag, weakly=False):
            return HTTPStatus.PRECONDITION_FAILED
    elif asked.if_unmodified_since is not None and modified_at is not None:
        # What is no date is not read; one that is still to come holds (13.1.4).
        since = parse_http_date(asked.if_unmodified_since)
        if since is not None and int(modified_at.timestamp()) > since:
            return HTTPStatus.PRECONDITION_FAILED
    unmodified = not_modified(
        asked.if_none_match,
        asked.if_modified_since if modified_at else None,
        etag=etag,
        modified_at=modified_at or now,
        now=now,
    )
    return _NOT_MODIFIED if unmodified else _OK


def not_modified(
    if_none_match: str | None, if_modified_since: str | None, *, etag: str, modified_at: datetime, now: datetime
) -> bool:
    """Whether a GET or HEAD is answered 304 (RFC 9110, sections 13.1.2, 13.1.3 and 13.2.2).

    The values are those of the request's fields, several lines joined by ', '; None = absent. `etag` is that of the
    representation selected, quoted; `modified_at` its true date, not the one that Last-Modified may have shown.
    """
    if if_none_match is not None:
        # If-None-Match wins: If-Modified-Since is then not even read (13.1.3).
        return _names(if_none_match, etag, weakly=True)
    if if_modified_since is None:
        return False
    since = parse_http_date(if_modified_since)
    # A date in the future is one the client made up (13.1.3).
    if since is None or since > int(now.timestamp()):
        return False
    return int(modified_at.timestamp()) <= since


class EntityTag(NamedTuple):
    """One that a client sends back (RFC 9110, section 8.8.3)."""

    weak: bool
    quoted: str
    """As it was sent, with its quotes and without W/."""

    @property
    def as_given(self) -> str:
        """As it was before a proxy compressed the answer that it was given with."""
        return _PROXY_SUFFIX.sub('"', self.quoted)


def _names(value: str, etag: str, *, weakly: bool) -> bool:
    """Whether a field's value, a list of entity tags or '*', names this strong one (RFC 9110, section 8.8.3.2).

    Weakly, W/ is looked past; else what carries it names nothing.
    """
    if value == etag:
        return True
    if etag[:-1] not in value:
        return value.strip() == "*"
    return any((weakly or not tag.weak) and etag in (tag.quoted, tag.as_given) for tag in entity_tags(value))


def entity_tags(value: str) -> Iterator[EntityTag]:
    """Those that a field's value lists, as far as it is a list of entity tags."""
    position = 0
    while position < len(value) and (tag := _ENTITY_TAG.match(value, position)):
        yield EntityTag(bool(tag[1]), tag[2])
        position = tag.end()
