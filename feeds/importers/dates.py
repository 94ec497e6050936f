"""Dates as feeds write them: of RFC 822 and 3339, and what else publishers take for a date. Nothing is guessed.

What reads as two dates, as 05/06/2024 does, or names a zone that nobody knows, is no date. dateutil and dateparser would fill in
from today's what is missing, and read an unknown zone as none.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from feeds.importers.months import MONTHS
from feeds.importers.zones import named_zone

_LONGEST = 120
_ISO = re.compile(r"(?:\d{4}-\d\d-\d\d|\d{8}|\d{4}-?w\d\d-?\d)(?P<time>[t ]\d.*)?", re.A)
_TIME = re.compile(
    r"(?:(?P<korean>오전|오후)\s*)?(?<![\d:.+-])(?P<hour>\d{1,2}):(?P<minute>\d{1,2})"
    r"(?::(?P<second>\d{1,2})(?:[.,](?P<fraction>\d{1,12}))?)?(?![\d:])(?:\s*(?P<half>[ap])\.?m\b\.?)?"
)
_NUMBER_OR_WORD = re.compile(r"[0-9]+|[^\W\d_]+")
_WEEKDAY_SIGN = re.compile(r"[(（][月火水木金土日一二三四五六월화수목금토일][)）]")
_CLOCK_SIGNS = re.compile(r"(?<!\d)(\d{1,2})\s?(?:h|[時时点點시])\s?(\d{2})(?!\d)\s?[分분]?(?:\s?(\d{2})\s?[秒초])?")
_DOTTED = re.compile(r"(?<=\d{4})(,?\s)(?:kl\.?\s?|klo\s)?(\d{1,2})\.(\d{2})(?:\.(\d{2}))?(?![\d.])")
_OF_NET = re.compile(r"/date\((-?\d{9,13})(?:[+-]\d{4})?\)/", re.A)
"""How .NET writes an instant in JSON."""
_BRACKETED = re.compile(r"\s?\[([a-z_]+(?:/[a-z_+-]+){0,2})\]$")
_OFFSET_ENDS = re.compile(r"(?:z|[+-]\d\d:?\d\d)$")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")
_BETWEEN = frozenset({"at", "of", "de", "del", "den", "der", "le", "um", "à", "a", "kl"})
"""Words that say nothing."""
_ZONE = re.compile(
    r"[a-z]*\s*(?P<sign>[+-]{1,2})?(?P<hours>(?<=[+-])\d{1,2})?(?::?(?P<minutes>(?<=[\d:])\d{2}))?(?::?00)?\s*(?:z|\([^()]*\)|[a-z]+)?"
)
_OF_TWO = re.compile(r"[a-z]{3}\d[a-z]{3}")
"""As POSIX names a zone: EST5EDT."""
_ZONE_OF_DAY = re.compile(r"(?P<day>.*\d),?\s*(?P<zone>z|[a-z]{2,5}|[+-]\d\d:?\d\d)")
_FARTHEST = timedelta(hours=14)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Written(NamedTuple):
    """A date as it is written."""

    moment: datetime
    """Without a zone where none is written."""
    is_day: bool = False
    """Whether no time is written; then it is midnight."""

    def instant(self, zone: tzinfo, zone_of_days: tzinfo) -> datetime | None:
        """In UTC, on the clocks of a zone where it names none; None for a year that no newspaper has."""
        zone = self.moment.tzinfo or (zone_of_days if self.is_day else zone)
        try:
            moment = self.moment.replace(tzinfo=zone).astimezone(UTC)
        except OverflowError:
            return None
        # The first instant of 1970 is how software writes that it knows none. Years before 1600 are of the Persian or the Islamic
        # calendar, those from 2500 on of the Buddhist: no newspaper is that old, and none dates so far ahead.
        return moment if 1600 <= moment.year < 2500 and moment.timestamp() else None


def written_date(text: str, newsroom: ZoneInfo) -> Written | None:
    """What a text says, if it is a date. `newsroom`: whose own zone decides between several of one name (see `named_zone`)."""
    if len(text) > _LONGEST:
        return None
    text = "".join(char for char in text if unicodedata.category(char) != "Cf").replace("\u2212", "-").lower()
    text = " ".join(_in_signs(text).split())
    try:
        return _iso(text) or _of_digits(text) or _with_time(text, newsroom) or _day(text, newsroom)
    except (ValueError, OverflowError):
        return None


def _in_signs(text: str) -> str:
    """With colons for the signs of '10時05分', '10h05' and '2024 10.05'; without the weekday of '6日(月)', and Java's brackets
    around a zone.
    """
    text = _WEEKDAY_SIGN.sub(" ", text.strip())
    text = _CLOCK_SIGNS.sub(lambda found: ":".join(filter(None, found.groups())), text)
    text = _DOTTED.sub(lambda found: found[1] + ":".join(filter(None, found.groups()[1:])), text)
    if zone := _BRACKETED.search(text):
        text = text[: zone.start()] + ("" if _OFFSET_ENDS.search(text[: zone.start()]) else f" {zone[1]}")
    return text.removesuffix(" uhr")


def _iso(text: str) -> Written | None:
    if not (found := _ISO.fullmatch(text)):
        return None
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    if abs(moment.utcoffset() or timedelta()) > _FARTHEST:
        raise ValueError
    return Written(moment, is_day=not found["time"])


def _of_digits(text: str) -> Written | None:
    """Seconds since 1970, thousandths or millionths of them, or a year, a month and so on without anything between."""
    if seconds := re.fullmatch(r"(\d{9,10})\.(\d{1,9})", text, re.A):
        text = seconds[1] + f"{seconds[2]:0<6}"[:6]
    elif thousandths := _OF_NET.fullmatch(text):
        text = thousandths[1]
    if not text.isascii() or not text.isdigit():
        return None
    if len(text) == 14:
        return Written(datetime.strptime(text, "%Y%m%d%H%M%S"))  # noqa: DTZ007
    if len(text) == 4:
        return Written(datetime(int(text), 1, 1), is_day=True)  # noqa: DTZ001
    if len(text) not in (9, 10, 13, 15, 16):
        return None
    parts = 1 if len(text) < 13 else 1_000 if len(text) == 13 else 1_000_000
    seconds_since, rest = divmod(int(text), parts)
    moment = datetime.fromtimestamp(seconds_since, UTC)
    return Written(moment.replace(microsecond=rest * 1_000_000 // parts))


def _with_time(text: str, newsroom: ZoneInfo) -> Written | None:
    time = _TIME.search(text)
    if time is None:
        return None
    before, after = text[: time.start()].rstrip(" ,-t"), text[time.end() :].strip(" ,")
    if not before:
        # The time stands first.
        before, _, after = after.partition(" ")
    elif (year := re.fullmatch(r"(.*?)\s*(?<![+-])\b(\d{4})", after)) and not re.search(r"\d{4}|\d\W+\d", before):
        # The year stands last, as in what C's asctime writes.
        before, after = f"{before} {year[2]}", year[1]
    day = _date(before)
    if day is None:
        return None
    moment = datetime(day.year, day.month, day.day) + _since_midnight(time)  # noqa: DTZ001
    if not after and time["korean"]:
        after = "kst"
    return Written(moment.replace(tzinfo=_zone(after, moment, newsroom)))


def _since_midnight(time: re.Match[str]) -> timedelta:
    """Raises ValueError for what no clock shows. 24:00 is the midnight at the end of the day; second 60 is a leap second."""
    hour, minute, second = (int(time[part] or 0) for part in ("hour", "minute", "second"))
    half = time["half"] or {"오전": "a", "오후": "p"}.get(time["korean"] or "", "")
    if half:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        raise ValueError
    microseconds = int(f"{time['fraction'] or '0':0<6}"[:6])
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=microseconds)


def _day(text: str, newsroom: ZoneInfo) -> Written | None:
    """A date without a time; it may have a zone."""
    day, zone = _date(text), ""
    if day is None and (zoned := _ZONE_OF_DAY.fullmatch(text)):
        day, zone = _date(zoned["day"]), zoned["zone"]
    if day is None:
        return None
    moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001
    return Written(moment.replace(tzinfo=_zone(zone, moment, newsroom)), is_day=True)


def _zone(text: str, moment: datetime, newsroom: ZoneInfo) -> tzinfo | None:
    """None where nothing is written. Raises ValueError for what is no zone."""
    text = text.strip(" ,()")
    if not text:
        return None
    if text in ("00", "0000"):
        return UTC
    if "/" in text or _OF_TWO.fullmatch(text):
        return named_zone(text, moment, newsroom)
    zone = _ZONE.fullmatch(text if "(" not in text else text + ")")
    if zone is None:
        raise ValueError
    if zone["hours"]:
        offset = timedelta(hours=int(zone["hours"]), minutes=int(zone["minutes"] or 0))
        if offset > _FARTHEST:
            raise ValueError
        return timezone(-offset if "-" in zone["sign"] else offset)
    return named_zone(text, moment, newsroom)


def _date(text: str) -> date | None:
    """A day, however its parts are written; None of what is none, or several. Raises ValueError for one that no calendar has."""
    if re.search(r"(?:^|\s)-\d", text):
        return None
    text = _ORDINAL.sub("", re.sub("[년월일年月日]", "-", text))
    parts = [part for part in _NUMBER_OR_WORD.findall(text) if part not in _BETWEEN]
    numbers, words = [part for part in parts if part.isdigit()], [_plain(part) for part in parts if not part.isdigit()]
    if len(words) > 2 or not all(len(number) <= 8 for number in numbers):
        return None
    if words and words[-1] in MONTHS:
        return _with_month(MONTHS[words[-1]], numbers)
    if words and (len(words) > 1 or words[0] != _plain(parts[0])):
        return None
    return _of_numbers(numbers, text)


def _plain(word: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))


def _with_month(month: int, numbers: list[str]) -> date | None:
    if len(numbers) == 1 and len(numbers[0]) == 4:
        return date(int(numbers[0]), month, 1)
    if len(numbers) != 2:
        return None
    day, year = numbers if len(numbers[0]) < 3 else reversed(numbers)
    return date(_year(year), month, int(day)) if len(day) <= 2 else None


def _of_numbers(numbers: list[str], text: str) -> date | None:
    if not numbers or len(numbers) > 3:
        return None
    if len(numbers[0]) == 4:
        if len(numbers) == 2 and len(numbers[1]) == 3:
            return date(int(numbers[0]), 1, 1) + timedelta(days=int(numbers[1]) - 1)
        year, month, day = map(int, (*numbers, "1")[:3])
        return date(year, month, day) if len(numbers) > 1 else None
    if len(numbers) == 1:
        return datetime.strptime(numbers[0], "%Y%m%d").date() if len(numbers[0]) == 8 else None  # noqa: DTZ007
    found = set(_either_way(numbers, dots_alone="." in text and not set("/-") & set(text)))
    weekday = text[:3]
    if weekday in _WEEKDAYS:
        found = {day for day in found if day.weekday() == _WEEKDAYS.index(weekday)}
    return found.pop() if len(found) == 1 else None


def _either_way(numbers: list[str], *, dots_alone: bool) -> Iterator[date]:
    """Day, month, year, or month, day, year: between dots the first alone."""
    if len(numbers) != 3 or len(numbers[0]) > 2 or len(numbers[1]) > 2:
        return
    first, second, year = int(numbers[0]), int(numbers[1]), _year(numbers[2])
    for month, day in ((second, first),) if dots_alone else ((second, first), (first, second)):
        if month <= 12:
            yield date(year, month, day)


def _year(written: str) -> int:
    """RFC 5322, 4.3."""
    year = int(written)
    if len(written) == 2:
        return year + (2000 if year < 50 else 1900)
    return year + 1900 if len(written) == 3 else year


class FileDates:
    """Reads the dates of one file: where a date names no zone, it is of the one zone that the file's others name, if they all
    name the same, else of the newsroom's. A day without a time is the newsroom's day.
    """

    def __init__(self, newsroom: ZoneInfo, texts: Iterable[str]) -> None:
        self._newsroom = newsroom
        written = (written_date(text, newsroom) for text in texts if text)
        offsets = {one.moment.utcoffset() for one in written if one and one.moment.tzinfo}
        self._zone: tzinfo = timezone(offsets.pop() or timedelta()) if len(offsets) == 1 else newsroom

    def read(self, text: str) -> datetime | None:
        """In UTC; None of what is no date."""
        written = written_date(text, self._newsroom)
        return written.instant(self._zone, self._newsroom) if written else None
