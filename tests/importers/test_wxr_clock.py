"""What the site's dates tell of its clocks."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.importers.reading import read
from tests.importers.wxr_files import post, wxr


def posts(zone: str, *days: str, clock: str = "20:00") -> list[str]:
    """Posts of a site in a zone, one at a time of each day in UTC."""
    made = []
    for number, day in enumerate(days, 1):
        at = datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=UTC)
        local = at.astimezone(ZoneInfo(zone))
        made.append(post(number, date_gmt=f"{at:%Y-%m-%d %H:%M:%S}", date=f"{local:%Y-%m-%d %H:%M:%S}"))
    return made


YEAR = [f"2022-{month:02}-15" for month in range(1, 13)]


@pytest.mark.parametrize("zone", ["UTC", "Africa/Kampala", "Europe/Berlin", "America/New_York", "Asia/Kolkata"])
def test_the_same_zone_needs_no_word(tmp_path: Path, zone: str) -> None:
    assert read(tmp_path, wxr(*posts(zone, *YEAR)), zone=zone).report.warnings == []


@pytest.mark.parametrize(
    ("zone", "offsets", "days"),
    [
        ("Europe/Berlin", "UTC+01:00 or UTC+02:00", 0),
        ("America/New_York", "UTC-05:00 or UTC-04:00", 0),
        ("Asia/Kolkata", "UTC+05:30", 12),
        ("Pacific/Auckland", "UTC+12:00 or UTC+13:00", 12),
    ],
)
def test_another_zone_is_named(tmp_path: Path, zone: str, offsets: str, days: int) -> None:
    [warning] = read(tmp_path, wxr(*posts(zone, *YEAR)), zone="UTC").report.warnings
    assert f"were at {offsets} by its dates" in warning
    assert f"{days} of 12 articles" in warning
    assert "DATELINE_TIMEZONE" in warning
    assert f"as in {zone}" in warning


def test_a_zone_that_no_place_has_is_told_all_the_same(tmp_path: Path) -> None:
    odd = post(1, date_gmt="2022-03-01 10:00:00", date="2022-03-01 13:17:00")
    [warning] = read(tmp_path, wxr(odd), zone="UTC").report.warnings
    assert "UTC+03:17" in warning
    assert "Settings > General" in warning


@pytest.mark.parametrize(
    "item",
    [
        post(99, status="draft", date_gmt="0000-00-00 00:00:00"),
        post(99, date_gmt="never", date="never"),
        post(99, date_gmt="2022-03-01 10:00:00", date="2012-03-01 10:00:00"),
        post(99, date_gmt="9999-12-31 23:59:59", date="9999-12-31 23:59:59"),
        post(99, date_gmt="2022-03-01T10:00:00+00:00", date="2022-03-01 13:00:00"),
        post(99, kind="page", date="2022-03-01 20:00:00"),
    ],
)
def test_what_tells_nothing(tmp_path: Path, item: str) -> None:
    assert read(tmp_path, wxr(item)).report.warnings == []


def test_a_few_wrong_dates_are_no_zone(tmp_path: Path) -> None:
    """Some importers wrote one date for both."""
    right = posts("Africa/Kampala", *YEAR)
    wrong = post(99, date_gmt="2022-03-01 10:00:00", date="2022-03-01 10:00:00")
    assert read(tmp_path, wxr(*right, wrong)).report.warnings == []
    assert len(read(tmp_path, wxr(*right[:3], wrong)).report.warnings) == 1


def test_many_articles_are_looked_at_quickly(tmp_path: Path) -> None:
    days = [f"{date(2000, 1, 1) + timedelta(days=n)}" for n in range(0, 8000, 10)]
    [warning] = read(tmp_path, wxr(*posts("Europe/Berlin", *days)), zone="UTC").report.warnings
    assert "of 800 articles" in warning
