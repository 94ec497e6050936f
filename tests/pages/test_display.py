"""Dates, counts and directions in words."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from feeds.web.pages.display import comment_count, direction, moment
from feeds.wording import ENGLISH


def test_a_moment_is_that_of_the_zone() -> None:
    at = moment(datetime(2023, 12, 31, 23, 5, 9, 123456, tzinfo=UTC), ZoneInfo("Europe/Brussels"))
    assert (at.date, at.time, at.zone) == ("1 January 2024", "00:05", "CET")
    assert (at.at, at.short) == ("1 January 2024, 00:05", "1 Jan 2024, 00:05")
    assert at.iso == "2024-01-01T00:05:09+01:00"


def test_a_zone_without_letters_is_its_offset() -> None:
    assert moment(datetime(2023, 1, 1, tzinfo=UTC), ZoneInfo("America/Sao_Paulo")).zone == "-03"


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Amsterdam", "1930-07-01T10:00:00+00:00"),  # its time was 1:19:32 ahead in that summer
        ("Africa/Monrovia", "1930-07-01T10:00:00+00:00"),
        ("Asia/Kolkata", "1930-07-01T15:30:00+05:30"),
    ],
)
def test_an_offset_with_seconds_is_no_offset_for_machines(zone: str, expected: str) -> None:
    at = moment(datetime(1930, 7, 1, 10, tzinfo=UTC), ZoneInfo(zone))
    assert at.iso == expected
    assert moment(datetime(1930, 7, 1, 10, tzinfo=UTC), ZoneInfo("Europe/Amsterdam")).time == "11:19"


def test_days_of_the_week() -> None:
    assert ENGLISH.dates.full(date(2023, 3, 22)) == "Wednesday 22 March 2023"
    assert ENGLISH.dates.full(date(2024, 2, 29)) == "Thursday 29 February 2024"


@pytest.mark.parametrize(
    ("count", "words"), [(0, "No comments"), (1, "One comment"), (2, "2 comments"), (31, "31 comments")]
)
def test_counts(count: int, words: str) -> None:
    assert comment_count(count) == words


@pytest.mark.parametrize(
    ("language", "dir"),
    [("", "auto"), ("en", "ltr"), ("ar", "rtl"), ("AR-eg", "rtl"), ("fa_IR", "rtl"), ("ar-Latn", "ltr"),
     ("pa-Arab-PK", "rtl"), ("he", "rtl"), ("arn", "ltr"), ("zh-Hant", "ltr"), ("en-GB", "ltr")],
)  # fmt: skip
def test_the_direction_of_a_language(language: str, dir: str) -> None:
    assert direction(language) == dir
