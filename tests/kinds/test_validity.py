"""Between which instants a document stays as it is."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from feeds.validity import LASTING, Validity

INSTANTS = st.integers(0, 5).map(lambda hours: datetime(2023, 3, 22, hours, tzinfo=UTC))
NOW = datetime(2023, 3, 22, 2, tzinfo=UTC)


@given(turns=st.lists(st.none() | INSTANTS), now=INSTANTS)
def test_what_turns_is_valid_from_the_last_instant_that_is_past_to_the_next_to_come(
    turns: list[datetime | None], now: datetime
) -> None:
    known = sorted({turn for turn in turns if turn is not None})
    validity = Validity.turning(now, *turns)
    assert validity.since == max((turn for turn in known if turn <= now), default=None)
    assert validity.until == min((turn for turn in known if turn > now), default=None)
    assert not validity.finished


@given(one=st.lists(INSTANTS), other=st.lists(INSTANTS), now=INSTANTS, finished=st.booleans())
def test_what_is_made_of_two_turns_when_either_does(
    one: list[datetime], other: list[datetime], now: datetime, finished: bool
) -> None:
    parts = Validity.turning(now, *one, finished=finished), Validity.turning(now, *other)
    assert parts[0] & parts[1] == parts[1] & parts[0] == Validity.turning(now, *one, *other, finished=finished)
    assert parts[0] & LASTING == parts[0]


def test_a_period_is_finished_from_its_end_on_and_its_bytes_do_not_change_then() -> None:
    assert Validity.ending(NOW - timedelta(microseconds=1), NOW) == Validity(until=NOW)
    assert Validity.ending(NOW, NOW) == Validity(finished=True)
