"""What sets of terms see: their views, and the logs that tell of these."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol, Self

from storage.entitlement import Entitlement
from storage.model import Article, EntitledChange


class Entitlements(Protocol):
    """A view is a newsroom within the newsroom: an article that a set of terms sees stands in the same lists as in public, of the
    set. It follows the log of Changes: what a write made of the newsroom, `expand_views` makes of the views.

    The log of a set is numbered from 1 on without a gap: whoever has read it up to a number, and applies what comes after it,
    has what the set sees.
    """

    async def expand_views(self) -> None:
        """Bring all views up to every Change that was committed when this was called, and to what the clock brought since; fill new
        ones. In many short transactions, and in none where there is nothing to do. Each set whose view or log moves gets a
        Change, which raises its scopes.
        """

    async def next_view_due(self) -> datetime | None:
        """When the clock will change what a set sees, by what `expand_views` found last; None: never."""

    def within(self, set_id: int) -> Self:
        """A store to read what a set sees, as it was when `expand_views` returned last: `read_articles`, `read_current`,
        `read_day`, `read_period`, `search_articles`, `read_comments`, `view_comments`, `view_article`, `read_names`. Nothing else
        may be called of it. To be made anew for each document.

        A snapshot's seq is the Change that the views are brought up to; its scopes have the names that they have in public,
        with those of the view's lists, and `terms_scope(set_id)` besides.
        What the set does not see is not there. Search finds nothing that is under embargo.
        """

    async def entitled_changes(self, set_id: int, after: int, *, limit: int) -> tuple[EntitledChange, ...]:
        """The entries of a set's log after a number, in order, `limit` at most. Raises Pruned where some of them are kept no
        more, and NotFound where there is no such set.
        """

    async def entitled_number(self, set_id: int) -> int:
        """The number of the newest entry of a set's log; 0 before the first. Raises NotFound."""

    async def entitled_articles(self, set_id: int, ids: Sequence[int]) -> Mapping[int, Article]:
        """Those of the articles that a set sees, by id."""

    async def entitled_list(self, set_id: int, *, after_id: int, limit: int) -> tuple[Article, ...]:
        """All that a set sees, by id ascending, from above `after_id`."""

    async def entitled_newest(self, set_id: int, *, limit: int) -> tuple[EntitledChange, ...]:
        """The newest entries of a set's log that are kept, the newest first."""

    async def view_difference(
        self, old: int, new: int, *, after_id: int, limit: int
    ) -> tuple[tuple[EntitledChange, ...], int | None]:
        """What whoever has what one set sees has to be told to have what another does: a withdrawal of each that the new one does
        not see, and an insert of each that it does (an edit where the old one does, too), by article id, from above `after_id`;
        numbers are 0. With the id from above which to go on; None at the end. An old set that is not kept any more saw nothing.
        """

    async def entitlement_of(self, set_id: int, article_id: int) -> Entitlement:
        """Whether a set sees an article now, and why not. Raises NotFound."""

    async def prune_sets(self, *, keep_log: int, keep_unused: int) -> None:
        """Forget entries of logs, and what partners took of these, that are older than so many seconds; and sets that nobody has
        had for so long.
        """
