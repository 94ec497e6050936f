"""HTTP dates (RFC 9110, section 5.6.7), and what Last-Modified says while a second is not over yet."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.http.conditional import http_date, last_modified, not_modified, parse_http_date

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
INSTANTS = st.timedeltas(timedelta(0), datetime(2101, 1, 1, tzinfo=UTC) - EPOCH).map(lambda since: EPOCH + since)


@given(INSTANTS)
def test_http_date_is_what_the_standard_library_writes(instant: datetime) -> None:
    assert http_date(instant) == formatdate((instant - EPOCH) // SECOND, usegmt=True)


@given(INSTANTS, st.timedeltas(timedelta(hours=-23), timedelta(hours=23)))
def test_http_date_does_not_depend_on_the_zone(instant: datetime, offset: timedelta) -> None:
    whole = timedelta(minutes=offset // timedelta(minutes=1))
    assert http_date(instant.astimezone(timezone(whole))) == http_date(instant)


@given(INSTANTS)
def test_every_form_is_read_back(instant: datetime) -> None:
    second = (instant - EPOCH) // SECOND
    assert parse_http_date(http_date(instant)) == second
    assert parse_http_date(instant.ctime()) == second
    if 1970 <= instant.year < 2069:
        assert parse_http_date(instant.strftime("%A, %d-%b-%y %H:%M:%S GMT")) == second


@pytest.mark.parametrize(
    ("value", "year"),
    [
        ("Sunday, 06-Nov-94 08:49:37 GMT", 1994),
        ("Sunday, 06-Nov-00 08:49:37 GMT", 2000),
        ("Sunday, 06-Nov-26 08:49:37 GMT", 2026),
        ("Sunday, 06-Nov-68 08:49:37 GMT", 2068),
        ("Sunday, 06-Nov-69 08:49:37 GMT", 1969),
        ("Sunday, 06-Nov-99 08:49:37 GMT", 1999),
        ("Sun, 06 Nov 0094 08:49:37 GMT", 94),
    ],
)
def test_two_digits_name_the_likely_century_and_four_are_taken_at_their_word(value: str, year: int) -> None:
    assert parse_http_date(value) == int(datetime(year, 11, 6, 8, 49, 37, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "GMT",
        "1994",
        "784111777",
        "1994-11-06T08:49:37Z",
        "1994-11-06 08:49:37 GMT",
        "6 Nov 1994 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 EST",
        "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sun, 06 Nov 1994 08:49:37 +0200",
        "Sun, 06 Nov 1994 08:49:37 GMT+0200",
        "Sun, 06 Nov 1994 08:49 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 0000 08:49:37 GMT",
        "Sun, 06 Nov -994 08:49:37 GMT",
        "Sun, 06 Nov 99999999999999999999 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:99999999999999999999 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT",
        "Dim, 06 nov. 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT; length=1234",
        "Sun, 06 Nov ١٩٩٤ 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT, Mon, 07 Nov 1994 08:49:37 GMT",
    ],
)
def test_what_is_no_http_date_is_none(value: str) -> None:
    assert parse_http_date(value) is None


@given(
    st.text()
    | st.from_regex(r"(Sun|Wednesday), ?[0-9]{2}[ -](Feb|Nov)[ -][0-9]{2,4} [0-9]{2}:[0-9]{2}:[0-9]{2} ?G?M?T?")
)
def test_no_date_raises(value: str) -> None:
    parse_http_date(value)


NOW = datetime(2023, 3, 22, 12, 0, 30, 500_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before_now", "expected"),
    [
        pytest.param(timedelta(0), "12:00:29", id="now"),
        pytest.param(timedelta(microseconds=500_000), "12:00:29", id="the first instant of Date's second"),
        pytest.param(timedelta(microseconds=500_001), "12:00:29", id="the last instant of the second before"),
        pytest.param(timedelta(seconds=1.5), "12:00:29", id="the first instant of the second before"),
        pytest.param(timedelta(seconds=1.6), "12:00:28", id="two seconds before"),
        pytest.param(timedelta(seconds=-7), "12:00:29", id="in the future, by another clock"),
    ],
)
def test_last_modified_is_older_than_date(before_now: timedelta, expected: str) -> None:
    shown = http_date(last_modified(NOW - before_now, NOW))
    assert shown == f"Wed, 22 Mar 2023 {expected} GMT"
    assert shown < http_date(NOW)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["change", "poll", "poll and keep the date of a 304"]),
        st.one_of(st.just(0), st.integers(1, 999), st.integers(0, 1_100_000), st.integers(0, 4_000_000)),
    ),
    max_size=40,
)


@given(begin=st.integers(0, 999_999), steps=STEPS)
def test_a_client_that_polls_by_date_alone_always_has_the_right_copy(begin: int, steps: list[tuple[str, int]]) -> None:
    now = datetime(2023, 3, 22, 12, 0, 0, begin, tzinfo=UTC)
    content, modified_at = 0, now
    copy, since = -1, None
    for step, microseconds in steps:
        now += timedelta(microseconds=microseconds)
        if step == "change":
            content, modified_at = content + 1, max(now, modified_at)
            continue
        shown = http_date(last_modified(modified_at, now))
        if not_modified(None, since, etag='"x"', modified_at=modified_at, now=now):
            assert copy == content
            if step != "poll":
                since = shown
        else:
            copy, since = content, shown


@given(since=st.integers(2, 86_400), apart=st.integers(0, 999_999))
def test_a_quiet_feed_is_answered_304(since: int, apart: int) -> None:
    """The date is not merely safe: once a change is two seconds old, every later poll by date costs nothing."""
    modified_at = datetime(2023, 3, 22, 12, 0, 0, apart, tzinfo=UTC)
    now = modified_at + timedelta(seconds=since)
    shown = http_date(last_modified(modified_at, now))
    assert not_modified(None, shown, etag='"x"', modified_at=modified_at, now=now + timedelta(seconds=1))
