"""Where all public articles are, by id, and the newest of them."""

from datetime import datetime, timedelta

import pytest

from storage import scopes
from storage.lifecycle import AHEAD
from storage.model import Location
from storage.protocol import Store
from tests.storage.newsroom import FOUNDED, SettableClock, add_reply, draft, edit, record, reply, story, withdraw

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)


async def paths(store: Store, page: int) -> list[str]:
    return [location.path for location in (await store.read_locations(page)).locations]


async def numbers(store: Store, limit: int = 9) -> tuple[int, ...]:
    return tuple(page.number for page in (await store.location_pages(limit=limit)).pages)


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scopes, "LOCATIONS", 3)


async def test_a_page_is_a_range_of_ids(store: Store) -> None:
    for number in range(1, 8):
        # In the order of ids, whatever they are dated.
        await store.add_article(story(f"a{number}", FOUNDED - number * HOUR * 24))
    assert await numbers(store) == (1, 2, 3)
    assert await numbers(store, 2) == (1, 2)
    assert await paths(store, 1) == ["/2023/02/28/a1/", "/2023/02/27/a2/", "/2023/02/26/a3/"]
    assert await paths(store, 3) == ["/2023/02/22/a7/"]
    assert await paths(store, 4) == await paths(store, 0) == []


async def test_a_page_stays_as_it_is_when_articles_come(store: Store) -> None:
    for number in range(4):
        await store.add_article(story(f"a{number}"))
    before = await store.read_locations(1)
    await store.add_article(story("older", FOUNDED - HOUR))
    assert (await store.read_locations(1)).locations == before.locations


async def test_pages_without_public_articles_are_left_out(store: Store) -> None:
    await store.import_articles([record(story("far", id=40)), record(story("farther", id=1_000_001))])
    assert await numbers(store) == (14, 333_334)
    kept = await store.get_article(40)
    await withdraw(store, kept)
    assert await numbers(store) == (333_334,)
    assert await paths(store, 14) == []


async def test_only_what_is_public_is_on_a_page(store: Store, clock: SettableClock) -> None:
    await store.add_article(draft("draft"))
    await store.add_article(story("later", FOUNDED + HOUR))
    await store.add_article(story("embargoed", embargoed_until=FOUNDED + HOUR))
    assert await numbers(store) == ()
    assert await paths(store, 1) == []
    clock.advance(hours=1)
    await store.run_due()
    assert await paths(store, 1) == ["/2023/03/01/later/", "/2023/03/01/embargoed/"]


async def test_a_location_says_when_the_entry_last_changed_and_where_its_original_is(store: Store) -> None:
    article = await store.add_article(story("a", canonical_url="https://agency.example/a"))
    at = Location("/2023/03/01/a/", "https://agency.example/a", FOUNDED)
    assert (await store.read_locations(1)).locations == (at,)
    await edit(store, article, updated_at=FOUNDED + HOUR, canonical_url="", slug="b")
    moved = Location("/2023/03/01/b/", "", FOUNDED + HOUR)
    assert (await store.read_locations(1)).locations == (moved,)


async def test_a_page_depends_on_its_own_articles(store: Store) -> None:
    await store.add_article(story("a"))
    snapshot = (await store.read_locations(1, also=("site",))).snapshot
    assert set(snapshot.scopes) == {"locations:1", "site"}
    assert snapshot.seq == snapshot.scopes["locations:1"].version == await store.last_seq()


async def test_a_page_changed_when_what_it_says_of_an_article_did(store: Store, clock: SettableClock) -> None:
    async def changed() -> dict[int, datetime]:
        found = await store.location_pages(limit=9, also=("site",))
        assert set(found.snapshot.scopes) == {"home", "older:home", "site"}
        for page in found.pages:
            state = (await store.read_locations(page.number)).snapshot.scopes[f"locations:{page.number}"]
            assert state.modified_at == page.changed_at
        return {page.number: page.changed_at - AHEAD for page in found.pages}

    articles = [await store.add_article(story(f"a{number}")) for number in range(4)]
    assert await changed() == {1: FOUNDED, 2: FOUNDED}
    clock.advance(hours=1)
    await edit(store, articles[0], body_html="<p>Otherwise.</p>")
    assert await changed() == {1: FOUNDED + HOUR, 2: FOUNDED}
    clock.advance(hours=1)
    await edit(store, articles[0], editorial_note="Call back.", comments_open=False)
    await add_reply(store, reply(articles[0], "Ann"))
    assert await changed() == {1: FOUNDED + HOUR, 2: FOUNDED}
    await withdraw(store, articles[1])
    assert await changed() == {1: FOUNDED + 2 * HOUR, 2: FOUNDED}


async def test_news_are_the_newest_after_an_instant(store: Store) -> None:
    kept = [await store.add_article(story(f"a{hours}", FOUNDED - hours * HOUR)) for hours in range(5)]
    await withdraw(store, kept[1])
    await store.add_article(draft("draft"))
    news = await store.read_news(FOUNDED - 3 * HOUR, limit=9, also=("site",))
    assert [article.slug for article in news.articles] == ["a0", "a2"]
    assert news.articles[0] == kept[0]
    assert news.before == FOUNDED - 3 * HOUR
    assert set(news.snapshot.scopes) == {"home", "older:home", "site"}
    assert [article.slug for article in (await store.read_news(FOUNDED - 9 * HOUR, limit=2)).articles] == ["a0", "a2"]
    assert (await store.read_news(FOUNDED - 9 * HOUR, limit=2)).before is None
    assert (await store.read_news(FOUNDED, limit=2)).articles == ()
