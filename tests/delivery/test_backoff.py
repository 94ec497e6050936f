"""When what failed is tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from feeds.delivery.backoff import SERIES, pause_after, retry_after

NOW = datetime(2023, 3, 22, 12, tzinfo=UTC)


def series(draw: float) -> list[timedelta]:
    pauses = [pause_after(attempt, lambda: draw) for attempt in range(1, SERIES)]
    assert None not in pauses
    return [pause for pause in pauses if pause is not None]


@pytest.mark.parametrize("draw", [0.0, 0.5, 0.999])
def test_the_first_retry_comes_within_half_a_minute_and_each_pause_is_longer_up_to_six_hours(draw: float) -> None:
    pauses = series(draw)
    assert timedelta(seconds=15) <= pauses[0] <= timedelta(seconds=30)
    assert pauses == sorted(pauses)
    assert timedelta(hours=3) <= pauses[-1] <= timedelta(hours=6)


def test_a_series_lasts_about_a_day() -> None:
    assert sum(series(0.0), timedelta()) > timedelta(hours=16)
    assert sum(series(0.5), timedelta()) > timedelta(hours=24)
    assert sum(series(0.999), timedelta()) < timedelta(hours=33)
    assert pause_after(SERIES, lambda: 0.5) is None
    assert pause_after(10**6, lambda: 0.5) is None


def test_those_that_failed_together_come_back_apart() -> None:
    draws = [number / 10 for number in range(10)]
    assert len({pause_after(3, lambda draw=draw: draw) for draw in draws}) == 10  # type: ignore[misc]


def test_what_the_answer_asks_for_is_waited_within_a_day() -> None:
    assert pause_after(1, lambda: 0.5, timedelta(minutes=10)) == timedelta(minutes=10)
    assert pause_after(1, lambda: 0.5, timedelta(0)) == pause_after(1, lambda: 0.5), "never sooner than it would be"
    assert pause_after(1, lambda: 0.5, timedelta(days=900)) == timedelta(days=1)
    assert pause_after(SERIES, lambda: 0.5, timedelta(minutes=10)) is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Wed, 22 Mar 2023 12:01:30 GMT", 90),
        ("Wed, 22 Mar 2023 11:00:00 GMT", 0),
        ("9" * 400, 999_999_999),
    ],
)
def test_both_forms_of_retry_after_are_read(value: str, seconds: float) -> None:
    assert retry_after(value, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize("value", [None, "", "soon", "-5", "1.5", "٣", "Wed, 99 Mar 2023 12:00:00 GMT"])
def test_what_is_neither_is_nothing(value: str | None) -> None:
    assert retry_after(value, NOW) is None
