"""Standing pages: About, Contact, Privacy. Every page of the site leads to them, and no feed shows them."""

from collections.abc import Sequence
from typing import Protocol

from storage.model import ImportRun, Page, PageOutcome, PageRecord, PageView


class Pages(Protocol):
    """Every write appends a Change; it raises scopes where readers see a difference (`storage.scopes.raised_by_page`)."""

    async def add_page(self, page: Page) -> Page:
        """Keep a new page and return it as kept. What was at its path once, and is no more, leads to it.

        Raises Conflict if there is a page at its path, or if it is public and its path leads to something else; Invalid (field
        'path') if that is too long.
        """

    async def update_page(self, path: str, page: Page, *, if_version: int) -> Page:
        """Replace the page at a path, which may move by that, if it still is at `if_version`; return it as kept. What has led to
        it goes on leading to it. Where nothing differs, nothing is written.

        Raises NotFound, Conflict if another write came first, and as add_page does.
        """

    async def delete_page(self, path: str, *, if_version: int) -> None:
        """Delete a page: if readers have seen it, what led to it is gone from then on.

        Raises NotFound, Conflict if another write came first.
        """

    async def get_page(self, path: str) -> Page:
        """The page at a path, public or not. Raises NotFound."""

    async def list_pages(self, *, after: str = "", limit: int) -> tuple[Page, ...]:
        """Every page, public or not, by path, from behind `after`."""

    async def view_page(self, path: str, *, also: Sequence[str] = ()) -> PageView | None:
        """The public page that is at a path now; None if there is none. The snapshot holds its scope, that of pages, and `also`."""

    async def import_pages(
        self, records: Sequence[PageRecord], *, theirs: bool = False, more: bool = False, run: ImportRun | None = None
    ) -> tuple[PageOutcome, ...]:
        """Keep a batch in one transaction; an outcome for each record, in order. `run`: the import that they are of. `more`: others
        may come, so that a page whose path another imported one has is WAITING: to be handed over again after them, with all that
        wait.

        A page is known by its origin, else by its path. A known one is left alone if it was imported with this digest last, or,
        unless the source is to be right (`theirs`), was edited here since it was imported; else it becomes what the record says,
        but stays at its path while something else has the new one. Pages of a batch that go where others of it are move all at
        once. An imported page that readers do not see gives way, and what leads to one of the same site that was not edited here
        since, and is elsewhere by now, leads to the one that is there. A public one whose path is another's, or leads to something
        else, is kept as a draft where readers do not see it already. What is not where its source has it, or not seen, is looked
        at again each time, until it is edited here.
        An old path that leads to something else is left to it. A path that another page has gets '-2', '-3', ...
        """
