"""Full text search over public articles."""

from datetime import timedelta
from typing import Any

import pytest

from storage.model import ArticleStatus, Author, Source, Tag
from storage.protocol import Store
from storage.search import MAX_TERMS, Term, parse_search
from tests.storage.newsroom import FOUNDED, SettableClock, draft, edit, record, reply, story, withdraw

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)


async def found(store: Store, words: str, limit: int = 10, **how: Any) -> list[str]:
    return [article.slug for article in (await store.search_articles(words, limit=limit, **how)).articles]


@pytest.fixture
async def newsroom(store: Store) -> Store:
    await store.add_article(
        story(
            "ferry", FOUNDED - 3 * HOUR, headline="Night ferry returns", body_html="<p>To the <b>Café</b> &amp; harbour.</p>",
            authors=(Author(slug="zoe", name="Zoë Tan"),),
        )
    )  # fmt: skip
    await store.add_article(
        story(
            "budget", FOUNDED - HOUR, headline="Budget agreed", summary="The night was long.", body_html="<p>Ferry tariffs.</p>",
            tags=(Tag(slug="nato", name="NATO"),), source=Source(name="Coast Agency"), dateline="Kampala",
        )
    )  # fmt: skip
    await store.add_article(story("later", FOUNDED + HOUR, headline="Ferry of tomorrow"))
    await store.add_article(draft("draft", headline="Ferry nobody sees"))
    return store


@pytest.mark.parametrize(
    ("words", "slugs"),
    [
        ("ferry", ["budget", "ferry"]),
        ("FERRY night", ["budget", "ferry"]),
        ('"night ferry"', ["ferry"]),
        ('"ferry night"', []),
        ("har*", ["ferry"]),
        ("har", []),
        ("cafe", ["ferry"]),
        ("CAFÉ harbour", ["ferry"]),
        ("zoe", ["ferry"]),
        ("nato", ["budget"]),
        ("coast kampala", ["budget"]),
        ("strong", []),
        ("amp", []),
        ("tomorrow", []),
        ("", []),
        ("   ", []),
        ('"', []),
        ("* - ^ :", []),
        ("ferry AND", []),
        ("ferry OR budget", []),
        ("headline:ferry", []),
        ('fer"ry', []),
        ("NEAR(ferry night)", []),
        ("ferry\x00", ["budget", "ferry"]),
    ],
)
async def test_what_words_find(newsroom: Store, words: str, slugs: list[str]) -> None:
    assert await found(newsroom, words) == slugs


async def test_the_newest_come_first_or_the_best(newsroom: Store) -> None:
    assert await found(newsroom, "ferry") == ["budget", "ferry"]
    assert await found(newsroom, "ferry", ranked=True) == ["ferry", "budget"]
    assert await found(newsroom, "ferry", limit=1) == ["budget"]
    first = await newsroom.search_articles("ferry", limit=1, also=("site",))
    assert (first.newer, first.older) == (False, True)
    assert set(first.snapshot.scopes) == {"home", "older:home", "site"}
    assert not (await newsroom.search_articles("ferry", limit=2)).older


async def test_the_index_follows_every_write(newsroom: Store, clock: SettableClock) -> None:
    later = next(article for article in await newsroom.list_articles(limit=9) if article.slug == "later")
    clock.advance(hours=2)
    await newsroom.run_due()
    assert await found(newsroom, "ferry") == ["later", "budget", "ferry"]
    await edit(newsroom, later, headline="Bus of tomorrow")
    assert await found(newsroom, "ferry") == ["budget", "ferry"]
    await edit(newsroom, later, published_at=FOUNDED - 2 * HOUR, headline="Ferry again")
    assert await found(newsroom, "ferry") == ["budget", "later", "ferry"]
    await withdraw(newsroom, later)
    assert await found(newsroom, "ferry") == ["budget", "ferry"]
    await edit(newsroom, later, status=ArticleStatus.PUBLISHED)
    assert await found(newsroom, "ferry") == ["budget", "later", "ferry"]


async def test_articles_of_one_instant_and_imported_ones(store: Store) -> None:
    for slug in "abc":
        await store.add_article(story(slug, headline="Ferry"))
    imported = record(story("d", headline="Ferry"), reply(story("d"), "Ann"))
    await store.import_articles([imported, record(story("e", FOUNDED - HOUR, headline="Ferry"))])
    assert sorted(await found(store, "ferry")) == ["a", "b", "c", "d", "e"]
    first = (await store.list_articles(limit=9))[-1]
    await edit(store, first, published_at=FOUNDED - HOUR)
    assert set((await found(store, "ferry"))[:3]) == {"b", "c", "d"}


def test_how_a_search_is_read() -> None:
    assert parse_search('sea "night  ferry" har* "open') == (
        Term("sea"), Term("night ferry"), Term("har", prefix=True), Term("open"),
    )  # fmt: skip
    assert len(parse_search("a b " * 20)) == MAX_TERMS
    assert parse_search('?! ** "" \'') == ()
