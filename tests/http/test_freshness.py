"""How long a client may keep a feed: few steps, and never long beside how long it has been quiet."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.http.freshness import QUIET, CachePolicy, Freshness, ages
from feeds.validity import Validity
from tests.http.test_representation import CHANGED, snapshot

SECONDS = st.integers(0, 100_000)


@pytest.mark.parametrize(
    ("least", "most", "steps"),
    [
        (60, 900, (60, 120, 240, 480, 900)),
        (60, 60, (60,)),
        (60, 61, (60, 61)),
        (60, 0, (60,)),
        (900, 60, (900,)),
        (0, 900, (0,)),
        (1, 8, (1, 2, 4, 8)),
        (5, 300, (5, 10, 20, 40, 80, 160, 300)),
    ],
)
def test_steps(least: int, most: int, steps: tuple[int, ...]) -> None:
    assert ages(least, most) == steps


@given(least=SECONDS, most=SECONDS)
def test_they_grow_from_the_least_to_the_most(least: int, most: int) -> None:
    steps = ages(least, most)
    assert steps[0] == least
    assert steps[-1] == (max(least, most) if least else 0)
    assert all(one < other <= 2 * one for one, other in pairwise(steps))


@given(
    least=st.integers(0, 600),
    most=st.integers(0, 5000),
    valid=st.none() | st.integers(0, 100_000),
    since=st.integers(-10, 100_000),
    later=st.integers(0, 100_000),
    shared=st.integers(0, 5000),
)
def test_nobody_waits_for_more_than_a_tenth_of_the_quiet(
    least: int, most: int, valid: int | None, since: int, later: int, shared: int
) -> None:
    validity = Validity(until=None if valid is None else CHANGED + timedelta(seconds=valid))
    policy = replace(CachePolicy.of(least, most=most), shared_max_age=shared)
    fresh = Freshness.of(snapshot(), validity, policy)
    now = CHANGED + timedelta(seconds=since)
    age, in_front, shown_at, until = fresh.at(now)
    left = None if valid is None else max(0, valid - since)
    assert age <= max(least, since / QUIET)
    assert left is None or age <= left
    assert age == left or age in ages(least, most)
    assert age == left or 2 * age >= min(since / QUIET, most) or not least, "it grows as soon as it may"
    # What the fast path rests on: it is the same until then, and no longer where that is told.
    then = now + timedelta(seconds=later)
    if then < until:
        assert fresh.at(then)[:3] == (age, in_front, shown_at)
    # What a cache in front is told is cut by time alone.
    assert in_front == (shared if left is None else min(shared, left))


@given(valid=st.integers(1, 100_000_000), before=st.integers(1, 20_000_000))
def test_while_they_are_cut_they_are_the_same_for_the_rest_of_the_second(valid: int, before: int) -> None:
    """Or each poll in the last hour of a day, where a cache in front may keep it an hour, would be decided anew."""
    until = CHANGED + timedelta(seconds=2, microseconds=valid + before)
    policy = replace(CachePolicy.of(60), shared_max_age=3600)
    now = until - timedelta(microseconds=before)
    stated = Freshness.of(snapshot(), Validity(until=until), policy).at(now)
    assert stated.until - now == timedelta(microseconds=before % 1_000_000)
