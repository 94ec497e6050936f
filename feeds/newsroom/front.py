"""What the newsroom puts where on its pages, and what these say of its authors, as it is submitted."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, TypeVar

from pydantic import AfterValidator, ConfigDict, Field

from feeds.aside import aside
from feeds.clean.fields import MAX_INTEGER, Fields, Text, WebUrl, Words, read
from feeds.newsroom.submissions import without_defaults
from storage.model import Author
from storage.model.lists import MOST_AT_TOP
from storage.protocol import Front, Names

V = TypeVar("V", int, str)

MOST_PINNED = 6
"""Articles that the top of the front page has room for."""


def _each_once(values: list[V]) -> tuple[V, ...]:
    if len(set(values)) < len(values):
        raise ValueError("Name each of them once")
    return tuple(values)


class NavigationFields(Fields):
    sections: Annotated[list[str], Field(max_length=MOST_AT_TOP), AfterValidator(_each_once)]
    """Paths of sections at any depth, in the order in which the navigation of every page shows them. One whose parent is among them
    stands below it. Empty: the uppermost, by path."""


class PinnedFields(Fields):
    articles: Annotated[
        list[Annotated[int, Field(ge=1, le=MAX_INTEGER)]], Field(max_length=MOST_PINNED), AfterValidator(_each_once)
    ]
    """Ids of articles that the front page begins with, in this order, while they are public. No feed shows it; none: the newest."""


class AuthorPatch(Fields):
    model_config = ConfigDict(json_schema_extra=without_defaults)

    name: Words = ""
    url: WebUrl = ""
    """Their own page elsewhere."""
    about: Annotated[Text, Field(max_length=500)] = ""
    """A line about them, for their page and their feeds."""


async def set_navigation(store: Front, data: Mapping[str, object]) -> None:
    """Keep `NavigationFields`. Raises Invalid."""
    await store.set_navigation((await aside(read, NavigationFields, data)).sections)


async def pin_articles(store: Front, data: Mapping[str, object]) -> None:
    """Keep `PinnedFields`. Raises Invalid."""
    await store.pin_articles((await aside(read, PinnedFields, data)).articles)


async def edit_author(store: Names, slug: str, data: Mapping[str, object]) -> Author:
    """Change the fields of `AuthorPatch` that are there. Raises NotFound, Invalid."""
    kept = await store.get_author(slug)
    patch = await aside(read, AuthorPatch, data)
    return await store.update_author(replace(kept, **patch.model_dump(exclude_unset=True)))
