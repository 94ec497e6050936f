"""Edits that meet: none is lost, and none waits for ever."""

from dataclasses import replace

import pytest

from feeds.newsroom.revising import ATTEMPTS, Stale, revise
from storage.errors import Conflict
from storage.model import Article

pytestmark = pytest.mark.anyio


class Shelf:
    """One article that others edit: before each of the next `rivals` writes, another one comes first."""

    def __init__(self, rivals: int) -> None:
        self.kept = Article(guid="1", slug="a", headline="A", version=1)
        self.rivals = rivals
        self.writes = 0

    async def read(self) -> Article:
        return self.kept

    async def write(self, found: Article) -> Article:
        self.writes += 1
        if self.rivals:
            self.rivals -= 1
            self.kept = replace(self.kept, version=self.kept.version + 1, summary=f"{self.writes}")
        if found.version != self.kept.version:
            raise Conflict("another write came first")
        self.kept = replace(found, headline="B", version=found.version + 1)
        return self.kept


async def test_an_edit_is_made_anew_of_what_another_one_left() -> None:
    shelf = Shelf(rivals=3)
    made = await revise(shelf.read, shelf.write, if_version=None)
    assert (made.headline, made.summary, made.version) == ("B", "3", 5)
    assert shelf.writes == 4


async def test_it_gives_up_where_others_are_always_first() -> None:
    shelf = Shelf(rivals=10 * ATTEMPTS)
    with pytest.raises(Conflict):
        await revise(shelf.read, shelf.write, if_version=None)
    assert shelf.writes == ATTEMPTS


async def test_what_is_wrong_at_any_version_is_not_tried_again() -> None:
    shelf = Shelf(rivals=0)
    tries = []

    async def taken(found: Article) -> Article:
        tries.append(found.version)
        raise Conflict("the guid is taken")

    with pytest.raises(Conflict):
        await revise(shelf.read, taken, if_version=None)
    assert tries == [1]


@pytest.mark.parametrize(("versions", "writes"), [({1}, 1), ({7}, 0), (set(), 0)])
async def test_who_names_a_version_is_told_that_it_is_another_by_now(versions: set[int], writes: int) -> None:
    shelf = Shelf(rivals=1)
    with pytest.raises(Stale, match="The article is at version"):
        await revise(shelf.read, shelf.write, if_version=frozenset(versions))
    assert shelf.writes == writes
