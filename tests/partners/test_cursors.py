"""Cursors: whatever way one says, it is read as it was written, and nothing else is read as one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.newsroom.partners.cursors import BadCursor, Cursor, Point, Seen

NUMBERS = st.integers(0, 10**18 - 1)
POINTS = st.builds(Point, NUMBERS, NUMBERS, st.just("") | st.text("0123456789abcdef", min_size=8, max_size=8))
SEEN = st.none() | st.builds(Seen, st.integers(1, 10**18 - 1), st.text("0123456789abcdef", min_size=8, max_size=8))
WAYS = st.builds(Cursor, POINTS, st.lists(POINTS, min_size=1, max_size=8).map(tuple), st.none() | NUMBERS, SEEN)


@given(st.builds(Cursor, POINTS) | WAYS)
def test_a_cursor_is_read_as_it_was_written(cursor: Cursor) -> None:
    assert Cursor.of(str(cursor)) == cursor


@pytest.mark.parametrize(
    "text",
    [
        "", "0", "7", "7-", "-5", "7-5-", "7-5_4", "07-5", "7-05", "7-5-1234567", "7-5-1234567G", "7-5-123456789", "~7-5", "7-5~",
        "1-2~7-5_", "1-2~7-5_-1", "1-2..3-4~7-5", "1-2~3-4~7-5", " 7-5", "7-5\n", "٧-5"
        "7-1234567890123456789", "next", "7-5-ABCDEF01", "7-5!", "7-5!9", "7-5!0-12345678", "7-5!9-1234567", "7-5!9-12345678_4",
    ],
)  # fmt: skip
def test_what_was_never_given_is_no_cursor(text: str) -> None:
    with pytest.raises(BadCursor, match="no cursor"):
        Cursor.of(text)


@given(st.text("0123456789-.~_!abf", max_size=30))
def test_what_is_read_as_a_cursor_is_written_so(text: str) -> None:
    try:
        cursor = Cursor.of(text)
    except BadCursor:
        return
    assert str(cursor) == text


def test_terms_that_change_before_anything_is_read_do_not_make_cursors_longer_for_ever() -> None:
    cursor = Cursor.begin(Point(1, 5))
    for set_id in range(2, 10):
        cursor = cursor.towards(Point(set_id, 0))
    assert [point.set_id for point in cursor.former] == [*range(1, 9)], "who had nothing is not among them"
    with pytest.raises(BadCursor, match="too often"):
        cursor.towards(Point(10, 0))
