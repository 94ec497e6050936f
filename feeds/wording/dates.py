"""How a language writes days and times. Pure, and deaf to the process's locale."""

from contextlib import suppress
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from babel import Locale

_KEPT = 4096
"""Days, and times of a day, whose words are kept: a page has the same ones many times."""
_DIGITS = {"arab": "٠١٢٣٤٥٦٧٨٩", "arabext": "۰۱۲۳۴۵۶۷۸۹", "deva": "०१२३४५६७८९"}
"""Of CLDR's numbering systems that the languages with a catalogue use by default somewhere."""
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Dates(Protocol):
    """Of one language."""

    def full(self, day: date) -> str:
        """'Wednesday 22 March 2023'"""

    def long(self, day: date) -> str:
        """'22 March 2023'"""

    def short(self, day: date) -> str:
        """'22 Mar 2023': without its year, a date would be read as this year's, and as another's by whoever keeps the page."""

    def month_of(self, day: date) -> str:
        """'March 2023'"""

    def month(self, day: date) -> str:
        """'March'"""

    def year(self, day: date) -> str:
        """'2023'"""

    def time(self, at: time) -> str:
        """'14:05'"""

    def zone(self, at: datetime) -> str:
        """'EAT', or '+03' where the zone has no letters."""

    def joined(self, day: str, time: str) -> str:
        """'22 March 2023, 14:05'"""

    def number(self, number: int) -> str:
        """'31'"""


class EnglishDates:
    """The day before the month, and 24 hours: read alike everywhere."""

    def full(self, day: date) -> str:
        return f"{_WEEKDAYS[day.weekday()]} {self.long(day)}"

    def long(self, day: date) -> str:
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    def short(self, day: date) -> str:
        return f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}"

    def month_of(self, day: date) -> str:
        return f"{_MONTHS[day.month - 1]} {day.year}"

    def month(self, day: date) -> str:
        return _MONTHS[day.month - 1]

    def year(self, day: date) -> str:
        return f"{day.year}"

    def time(self, at: time) -> str:
        return f"{at:%H:%M}"

    def zone(self, at: datetime) -> str:
        return at.tzname() or ""

    def joined(self, day: str, time: str) -> str:
        return f"{day}, {time}"

    def number(self, number: int) -> str:
        return str(number)


class LocaleDates:
    """As the Common Locale Data Repository has them (Unicode Technical Standard 35), with its digits."""

    def __init__(self, tag: str, language: str) -> None:
        """Of an RFC 5646 tag, as near as it is known; of the `language` of its catalogue at least."""
        # In English nothing of it is needed, and its import takes memory.
        from babel import dates

        self._locale = _locale(tag, language)
        self._dates = dates
        digits = _DIGITS.get(self._locale.default_numbering_system)
        self._digits = str.maketrans("0123456789", digits) if digits else {}
        self._join = str(self._locale.datetime_formats["medium"]).replace("{1}", "%(day)s").replace("{0}", "%(time)s")
        self._day = lru_cache(_KEPT)(self._write_day)
        self._time = lru_cache(_KEPT)(self._write_time)
        self._zone = lru_cache(_KEPT)(self._write_zone)

    def full(self, day: date) -> str:
        return self._day(day, "full")

    def long(self, day: date) -> str:
        return self._day(day, "long")

    def short(self, day: date) -> str:
        return self._day(day, "medium")

    def month_of(self, day: date) -> str:
        return self._day(day, "yMMMM")

    def month(self, day: date) -> str:
        return self._day(day, "LLLL")

    def year(self, day: date) -> str:
        return self._day(day, "y")

    def time(self, at: time) -> str:
        return self._time(at.hour, at.minute)

    def zone(self, at: datetime) -> str:
        return self._zone(at.utcoffset() or timedelta())

    def joined(self, day: str, time: str) -> str:
        return self._join % {"day": day, "time": time}

    def number(self, number: int) -> str:
        return str(number).translate(self._digits)

    def _write_day(self, day: date, form: str) -> str:
        # 'LLLL' is the month by itself: in Russian, another word than within a date.
        if form in ("yMMMM", "y"):
            written = self._dates.format_skeleton(form, day, locale=self._locale)
        else:
            written = self._dates.format_date(day, form, locale=self._locale)
        return written.translate(self._digits)

    def _write_zone(self, offset: timedelta) -> str:
        at = datetime(2000, 1, 1, tzinfo=timezone(offset))
        return self._dates.get_timezone_gmt(at, width="long", locale=self._locale).translate(self._digits)

    def _write_time(self, hour: int, minute: int) -> str:
        return self._dates.format_time(time(hour, minute), "short", locale=self._locale).translate(self._digits)


def _locale(tag: str, language: str) -> "Locale":
    from babel import Locale, UnknownLocaleError

    subtags = tag.split("-")
    while subtags:
        with suppress(ValueError, UnknownLocaleError):
            return Locale.parse("_".join(subtags))
        subtags.pop()
    return Locale.parse(language)
