"""Days, months and years in the newsroom's time zone, whatever its clocks do."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.kinds.base import BadDate, Kind, NoSuchFeed
from feeds.kinds.dated import DAY, MONTH, YEAR, midnight, period
from feeds.kinds.latest import LATEST
from feeds.wording import ENGLISH
from tests.kinds.newsroom import Newsroom, opened_newsroom, titles

INSTANT = timedelta(microseconds=1)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def params(text: str) -> dict[str, str]:
    """'2023-03-22' as the route finds it in a path."""
    return dict(zip(("year", "month", "day"), text.split("-"), strict=False))


DAYS = [
    pytest.param("Africa/Kampala", "2023-03-22", "2023-03-22T00:00+03:00", "2023-03-23T00:00+03:00", id="Kampala"),
    pytest.param("UTC", "2023-03-22", "2023-03-22T00:00+00:00", "2023-03-23T00:00+00:00", id="UTC"),
    pytest.param("Asia/Kathmandu", "2023-03-22", "2023-03-21T18:15+00:00", "2023-03-22T18:15+00:00", id="Kathmandu"),
    pytest.param("Europe/Brussels", "2023-03-26", "2023-03-26T00:00+01:00", "2023-03-27T00:00+02:00", id="23 hours"),
    pytest.param("Europe/Brussels", "2023-10-29", "2023-10-29T00:00+02:00", "2023-10-30T00:00+01:00", id="25 hours"),
    pytest.param("America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00-02:00", "2018-11-05T00:00-02:00", id="no 00:00"),
    pytest.param("America/Sao_Paulo", "2018-11-03", "2018-11-03T00:00-03:00", "2018-11-04T03:00+00:00", id="before it"),
    pytest.param(
        "America/Sao_Paulo", "2018-02-17", "2018-02-17T00:00-02:00", "2018-02-18T00:00-03:00", id="23:00 twice"
    ),
    pytest.param("America/Havana", "2023-11-05", "2023-11-05T00:00-04:00", "2023-11-06T00:00-05:00", id="00:00 twice"),
    pytest.param(
        "America/Toronto", "1919-03-31", "1919-03-30T23:30-05:00", "1919-04-01T00:00-04:00", id="23:30 to 00:30"
    ),
    pytest.param(
        "Pacific/Apia", "2011-12-29", "2011-12-29T00:00-10:00", "2011-12-30T00:00-10:00", id="before the skipped"
    ),
    pytest.param(
        "Pacific/Apia", "2011-12-30", "2011-12-30T00:00-10:00", "2011-12-31T00:00+14:00", id="the skipped day"
    ),
    pytest.param(
        "Pacific/Apia", "2011-12-31", "2011-12-31T00:00+14:00", "2012-01-01T00:00+14:00", id="after the skipped"
    ),
]


@pytest.mark.parametrize(("zone", "day", "begins", "ends"), DAYS)
def test_a_day_begins_and_ends(zone: str, day: str, begins: str, ends: str) -> None:
    asked = period(params(day))
    assert asked.begins(ZoneInfo(zone)) == instant(begins)
    assert asked.ends(ZoneInfo(zone)) == instant(ends)


ZONES = [
    "Africa/Cairo", "Africa/Kampala", "America/Havana", "America/Nuuk", "America/Sao_Paulo", "America/Scoresbysund",
    "America/Toronto", "Asia/Beirut", "Asia/Kathmandu", "Asia/Tehran", "Australia/Lord_Howe", "Europe/Lisbon",
    "Pacific/Apia", "Pacific/Kiritimati", "Pacific/Kwajalein", "UTC",
]  # fmt: skip


@given(day=st.dates(date(1950, 1, 1), date(2037, 12, 31)), name=st.sampled_from(ZONES))
def test_midnight_is_the_first_instant_of_the_day(day: date, name: str) -> None:
    zone = ZoneInfo(name)
    start = midnight(day, zone)
    assert start.utcoffset() == timedelta(0)
    assert start.astimezone(zone).date() >= day
    assert (start - INSTANT).astimezone(zone).date() < day


@given(day=st.dates(date(1, 1, 1), date(9998, 12, 31)), name=st.sampled_from(ZONES))
def test_every_day_of_the_calendar_has_its_instants(day: date, name: str) -> None:
    asked = period(params(day.isoformat()))
    zone = ZoneInfo(name)
    assert asked.begins(zone) <= asked.ends(zone) <= asked.begins(zone) + timedelta(hours=49)


def test_the_calendar_s_first_day_begins_east_of_greenwich_too() -> None:
    assert period(params("0001-01-01")).begins(ZoneInfo("Africa/Kampala")) == datetime(1, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "label", "path", "scope", "after"),
    [
        ("2023-03-22", "22 March 2023", "/2023/03/22/", "day:2023-03-22", date(2023, 3, 23)),
        ("2024-02-29", "29 February 2024", "/2024/02/29/", "day:2024-02-29", date(2024, 3, 1)),
        ("2023-12-31", "31 December 2023", "/2023/12/31/", "day:2023-12-31", date(2024, 1, 1)),
        ("2023-03", "March 2023", "/2023/03/", "month:2023-03", date(2023, 4, 1)),
        ("2023-12", "December 2023", "/2023/12/", "month:2023-12", date(2024, 1, 1)),
        ("2023", "2023", "/2023/", "year:2023", date(2024, 1, 1)),
    ],
)
def test_a_period_of_the_calendar(text: str, label: str, path: str, scope: str, after: date) -> None:
    asked = period(params(text))
    assert (asked.label(ENGLISH.dates), asked.path, asked.scope, asked.after) == (label, path, scope, after)
    assert asked.is_day is (text.count("-") == 2)


@pytest.mark.parametrize(
    "text",
    [
        "2023-02-30", "2023-02-29", "2023-04-31", "2023-00-10", "2023-13-10", "2023-03-00", "2023-03-32",
        "2023-00", "2023-13", "0000", "0000-01", "0000-01-01", "9999-13",
    ],
)  # fmt: skip
def test_what_is_not_in_the_calendar_is_a_bad_date(text: str) -> None:
    with pytest.raises(BadDate, match=text):
        period(params(text))


@pytest.mark.parametrize("text", ["9999", "9999-12", "9999-12-31", "9999-01-01"])
def test_the_last_year_of_the_calendar_is_none_that_has_begun(text: str) -> None:
    with pytest.raises(NoSuchFeed):
        period(params(text))


@pytest.mark.anyio
@pytest.mark.parametrize(("zone", "day", "begins", "ends"), DAYS)
async def test_a_day_s_feed_at_its_edges(store_url: str, zone: str, day: str, begins: str, ends: str) -> None:
    first, after = instant(begins), instant(ends)
    async with opened_newsroom(store_url, zone=zone, founded=first - timedelta(days=2)) as newsroom:
        newsroom.clock.now = first - INSTANT
        await newsroom.publish("the-day-before")
        with pytest.raises(NoSuchFeed):
            await newsroom.feed(DAY, **params(day))
        expected: list[str] = []
        if first < after:
            for slug, moment in (("first", first), ("last", after - INSTANT)):
                newsroom.clock.now = moment
                await newsroom.publish(slug)
                expected.insert(0, slug.capitalize())
                document = await newsroom.feed(DAY, **params(day))
                assert (document.validity.until, document.validity.finished) == (after, False)
        newsroom.clock.now = after
        assert (await newsroom.feed(DAY, **params(day))).validity.until is None
        next_article = await newsroom.publish("the-day-after")
        document = await newsroom.feed(DAY, **params(day))
        assert titles(document) == expected
        assert document.validity.finished
        # When the next day is over, too, it joins the chain of archives.
        assert next_article.day is not None
        assert document.validity.until == midnight(next_article.day + timedelta(days=1), newsroom.zone)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("kind", "text", "begins", "ends"),
    [
        (MONTH, "2023-03", "2023-03-01T00:00+01:00", "2023-04-01T00:00+02:00"),
        (MONTH, "2022-12", "2022-12-01T00:00+01:00", "2023-01-01T00:00+01:00"),
        (YEAR, "2023", "2023-01-01T00:00+01:00", "2024-01-01T00:00+01:00"),
    ],
)
async def test_a_month_and_a_year_at_their_edges(store_url: str, kind: Kind, text: str, begins: str, ends: str) -> None:
    first, after = instant(begins), instant(ends)
    async with opened_newsroom(store_url, zone="Europe/Brussels", founded=first - timedelta(days=9)) as newsroom:
        newsroom.clock.now = first - INSTANT
        await newsroom.publish("before")
        with pytest.raises(NoSuchFeed):
            await newsroom.feed(kind, **params(text))
        for moment, slug in ((first, "first"), (after - INSTANT, "last")):
            newsroom.clock.now = moment
            await newsroom.publish(slug)
            document = await newsroom.feed(kind, **params(text))
            assert (document.validity.until, document.validity.finished) == (after, False)
        newsroom.clock.now = after
        await newsroom.publish("after")
        document = await newsroom.feed(kind, **params(text))
        assert titles(document) == ["Last", "First"]
        assert (document.validity.until, document.validity.finished) == (None, True)


def dated(day: Mapping[str, str]) -> list[tuple[Kind, dict[str, str]]]:
    return [
        (DAY, dict(day)),
        (MONTH, {"year": day["year"], "month": day["month"]}),
        (YEAR, {"year": day["year"]}),
    ]


@pytest.mark.anyio
async def test_a_day_shows_more_of_it_than_longer_periods_do_of_theirs(newsroom: Newsroom) -> None:
    for number in range(8):
        await newsroom.publish(f"story-{number}", newsroom.clock.advance(minutes=1))
    shown = [titles(await newsroom.feed(kind, **asked)) for kind, asked in dated(params("2023-03-01"))]
    newest = [f"Story {number}" for number in range(7, -1, -1)]
    assert shown == [newest, newest[:5], newest[:5]]
    assert titles(await newsroom.feed(LATEST)) == newest[:5], "though the day is not over"
    newsroom.clock.advance(days=1)
    assert titles(await newsroom.feed(LATEST)) == newest[:5]


@pytest.mark.anyio
async def test_a_period_speaks_for_itself_even_while_empty(newsroom: Newsroom) -> None:
    day, month, year = [await newsroom.feed(kind, **asked) for kind, asked in dated(params("2023-03-01"))]
    assert day.title == "1 March 2023 – The Example"
    assert day.feed_url == "https://news.example/2023/03/01/feed"
    assert month.title == "March 2023 – The Example"
    assert month.page_url == "https://news.example/2023/03/"
    assert year.title == "2023 – The Example"
    assert year.feed_url == "https://news.example/2023/feed"
    for document in (day, month, year):
        assert document.items == ()
        assert document.updated == newsroom.publication.created_at


@pytest.mark.anyio
async def test_an_article_and_its_day_s_feed_agree_near_midnight(store_url: str) -> None:
    async with opened_newsroom(store_url, zone="Africa/Kampala") as newsroom:
        newsroom.clock.now = instant("2023-03-22T23:59:59.999999+03:00")
        late = await newsroom.publish("late")
        newsroom.clock.advance(microseconds=1)
        early = await newsroom.publish("early")
        assert late.path == "/2023/03/22/late/"
        assert early.path == "/2023/03/23/early/"
        assert titles(await newsroom.feed(DAY, **params("2023-03-22"))) == ["Late"]
        assert titles(await newsroom.feed(DAY, **params("2023-03-23"))) == ["Early"]


@pytest.mark.anyio
async def test_an_article_that_moves_to_another_day_leaves_the_first_without_a_trace(newsroom: Newsroom) -> None:
    newsroom.clock.advance(days=5)
    article = await newsroom.publish("harbour")
    assert article.day is not None
    before = await newsroom.feed(DAY, **params(article.day.isoformat()))
    day = article.day - timedelta(days=2)
    await newsroom.edit(article, day=day, published_at=newsroom.clock() - timedelta(days=2))
    document = await newsroom.feed(DAY, **params(article.day.isoformat()))
    assert (document.items, document.deleted) == ((), ())
    scope = f"day:{article.day}"
    assert document.snapshot.scopes[scope].version > before.snapshot.scopes[scope].version
    [entry] = (await newsroom.feed(DAY, **params(day.isoformat()))).items
    assert entry.guid == article.guid
