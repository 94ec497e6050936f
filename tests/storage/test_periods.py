"""Months and years of the archive: what of them has articles, and what is beside them."""

from datetime import UTC, date, datetime

import pytest

from storage.model import DaysBeside
from storage.protocol import Store
from tests.storage.newsroom import story, withdraw

pytestmark = pytest.mark.anyio

DAYS = ("2021-12-31", "2023-01-31", "2023-02-01", "2023-02-20")


async def publish(store: Store) -> None:
    for day in DAYS:
        await store.add_article(story(day, datetime.fromisoformat(f"{day}T08:00Z").astimezone(UTC)))


@pytest.mark.parametrize(
    ("scope", "articles", "parts", "previous", "following"),
    [
        ("month:2023-02", 2, ["2023-02-01", "2023-02-20"], "2023-01-01", None),
        ("month:2023-01", 1, ["2023-01-31"], "2021-12-01", "2023-02-01"),
        ("month:2022-05", 0, [], "2021-12-01", "2023-01-01"),
        ("month:2020-01", 0, [], None, "2021-12-01"),
        ("year:2023", 3, ["2023-01-01", "2023-02-01"], "2021-01-01", None),
        ("year:2022", 0, [], "2021-01-01", "2023-01-01"),
        ("year:2021", 1, ["2021-12-01"], None, "2023-01-01"),
    ],
)
async def test_a_period_knows_its_parts_and_those_beside_it(
    store: Store, scope: str, articles: int, parts: list[str], previous: str | None, following: str | None
) -> None:
    await publish(store)
    found = await store.read_period(scope, limit=9, also=("site",))
    assert len(found.articles) == articles
    assert [str(part) for part in found.parts] == parts
    assert found.beside == DaysBeside(
        previous=date.fromisoformat(previous) if previous else None,
        next=date.fromisoformat(following) if following else None,
    )
    assert set(found.snapshot.scopes) == {scope, "days", "site"}


async def test_what_is_withdrawn_makes_no_day(store: Store) -> None:
    await publish(store)
    for article in (await store.read_articles("month:2023-02", limit=1)).articles:
        before = await store.read_period("year:2023", limit=1)
        gone = await withdraw(store, article)
    month = await store.read_period("month:2023-02", limit=9)
    assert month.parts == (date(2023, 2, 1),)
    # Who has kept a list of the days learns of it.
    assert month.snapshot.scopes["days"].version == gone.seq > before.snapshot.scopes["days"].version
    assert (await store.read_names(among=9, limit=9)).last_day == date(2023, 2, 1)


async def test_an_empty_newsroom_has_no_days(store: Store) -> None:
    assert (await store.read_names(among=9, limit=9)).last_day is None
    assert (await store.read_period("year:2023", limit=9)).beside == DaysBeside()
