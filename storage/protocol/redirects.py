"""The newsroom's own redirects: aliases, as those of a former site's lists are."""

from collections.abc import Sequence
from typing import Protocol

from storage.model import Alias, PathTarget, Redirected


class Redirects(Protocol):
    """No call appends a Change: nothing that is kept shows a redirect. Paths are as `Alias` says."""

    async def keep_redirects(self, wanted: Sequence[Alias]) -> tuple[Redirected, ...]:
        """Keep each in its order, in one transaction, in place of the redirect that its path had; what became of each.

        None is kept at a path that leads to something that stands, nor one that would lead back to itself. One that leads to
        another's path is kept as leading where that does, and so are, from then on, those that lead to its own: readers are sent
        once.
        Raises Invalid for what is too long to be looked up by.
        """

    async def remove_redirect(self, path: str) -> None:
        """Lead a path nowhere any more. Raises NotFound if it has no alias."""

    async def get_redirect(self, path: str) -> Alias | None:
        """The alias of this path; None if it has none."""

    async def list_redirects(self, *, after: str = "", limit: int) -> tuple[Alias, ...]:
        """Every alias, by path, from behind `after`."""

    async def find_redirect(self, paths: Sequence[str]) -> PathTarget | None:
        """Where the first of these paths that has an alias leads now: its `path` may also be an absolute URL, and may have a query.
        None where none has, or where it leads to the list of somebody whom readers have not seen.

        It knows nothing of what is at the path itself: whoever asks has found that nothing stands there.
        """
