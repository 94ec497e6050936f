"""The tags and authors that the newest articles have most often."""

from datetime import timedelta

import pytest

from storage.model import Author, Tag
from storage.protocol import Store
from tests.storage.newsroom import FOUNDED, draft, edit, story, withdraw

pytestmark = pytest.mark.anyio


async def add(store: Store, number: int, used: str, by: str = "") -> None:
    """An article older by so many hours, with a tag and an author for each letter."""
    await store.add_article(
        story(
            f"a{number}",
            FOUNDED - timedelta(hours=number),
            tags=tuple(Tag(slug=tag, name=tag.upper()) for tag in used),
            authors=tuple(Author(slug=author, name=author.upper()) for author in by),
        )
    )


async def tags(store: Store, among: int = 9, limit: int = 9) -> str:
    return "".join(tag.slug for tag in (await store.read_names(among=among, limit=limit)).tags)


async def test_the_most_used_come_first_and_equals_by_slug(store: Store) -> None:
    for number, (used, by) in enumerate((("zy", "k"), ("zxy", "kj"), ("z", "i"))):
        await add(store, number, used, by)
    assert await tags(store) == "zyx"
    assert await tags(store, limit=2) == "zy"
    found = await store.read_names(among=9, limit=9, also=("site",))
    assert found.tags[0] == Tag(slug="z", name="Z")
    assert [author.name for author in found.authors] == ["K", "I", "J"]
    assert [section.path for section in found.sections] == ["business", "world", "world/africa"]
    assert set(found.snapshot.scopes) == {"home", "older:home", "site"}
    assert found.last_day == FOUNDED.date()


async def test_only_the_newest_count(store: Store) -> None:
    for number, used in enumerate(("a", "b", "c", "c")):
        await add(store, number, used)
    assert await tags(store, among=2) == "ab"
    assert await tags(store, among=3) == "abc"
    assert await tags(store) == "cab"


async def test_only_what_is_public_counts(store: Store) -> None:
    assert (await store.read_names(among=9, limit=9)).tags == ()
    await store.add_article(draft("draft", tags=(Tag(slug="d", name="D"),)))
    article = await store.add_article(story("a", tags=(Tag(slug="a", name="A"),)))
    assert await tags(store) == "a"
    await edit(store, article, tags=(Tag(slug="b", name="B"),))
    assert await tags(store) == "b"
    await withdraw(store, article)
    assert await tags(store) == ""
