"""The tags and authors that lists of all feeds name. There may be any number of them: these are the most used ones."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from storage.model import Author, NameList, Tag
from storage.protocol import Names
from storage.scopes import SITE

AMONG = 1000
"""Of the newest articles: what was used before is not in the news."""
FEW = 50
"""Of each."""

Named = TypeVar("Named", Tag, Author)


async def names_in_the_news(store: Names, also: Sequence[str] = (SITE,)) -> NameList:
    """By name, not by use: which they are seldom changes when an article comes, the order of use often does."""
    listed = await store.read_names(among=AMONG, limit=FEW, also=also)
    return replace(listed, tags=_by_name(listed.tags), authors=_by_name(listed.authors))


def _by_name(names: Iterable[Named]) -> tuple[Named, ...]:
    return tuple(sorted(names, key=lambda each: (each.name.casefold(), each.slug)))
