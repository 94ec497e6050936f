"""What the newsroom puts where on its pages: the navigation, what leads the front page, authors, and what is related."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from storage.errors import Invalid, NotFound
from storage.model import ArticleView, Author, Tag
from storage.protocol import Store
from storage.scopes import HOME, PAGES, SITE, tag_scope
from tests.storage.newsroom import FOUNDED, draft, edit, story, withdraw

pytestmark = pytest.mark.anyio


async def raised_by(store: Store, write: Callable[[], Awaitable[object]]) -> list[frozenset[str]]:
    """The scopes of each Change that a write appends."""
    [*before] = await store.changes_since(0, limit=1000)
    await write()
    return [change.scopes for change in (await store.changes_since(0, limit=1000))[len(before) :]]


async def navigation(store: Store) -> tuple[tuple[str, str], ...]:
    return (await store.read_articles(SITE, limit=0, also=(PAGES,))).snapshot.around.navigation


async def test_the_navigation_has_the_sections_that_were_put_there_in_their_order(store: Store) -> None:
    assert (await navigation(store), await store.get_navigation()) == ((), ())
    wanted = ["world/africa", "business", "world"]
    assert await raised_by(store, lambda: store.set_navigation(wanted)) == [{PAGES}]
    assert await store.get_navigation() == tuple(wanted)
    assert [path for path, _ in await navigation(store)] == wanted
    assert await raised_by(store, lambda: store.set_navigation(wanted)) == []
    # Feeds have no navigation, and read none.
    assert (await store.read_articles(HOME, limit=1)).snapshot.around.navigation == ()
    with pytest.raises(Invalid) as refused:
        await store.set_navigation(["world", "nowhere"])
    assert list(refused.value.fields) == ["sections"]
    assert await store.get_navigation() == tuple(wanted)
    await store.delete_section("business")
    assert await store.get_navigation() == ("world/africa", "world")
    await store.set_navigation([])
    assert await navigation(store) == ()


async def test_the_front_page_begins_with_what_is_pinned_while_it_is_public(store: Store) -> None:
    old = await store.add_article(story("old", FOUNDED - timedelta(hours=2), sections=("world/africa",)))
    new = await store.add_article(story("new", FOUNDED - timedelta(hours=1)))
    hidden = await store.add_article(draft("hidden"))
    assert await raised_by(store, lambda: store.pin_articles([hidden.id, old.id])) == [{PAGES}]
    assert await raised_by(store, lambda: store.pin_articles([hidden.id, old.id])) == []
    front = await store.read_front(limit=1)
    assert [article.id for article in front.pinned] == [old.id]
    assert [article.id for article in front.listed.articles] == [new.id]
    assert {"world", "world/africa"} <= {section.path for section in front.listed.sections}
    assert {HOME, PAGES} <= front.listed.snapshot.scopes.keys()
    assert await store.get_pinned() == (hidden.id, old.id)
    await withdraw(store, old)
    assert (await store.read_front(limit=1)).pinned == ()
    with pytest.raises(Invalid) as refused:
        await store.pin_articles([new.id, 10**9])
    assert list(refused.value.fields) == ["articles"]
    await store.pin_articles([])
    assert await store.get_pinned() == ()


async def test_a_line_about_an_author_comes_with_their_articles(store: Store) -> None:
    ann = Author(slug="ann", name="Ann", url="https://ann.example/")
    await store.add_article(story("a", authors=(ann,)))
    told = replace(ann, name="Ann B.", about="Reports on ferries.")
    assert await raised_by(store, lambda: store.update_author(told)) == [{SITE}]
    assert await raised_by(store, lambda: store.update_author(told)) == []
    assert await store.get_author("ann") == told
    # Another article names them by what is submitted: what is known of them stays.
    await store.add_article(story("b", authors=(ann, Author(slug="bob", name="Bob"))))
    listed = await store.read_articles(HOME, limit=9)
    assert [article.authors[0] for article in listed.articles] == [told, told]
    assert [article.slug for article in (await store.search_articles("B.", limit=9)).articles] == ["b", "a"]
    assert [author.slug for author in await store.list_authors(limit=9)] == ["ann", "bob"]
    assert [author.slug for author in await store.list_authors(after="ann", limit=9)] == ["bob"]
    for call in (store.get_author("nobody"), store.update_author(Author(slug="nobody", name="N"))):
        with pytest.raises(NotFound):
            await call


TAGS = tuple(Tag(slug=f"t{number}", name=f"T{number}") for number in range(7))


@pytest.mark.parametrize("seed", [1, 2])
async def test_related_are_the_newest_of_its_first_tags_that_share_most_of_them(store: Store, seed: int) -> None:
    chance, limit = Random(seed), 3
    articles = [
        await store.add_article(
            story(
                f"a{number}",
                FOUNDED - timedelta(minutes=20 - number),
                tags=tuple(chance.sample(TAGS, chance.randint(0, 7))),
            )
        )
        for number in range(20)
    ]
    for gone in chance.sample(articles, 5):
        await withdraw(store, gone)
        articles.remove(gone)
    for article in articles:
        found = await store.view_article(article.path, size=1, related=limit)
        assert isinstance(found, ArticleView)
        shared = Counter(
            other
            for tag in article.tags[:5]
            for other in [one.id for one in reversed(articles) if tag in one.tags][: limit + 1]
            if other != article.id
        )
        expected = sorted(shared, key=lambda id_: (-shared[id_], -id_))[:limit]
        assert [one.id for one in found.related] == expected
        assert {tag_scope(tag.slug) for tag in article.tags[:5]} == {
            scope for scope in found.snapshot.scopes if scope.startswith("tag:")
        }


async def test_related_ones_are_read_where_they_are_asked_for(store: Store) -> None:
    one = await store.add_article(story("one", tags=TAGS[:1]))
    other = await store.add_article(story("other", tags=TAGS[:1], sections=("world/africa",)))
    alone = await store.view_article(one.path, size=1)
    assert isinstance(alone, ArticleView)
    assert (alone.related, tag_scope("t0") in alone.snapshot.scopes) == ((), False)
    await edit(store, other, headline="Edited")
    found = await store.view_article(one.path, size=1, related=2)
    assert isinstance(found, ArticleView)
    assert [article.headline for article in found.related] == ["Edited"]
    assert {"world", "world/africa"} <= {section.path for section in found.sections}
