"""Tags and authors: who they are, and which are used most."""

from collections.abc import Sequence
from typing import Protocol

from storage.model import Author, NameList


class Names(Protocol):
    async def read_names(self, *, among: int, limit: int, also: Sequence[str] = ()) -> NameList:
        """The tags and the authors, `limit` of each at most, that `among` so many of the newest public articles have most often;
        and the last day with any.

        What it costs depends on `among`, not on the newsroom. The snapshot holds the home scope and `also`.
        """

    async def list_authors(self, *, after: str = "", limit: int) -> tuple[Author, ...]:
        """Every author that an article ever named, by slug, from behind `after`."""

    async def get_author(self, slug: str) -> Author:
        """The author of this slug. Raises NotFound."""

    async def update_author(self, author: Author) -> Author:
        """Change the name, page and line of the author of this slug; return them as kept. One that changes nothing writes nothing.

        Raises the site's scope: every byline names them, and searches find their articles by another name. Raises NotFound.
        """
