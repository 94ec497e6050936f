"""What the newsroom puts where: in the navigation, and at the top of the front page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from storage.model import FrontPage, FrontRecord, ImportRun


class Front(Protocol):
    """Pages alone show it, and no feed: a write that changes it raises the scope of pages; another writes nothing."""

    async def set_navigation(self, paths: Sequence[str]) -> None:
        """Show these sections, in this order, in place of the uppermost ones by path; none: as before any were set.

        Raises Invalid (field 'sections') for a path that is no section's.
        """

    async def get_navigation(self) -> tuple[str, ...]:
        """Their paths; () where the newsroom set none. One that was deleted is not among them."""

    async def pin_articles(self, ids: Sequence[int]) -> None:
        """Let the front page begin with these articles, in this order, while they are public.

        Raises Invalid (field 'articles') for an id that is no article's.
        """

    async def get_pinned(self) -> tuple[int, ...]:
        """Their ids, public or not."""

    async def import_front(self, record: FrontRecord, *, run: ImportRun | None = None) -> FrontRecord:
        """Let the navigation, and what is pinned, be as in the record, each where the newsroom has set none; what there is not is
        passed over. Return what was set. `run`: the import that it is of, to be taken back with it.
        """

    async def read_front(
        self, *, limit: int, also: Sequence[str] = (), late_since: datetime | None = None
    ) -> FrontPage:
        """The newest public articles, as `read_articles` of the home scope, with those that are pinned."""
