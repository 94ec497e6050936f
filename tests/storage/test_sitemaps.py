"""Where all public articles are, by id, and the newest of them."""

from datetime import timedelta

import pytest

from storage.model import Location
from storage.protocol import Store
from tests.storage.newsroom import FOUNDED, SettableClock, draft, edit, record, story, withdraw

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)


async def paths(store: Store, page: int, size: int = 3) -> list[str]:
    return [location.path for location in (await store.read_locations(page, size=size)).locations]


async def test_a_page_is_a_range_of_ids(store: Store) -> None:
    for number in range(1, 8):
        # In the order of ids, whatever they are dated.
        await store.add_article(story(f"a{number}", FOUNDED - number * HOUR * 24))
    assert await store.location_pages(size=3, limit=9) == (1, 2, 3)
    assert await store.location_pages(size=3, limit=2) == (1, 2)
    assert await store.location_pages(size=7, limit=9) == (1,)
    assert await paths(store, 1) == ["/2023/02/28/a1/", "/2023/02/27/a2/", "/2023/02/26/a3/"]
    assert await paths(store, 3) == ["/2023/02/22/a7/"]
    assert await paths(store, 4) == await paths(store, 0) == []


async def test_a_page_stays_as_it_is_when_articles_come(store: Store) -> None:
    for number in range(4):
        await store.add_article(story(f"a{number}"))
    before = await store.read_locations(1, size=3)
    await store.add_article(story("older", FOUNDED - HOUR))
    assert (await store.read_locations(1, size=3)).locations == before.locations


async def test_pages_without_public_articles_are_left_out(store: Store) -> None:
    await store.import_articles([record(story("far", id=40)), record(story("farther", id=1_000_001))])
    assert await store.location_pages(size=3, limit=9) == (14, 333_334)
    kept = await store.get_article(40)
    await withdraw(store, kept)
    assert await store.location_pages(size=3, limit=9) == (333_334,)
    assert await paths(store, 14) == []


async def test_only_what_is_public_is_on_a_page(store: Store, clock: SettableClock) -> None:
    await store.add_article(draft("draft"))
    await store.add_article(story("later", FOUNDED + HOUR))
    await store.add_article(story("embargoed", embargoed_until=FOUNDED + HOUR))
    assert await store.location_pages(size=3, limit=9) == ()
    assert await paths(store, 1) == []
    clock.advance(hours=1)
    await store.run_due()
    assert await paths(store, 1) == ["/2023/03/01/later/", "/2023/03/01/embargoed/"]


async def test_a_location_says_when_the_entry_last_changed_and_where_its_original_is(store: Store) -> None:
    article = await store.add_article(story("a", canonical_url="https://agency.example/a"))
    at = Location("/2023/03/01/a/", "https://agency.example/a", FOUNDED)
    assert (await store.read_locations(1, size=3)).locations == (at,)
    await edit(store, article, updated_at=FOUNDED + HOUR, canonical_url="", slug="b")
    moved = Location("/2023/03/01/b/", "", FOUNDED + HOUR)
    assert (await store.read_locations(1, size=3)).locations == (moved,)


async def test_a_page_depends_on_every_public_article(store: Store) -> None:
    await store.add_article(story("a"))
    snapshot = (await store.read_locations(1, size=3, also=("site",))).snapshot
    assert set(snapshot.scopes) == {"home", "site"}
    assert snapshot.seq == snapshot.scopes["home"].version == await store.last_seq()


async def test_news_are_the_newest_after_an_instant(store: Store) -> None:
    kept = [await store.add_article(story(f"a{hours}", FOUNDED - hours * HOUR)) for hours in range(5)]
    await withdraw(store, kept[1])
    await store.add_article(draft("draft"))
    news = await store.read_news(FOUNDED - 3 * HOUR, limit=9, also=("site",))
    assert [article.slug for article in news.articles] == ["a0", "a2"]
    assert news.articles[0] == kept[0]
    assert news.before == FOUNDED - 3 * HOUR
    assert set(news.snapshot.scopes) == {"home", "site"}
    assert [article.slug for article in (await store.read_news(FOUNDED - 9 * HOUR, limit=2)).articles] == ["a0", "a2"]
    assert (await store.read_news(FOUNDED - 9 * HOUR, limit=2)).before is None
    assert (await store.read_news(FOUNDED, limit=2)).articles == ()
