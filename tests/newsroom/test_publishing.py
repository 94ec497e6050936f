"""What is published reads the newsroom's sections once, within its write; what is refused names all that is wrong."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from feeds.newsroom import publishing
from storage.errors import Invalid
from tests.kinds.newsroom import Newsroom, opened_newsroom

pytestmark = pytest.mark.anyio


@dataclass
class Watched:
    """A newsroom whose store tells how often all its sections were asked for."""

    newsroom: Newsroom
    asked: int = 0

    def __getattr__(self, name: str) -> Any:
        self.asked += name in ("get_sections", "read_sections")
        return getattr(self.newsroom.store, name)

    async def create(self, **fields: object) -> Any:
        store: Any = self
        data = {"headline": "Harbour reopens", **fields}
        return await publishing.create(store, data, clock=self.newsroom.clock, zone=self.newsroom.zone)

    async def edit(self, article_id: int, **fields: object) -> Any:
        store: Any = self
        return await publishing.edit(store, article_id, fields, clock=self.newsroom.clock, zone=self.newsroom.zone)

    async def create_section(self, **fields: object) -> Any:
        store: Any = self
        return await publishing.create_section(store, fields, clock=self.newsroom.clock)


@pytest.fixture
async def watched(store_url: str) -> AsyncIterator[Watched]:
    async with opened_newsroom(store_url) as newsroom:
        yield Watched(newsroom)


async def test_what_is_right_asks_for_no_sections_beside_its_write(watched: Watched) -> None:
    article = await watched.create(section="world/africa", sections=["business"], status="published")
    assert article.public
    assert (await watched.edit(article.id, section="/business/", summary="Ships again.")).sections == ("business",)
    assert (await watched.create_section(title="Asia", parent="world")).path == "world/asia"
    assert watched.asked == 0


async def test_every_wrong_field_is_named_at_once_unknown_sections_among_them(watched: Watched) -> None:
    missing = "There is no such section"
    with pytest.raises(Invalid) as refused:
        await watched.create(section="moon", sections=["world", "mars"], language="??")
    assert refused.value.fields.items() >= {"section": missing, "sections.1": missing}.items()
    assert set(refused.value.fields) == {"section", "sections.1", "language"}
    with pytest.raises(Invalid) as refused:
        await watched.create(sections=["world", "mars"])
    assert refused.value.fields == {"sections.1": missing}
    with pytest.raises(Invalid) as refused:
        await watched.create_section(title="Craters", parent="moon")
    assert refused.value.fields == {"parent": missing}
    article = await watched.create()
    with pytest.raises(Invalid) as refused:
        await watched.edit(article.id, section="moon")
    assert refused.value.fields == {"section": missing}
    assert (await watched.newsroom.store.list_articles(limit=9)) == (article,)
