"""200 and 304 from one representation: fields, validators, and how long a client may keep it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.http.conditional import Conditions, http_date
from feeds.http.decision import Asked, decide
from feeds.http.freshness import CachePolicy
from feeds.http.negotiation import Coding, encode
from feeds.http.representation import Answer, Representation, represent
from feeds.validity import Validity
from storage.model import ScopeState, Snapshot

CHANGED = datetime(2023, 3, 22, 11, 0, 0, 250_000, tzinfo=UTC)
NOW = datetime(2023, 3, 22, 12, 0, 30, 500_000, tzinfo=UTC)
BODY = b"<rss/>" * 50


def snapshot(**dates: datetime) -> Snapshot:
    return Snapshot(
        seq=0x4F9,
        scopes={name: ScopeState(version=1, modified_at=date) for name, date in (dates or {"home": CHANGED}).items()},
    )


def made(
    body: bytes = BODY,
    *,
    seq: int = 0x4F2,
    valid_until: datetime | None = None,
    changed_at: datetime | None = None,
    private: bool = False,
    **dates: datetime,
) -> Representation:
    representation = represent(
        body,
        media_type="application/rss+xml",
        snapshot=snapshot(**dates),
        seq=seq,
        policy=CachePolicy.of(60, private=private),
        validity=Validity(since=changed_at, until=valid_until),
        fields=[(b"access-control-allow-origin", b"*")],
    )
    for coding in Coding:
        representation.bodies[coding] = encode(body, coding)
    return representation


def answered(
    representation: Representation,
    coding: Coding = Coding.GZIP,
    *,
    etag: str | None = None,
    now: datetime = NOW,
) -> Answer:
    result = answer(representation, coding, Conditions(if_none_match=etag), now)
    assert result is not None
    return result


def answer(representation: Representation, coding: Coding, conditions: Conditions, now: datetime) -> Answer | None:
    return decide(representation, Asked(coding, conditions, None), now).answer(coding, now)


def fields(answer: Answer) -> dict[str, str]:
    names = [name for name, _ in answer.fields]
    assert len(names) == len(set(names)), "no field comes twice"
    return {name.decode(): value.decode() for name, value in answer.fields}


@pytest.mark.parametrize("coding", list(Coding))
def test_200(coding: Coding) -> None:
    representation = made()
    full = answered(representation, coding)
    assert full.status == 200
    assert full.body == encode(BODY, coding)
    expected = {
        "content-type": "application/rss+xml",
        "content-length": str(len(encode(BODY, coding))),
        "etag": representation.etag(coding),
        "last-modified": "Wed, 22 Mar 2023 11:00:00 GMT",
        "cache-control": "public, max-age=60",
        "vary": "accept-encoding",
        "access-control-allow-origin": "*",
    }
    if coding is not Coding.IDENTITY:
        expected["content-encoding"] = coding.value
    assert fields(full) == expected


@pytest.mark.parametrize("coding", list(Coding))
@pytest.mark.parametrize(
    "now", [CHANGED, CHANGED + timedelta(seconds=1), NOW], ids=["at once", "a second later", "later"]
)
def test_304_has_the_fields_of_the_200_but_those_of_its_content(coding: Coding, now: datetime) -> None:
    representation = made(valid_until=now + timedelta(seconds=20))
    full = fields(answered(representation, coding, now=now))
    unmodified = answered(representation, coding, now=now, etag=representation.etag(coding))
    assert (unmodified.status, unmodified.body) == (304, None)
    assert fields(unmodified) == {
        name: value for name, value in full.items() if not name.startswith("content-")
    }  # RFC 9110, section 15.4.5


def test_304_needs_no_body_and_200_waits_for_one() -> None:
    representation = made()
    etag = representation.etag(Coding.GZIP)
    representation.bodies.clear()
    assert answered(representation, etag=etag).status == 304
    assert answer(representation, Coding.GZIP, Conditions(), NOW) is None


def test_the_tag_is_strong_and_another_for_each_coding() -> None:
    representation = made()
    tags = {representation.etag(coding) for coding in Coding}
    assert len(tags) == len(Coding)
    assert all(tag.startswith('"4f2-') and tag.endswith('"') for tag in tags)
    for coding in Coding:
        for other in Coding:
            status = answered(representation, coding, etag=representation.etag(other)).status
            assert status == (304 if other is coding else 200)


@pytest.mark.parametrize(
    ("change", "moves"),
    [
        pytest.param(lambda: made(home=NOW), False, id="a date"),
        pytest.param(lambda: made(home=CHANGED, site=CHANGED), False, id="a scope"),
        pytest.param(lambda: made(valid_until=NOW), False, id="how long it is valid"),
        pytest.param(lambda: made(changed_at=NOW), False, id="a change unwritten"),
        pytest.param(lambda: made(BODY + b" "), True, id="the bytes"),
        pytest.param(lambda: made(seq=0x4F3), True, id="the sequence of its entries"),
    ],
)
def test_the_tag_follows_the_bytes(change: Callable[[], Representation], moves: bool) -> None:
    assert (change().tag != made().tag) is moves


def test_the_date_is_the_largest_of_the_scopes_and_of_what_changed_unwritten() -> None:
    earlier, later = CHANGED - timedelta(days=1), CHANGED + timedelta(minutes=5)
    assert made(home=CHANGED, site=earlier).freshness.modified_at == CHANGED
    assert made(home=CHANGED, changed_at=earlier).freshness.modified_at == CHANGED
    assert made(home=CHANGED, changed_at=later).freshness.modified_at == later


def test_it_depends_on_the_scopes_of_its_snapshot_and_is_as_new_as_it() -> None:
    representation = made(home=CHANGED, site=CHANGED)
    assert representation.scopes == {"home", "site"}
    assert representation.seq == 0x4F9


@pytest.mark.parametrize(
    ("valid_until", "max_age"),
    [
        pytest.param(None, 60, id="the setting"),
        pytest.param(61, 60, id="valid for longer"),
        pytest.param(60, 60, id="valid for as long"),
        pytest.param(59.9, 59, id="rounded down"),
        pytest.param(20, 20, id="cut by valid_until"),
        pytest.param(0.5, 0, id="within the second"),
        pytest.param(-5, 0, id="over"),
    ],
)
def test_max_age(valid_until: float | None, max_age: int) -> None:
    representation = made(valid_until=None if valid_until is None else NOW + timedelta(seconds=valid_until))
    assert fields(answered(representation))["cache-control"] == f"public, max-age={max_age}"


def test_what_is_for_some_alone_is_kept_by_no_shared_cache() -> None:
    for etag in (None, made().etag(Coding.GZIP)):
        answer = answered(made(private=True), etag=etag)
        assert answer.status == (304 if etag else 200)
        assert fields(answer)["cache-control"] == "private, max-age=60"


@given(
    since=st.integers(-3_000_000, 100_000_000),
    valid=st.none() | st.integers(0, 200_000_000),
    later=st.integers(0, 200_000_000),
)
def test_once_settled_only_max_age_moves(since: int, valid: int | None, later: int) -> None:
    """What the fast path rests on: fields made at one settled moment are right at every other of the same max-age."""

    representation = made(valid_until=None if valid is None else CHANGED + timedelta(microseconds=valid))
    now = CHANGED + timedelta(microseconds=since)
    other = now + timedelta(microseconds=later)
    freshness = representation.freshness
    if now >= freshness.settled_at:
        assert freshness.at(now).shown_at == freshness.at(other).shown_at
        if freshness.at(now).max_age == freshness.at(other).max_age:
            one, two = (answered(representation, now=moment) for moment in (now, other))
            assert one == two
    assert now >= freshness.settled_at or since < 1_000_000


@given(since=st.integers(0, 3_000_000))
def test_a_client_that_asks_by_the_date_it_was_given_gets_304_or_the_truth(since: int) -> None:
    now = CHANGED + timedelta(microseconds=since)
    given_date = fields(answered(made(), now=now))["last-modified"]
    assert given_date < http_date(now)
    again = answer(made(), Coding.GZIP, Conditions(if_modified_since=given_date), now)
    assert again is not None
    # In the change's own second the date names the second before: the client is sent the bytes once more.
    assert again.status == (304 if int(now.timestamp()) > int(CHANGED.timestamp()) else 200)
