"""The line at the head of a text that nobody may publish yet."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from feeds.content.embargo import embargo_html, embargo_line, with_embargo_line
from tests.formats.golden.documents import FULL, NOON


@pytest.mark.parametrize(
    ("until", "zone", "expected"),
    [
        (NOON, "UTC", "Embargoed until 22 March 2023, 12:00 (UTC+00:00)"),
        (NOON, "Africa/Kampala", "Embargoed until 22 March 2023, 15:00 (UTC+03:00)"),
        (
            datetime(2023, 7, 31, 23, 59, 30, tzinfo=UTC),
            "Asia/Kathmandu",
            "Embargoed until 1 August 2023, 05:44:30 (UTC+05:45)",
        ),
        (datetime(2023, 1, 1, tzinfo=UTC), "America/New_York", "Embargoed until 31 December 2022, 19:00 (UTC-05:00)"),
    ],
)
def test_it_says_when_by_the_newsroom_s_clocks(until: datetime, zone: str, expected: str) -> None:
    assert embargo_line(until, ZoneInfo(zone)) == expected


def test_only_what_is_under_embargo_has_it() -> None:
    zone = ZoneInfo("UTC")
    assert with_embargo_line(FULL, zone) is FULL
    marked = with_embargo_line(replace(FULL, embargoed_until=NOON), zone)
    assert marked.embargo_line == embargo_line(NOON, zone)
    assert replace(marked, embargo_line="", embargoed_until=None) == FULL


def test_it_is_a_paragraph_and_nothing_where_there_is_none() -> None:
    assert embargo_html("a < b") == "<p><strong>a &lt; b</strong></p>"
    assert embargo_html("") == ""
