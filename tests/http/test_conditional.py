"""Preconditions of GET and HEAD, row by row (RFC 9110, section 13)."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.http.conditional import Conditions, evaluate, http_date, not_modified

ETAG = '"4f2-9c1d"'
COMMAS = '"a,b, c"'
NOW = datetime(2023, 3, 22, 12, 0, 30, 500_000, tzinfo=UTC)
CHANGED = datetime(2023, 3, 22, 11, 0, 0, 250_000, tzinfo=UTC)
SINCE = http_date(CHANGED)


def asked(
    if_none_match: str | None = None, if_modified_since: str | None = None, *, etag: str = ETAG, now: datetime = NOW
) -> bool:
    return not_modified(if_none_match, if_modified_since, etag=etag, modified_at=CHANGED, now=now)


@pytest.mark.parametrize(
    ("value", "etag", "expected"),
    [
        pytest.param('"4f2-9c1d"', ETAG, True, id="the same tag"),
        pytest.param('"4f2-9c1e"', ETAG, False, id="another tag"),
        pytest.param('W/"4f2-9c1d"', ETAG, True, id="weak comparison"),
        pytest.param('w/"4f2-9c1d"', ETAG, False, id="W is upper case"),
        pytest.param('W/ "4f2-9c1d"', ETAG, False, id="no space after W/"),
        pytest.param('"x", W/"y","4f2-9c1d"', ETAG, True, id="last of a list"),
        pytest.param('"4f2-9c1d", "x"', ETAG, True, id="first of a list"),
        pytest.param('"x",\t"4f2-9c1d"\t', ETAG, True, id="tabs"),
        pytest.param('"x", "y"', ETAG, False, id="a list without it"),
        pytest.param(', ,"x",, "4f2-9c1d",', ETAG, True, id="empty elements (5.6.1.2)"),
        pytest.param("*", ETAG, True, id="*"),
        pytest.param(" * ", ETAG, True, id="* with spaces"),
        pytest.param('"x", *', ETAG, False, id="* is no element of a list"),
        pytest.param('"*"', ETAG, False, id="a tag that looks like *"),
        pytest.param('"4f2-9c1d-gzip"', ETAG, True, id="-gzip as Apache adds"),
        pytest.param('W/"4f2-9c1d-gzip"', ETAG, True, id="-gzip, weak"),
        pytest.param('"4f2-9c1d;gzip"', ETAG, True, id=";gzip as Jetty adds"),
        pytest.param('"4f2-9c1d-gz-gzip"', '"4f2-9c1d-gz"', True, id="-gzip after our own suffix"),
        pytest.param('"4f2-9c1d-gzip-gzip"', ETAG, False, id="one suffix, not two"),
        pytest.param('"4f2-9c1d-gz"', ETAG, False, id="our tag of another coding"),
        pytest.param('"4f2-9c1d"', '"4f2-9c1d-gz"', False, id="our tag without coding"),
        pytest.param('"4f2-9c1d-br"', ETAG, False, id="our tag in brotli"),
        pytest.param('"a,b, c"', COMMAS, True, id="commas in a tag"),
        pytest.param('"b, c"', COMMAS, False, id="part of a tag"),
        pytest.param('"x", "a,b, c"', COMMAS, False, id="a space is no character of a tag"),
        pytest.param('"x", "a,b"', '"a,b"', True, id="a comma in a tag of a list"),
        pytest.param('"a,4f2-9c1d,b"', ETAG, False, id="our tag's characters inside another"),
        pytest.param('"\xff\x80"', '"\xff\x80"', True, id="obs-text"),
        pytest.param('""', ETAG, False, id="the empty tag"),
        pytest.param('"4f2-9c1d', ETAG, False, id="no closing quote"),
        pytest.param("4f2-9c1d", ETAG, False, id="no quotes"),
        pytest.param("'4f2-9c1d'", ETAG, False, id="the wrong quotes"),
        pytest.param('"x" "4f2-9c1d"', ETAG, False, id="no comma between"),
        pytest.param('junk, "4f2-9c1d"', ETAG, False, id="junk before"),
        pytest.param('"4f2-9c1d", junk', ETAG, True, id="junk after"),
        pytest.param("", ETAG, False, id="empty"),
        pytest.param(" , ,", ETAG, False, id="only commas"),
    ],
)
def test_if_none_match(value: str, etag: str, expected: bool) -> None:
    assert asked(value, etag=etag) is expected


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        pytest.param(http_date(CHANGED), True, id="the very second"),
        pytest.param(http_date(CHANGED - timedelta(seconds=1)), False, id="a second before"),
        pytest.param(http_date(CHANGED + timedelta(seconds=1)), True, id="a second after: made up, yet later"),
        pytest.param(http_date(NOW), True, id="now"),
        pytest.param(http_date(NOW + timedelta(seconds=1)), False, id="in the future: ignored"),
        pytest.param("Wednesday, 22-Mar-23 11:00:00 GMT", True, id="RFC 850"),
        pytest.param("Wed Mar 22 11:00:00 2023", True, id="asctime"),
        pytest.param("Wednesday, 22-Mar-23 10:59:59 GMT", False, id="RFC 850, before"),
        pytest.param("Wed Mar 22 10:59:59 2023", False, id="asctime, before"),
        pytest.param("Wed, 22 Mar 2023 11:00:00 +0000", False, id="an offset is no HTTP-date"),
        pytest.param("2023-03-22T11:00:00Z", False, id="ISO 8601 is no HTTP-date"),
        pytest.param(f"{SINCE}, {SINCE}", False, id="two lines"),
        pytest.param("", False, id="empty"),
        pytest.param("0", False, id="0"),
        pytest.param("yesterday", False, id="a word"),
    ],
)
def test_if_modified_since(since: str, expected: bool) -> None:
    assert asked(if_modified_since=since) is expected


@pytest.mark.parametrize(
    ("if_none_match", "if_modified_since", "expected"),
    [
        (None, None, False),
        (ETAG, "Mon, 01 Jan 2001 00:00:00 GMT", True),
        ('"other"', SINCE, False),
        ("", SINCE, False),
        ("junk", SINCE, False),
        ("*", "junk", True),
    ],
)
def test_if_none_match_wins(if_none_match: str | None, if_modified_since: str | None, expected: bool) -> None:
    assert asked(if_none_match, if_modified_since) is expected


@pytest.mark.parametrize(
    "hostile",
    [
        '"' * 200_000,
        "," * 200_000 + "x",
        " " * 200_000 + "x",
        '"x"' + " " * 200_000 + "x",
        ", \t" * 100_000 + "W",
        '"a' * 100_000,
        "W/" * 100_000,
        '"x",' * 100_000,
        '"' + "-gzip" * 50_000 + '"',
        "Sun, " * 50_000,
        "Wed, 22 Mar 2023 11:00:00 " + "1" * 200_000 + " GMT",
        "9" * 200_000,
    ],
    ids=lambda value: value[:12],
)
def test_a_hostile_value_takes_linear_time(hostile: str) -> None:
    began = time.process_time()
    assert asked(hostile) is False
    assert asked(if_modified_since=hostile) is False
    # What is quadratic takes minutes here; what is linear, milliseconds. The bound is far from both.
    assert time.process_time() - began < 5


TAG = st.text(st.sampled_from([chr(code) for code in (0x21, *range(0x23, 0x7F), 0x80, 0xFF)]), max_size=6)


@given(
    tags=st.lists(st.tuples(TAG, st.booleans()), max_size=6),
    etag=TAG,
    separator=st.sampled_from([",", ", ", " ,\t", ",,"]),
)
def test_a_list_matches_exactly_when_it_holds_the_tag(tags: list[tuple[str, bool]], etag: str, separator: str) -> None:
    value = separator.join(f'{"W/" if weak else ""}"{tag}"' for tag, weak in tags)
    held = any(tag in (etag, f"{etag}-gzip", f"{etag};gzip") for tag, _ in tags)
    assert asked(value, etag=f'"{etag}"') is held


@given(if_none_match=st.none() | st.text(), if_modified_since=st.none() | st.text())
def test_no_value_raises(if_none_match: str | None, if_modified_since: str | None) -> None:
    asked(if_none_match, if_modified_since)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        pytest.param({}, 200, id="no condition"),
        pytest.param({"if_match": ETAG}, 200, id="the same tag"),
        pytest.param({"if_match": f'"x", {ETAG}'}, 200, id="one of a list"),
        pytest.param({"if_match": "*"}, 200, id="any"),
        pytest.param({"if_match": '"4f2-9c1d-gzip"'}, 200, id="as a proxy wrote it"),
        pytest.param({"if_match": '"x"'}, 412, id="another tag"),
        pytest.param({"if_match": f"W/{ETAG}"}, 412, id="strong comparison (13.1.1)"),
        pytest.param({"if_match": f'W/{ETAG}, "x"'}, 412, id="a weak one in a list"),
        pytest.param({"if_match": f"W/{ETAG}, {ETAG}"}, 200, id="weak and strong"),
        pytest.param({"if_match": ""}, 412, id="no tag at all"),
        pytest.param({"if_match": "x"}, 412, id="what is no tag"),
        pytest.param({"if_unmodified_since": SINCE}, 200, id="not since"),
        pytest.param({"if_unmodified_since": http_date(CHANGED - timedelta(seconds=1))}, 412, id="since"),
        pytest.param({"if_unmodified_since": http_date(NOW + timedelta(days=1))}, 200, id="a date to come"),
        pytest.param({"if_unmodified_since": "yesterday"}, 200, id="no date (13.1.4)"),
        pytest.param(
            {"if_match": ETAG, "if_unmodified_since": http_date(CHANGED - timedelta(1))}, 200, id="the tag wins"
        ),
        pytest.param({"if_match": '"x"', "if_unmodified_since": SINCE}, 412, id="the tag wins when it is another"),
        pytest.param({"if_match": ETAG, "if_none_match": ETAG}, 304, id="both hold"),
        pytest.param({"if_match": '"x"', "if_none_match": ETAG}, 412, id="412 comes before 304"),
        pytest.param({"if_match": ETAG, "if_none_match": '"x"', "if_modified_since": SINCE}, 200, id="a changed one"),
        pytest.param({"if_unmodified_since": SINCE, "if_modified_since": SINCE}, 304, id="exactly as old"),
        pytest.param({"if_unmodified_since": "x", "if_modified_since": SINCE}, 304, id="a date of two"),
    ],
)
def test_the_order_of_conditions(fields: dict[str, str], status: int) -> None:
    """RFC 9110, section 13.2.2."""
    assert evaluate(Conditions(**fields), etag=ETAG, modified_at=CHANGED, now=NOW) == status


def test_without_a_date_conditions_on_it_are_not_read() -> None:
    for fields in ({"if_unmodified_since": http_date(CHANGED - timedelta(1))}, {"if_modified_since": http_date(NOW)}):
        assert evaluate(Conditions(**fields), etag=ETAG, modified_at=None, now=NOW) == 200
