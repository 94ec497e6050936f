"""Days, times and numbers as each language writes them; what expects them is CLDR's, but for English, whose form is ours."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from feeds.wording import wording_of
from feeds.wording.dates import _DIGITS
from tests.wording.test_catalogues import LANGUAGES

DAY = date(2023, 9, 2)


@pytest.mark.parametrize(
    ("tag", "full", "long", "short", "month_of", "month", "year", "at"),
    [
        ("en", "Saturday 2 September 2023", "2 September 2023", "2 Sep 2023", "September 2023", "September", "2023", "14:05"),
        ("en-US", "Saturday 2 September 2023", "2 September 2023", "2 Sep 2023", "September 2023", "September", "2023", "14:05"),
        ("de", "Samstag, 2. September 2023", "2. September 2023", "02.09.2023", "September 2023", "September", "2023", "14:05"),
        ("fr", "samedi 2 septembre 2023", "2 septembre 2023", "2 sept. 2023", "septembre 2023", "septembre", "2023", "14:05"),
        ("ru", "суббота, 2 сентября 2023\u202fг.", "2 сентября 2023\u202fг.", "2 сент. 2023\u202fг.", "сентябрь 2023\u202fг.",
         "сентябрь", "2023", "14:05"),
        ("zh", "2023年9月2日星期六", "2023年9月2日", "2023年9月2日", "2023年9月", "九月", "2023年", "14:05"),
        ("ar", "السبت، 2 سبتمبر 2023", "2 سبتمبر 2023", "02\u200f/09\u200f/2023", "سبتمبر 2023", "سبتمبر", "2023", "2:05 م"),
        ("ar-EG", "السبت، ٢ سبتمبر ٢٠٢٣", "٢ سبتمبر ٢٠٢٣", "٠٢\u200f/٠٩\u200f/٢٠٢٣", "سبتمبر ٢٠٢٣", "سبتمبر", "٢٠٢٣", "٢:٠٥ م"),
        ("ar-MA", "السبت، 2 شتنبر 2023", "2 شتنبر 2023", "02\u200f/09\u200f/2023", "شتنبر 2023", "شتنبر", "2023", "14:05"),
    ],
)  # fmt: skip
def test_a_day_in_words(
    tag: str, full: str, long: str, short: str, month_of: str, month: str, year: str, at: str
) -> None:
    dates = wording_of(tag).dates
    written = dates.full(DAY), dates.long(DAY), dates.short(DAY), dates.month_of(DAY), dates.month(DAY), dates.year(DAY)
    assert written == (full, long, short, month_of, month, year)
    assert dates.time(time(14, 5, 59)).replace("\u202f", " ") == at
    assert {dates.joined("A", "B")[0], dates.joined("A", "B")[-1]} == {"A", "B"}


def test_numbers_have_the_digits_of_the_place() -> None:
    assert [wording_of(tag).dates.number(120) for tag in ("en", "ar", "ar-EG", "hi")] == ["120", "120", "١٢٠", "120"]
    assert wording_of("ar-EG").ngettext("One comment", "%(num)s comments", 12) == "١٢ تعليقًا"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_digits_of_every_place_are_known(language: str) -> None:
    from babel.localedata import locale_identifiers

    places = [name for name in locale_identifiers() if name.split("_")[0] == language]
    assert {Locale.parse(name).default_numbering_system for name in places} <= {"latn", *_DIGITS}


@given(
    day=st.dates(), at=st.times(), tag=st.sampled_from(("en", *LANGUAGES, "ar-EG", "zh-Hant", "es-MX", "de-CH-1996"))
)
def test_any_day_and_time_can_be_written(day: date, at: time, tag: str) -> None:
    dates = wording_of(tag).dates
    written = dates.full(day), dates.long(day), dates.short(day), dates.month_of(day), dates.year(day), dates.time(at)
    assert all(written)
    assert dates.full(day) == wording_of(tag).dates.full(day)


def test_a_zone_is_named_by_its_distance_where_english_would_name_it() -> None:
    at = datetime(2023, 3, 22, tzinfo=UTC).astimezone(ZoneInfo("Africa/Kampala"))
    assert [wording_of(tag).dates.zone(at) for tag in ("en", "de", "fr", "ar-EG")] == [
        "EAT", "GMT+03:00", "UTC+03:00", "غرينتش+٠٣:٠٠", ]  # fmt: skip
