"""What moderators work with."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from storage.model import (
    Article,
    CommentPage,
    CommentStatus,
    Decision,
    DecisionPage,
    ModeratedComment,
    ModeratedThread,
    Position,
    SearchIn,
)


class Moderation(Protocol):
    """What moderators work with: comments of every status. Lists are by id descending: the newest come first."""

    async def moderate(
        self, comment_ids: Sequence[int], status: CommentStatus, *, by: str, list_after: timedelta
    ) -> tuple[Decision, ...]:
        """Set the status of several comments in one transaction, with a Change and a Decision for each that had another; return
        the Decisions.

        Ids that there are not, comments that were erased, and those whose article cannot be read are passed over. The
        Decisions' ids follow each other.
        """

    async def undo_decisions(self, first: int, last: int, *, by: str, list_after: timedelta) -> tuple[Decision, ...]:
        """Give the comments of the decisions from `first` to `last` (500 at most) the status they had before.

        Only where the decision was `by` the same, and is the last on its comment. Each is a Decision of its own, and returned.
        """

    async def read_queue(
        self,
        status: CommentStatus | None,
        *,
        before_id: int | None = None,
        after_id: int | None = None,
        oldest_first: bool = False,
        limit: int,
    ) -> CommentPage:
        """Comments of a status, or all: the newest, those below `before_id`, or those next above `after_id`.

        `oldest_first`: by id ascending, and with neither the oldest; `newer` and `older` mean the same.
        """

    async def get_moderated(self, comment_id: int) -> ModeratedComment:
        """One comment. Raises NotFound, Unreadable."""

    async def search_comments(
        self,
        words: str,
        *,
        among: SearchIn,
        status: CommentStatus | None = None,
        before_id: int | None = None,
        limit: int,
    ) -> CommentPage:
        """The newest comments that match, below `before_id`.

        Words, quotes and '-' are as in search_articles, but words are whole ones, and the markup of a body is searched, too: the
        address of a link is found. Emails are found by how they begin.

        At most 10,000 that match are looked at for their status; then the page is `cut`, and goes on where it ended. Of more
        than 10,000 comments whose emails begin so, the first of the alphabet alone are found.
        """

    async def count_comments(self, *, at_most: int) -> Mapping[CommentStatus, int]:
        """How many there are of each status, counted up to `at_most`."""

    async def read_thread(self, article_id: int, *, around: int | None = None, limit: int) -> ModeratedThread:
        """An article, public or not, with `limit` of its comments at most, by id ascending: around an id, or the last ones. It says
        around which ids there are earlier and later ones. Raises NotFound, Unreadable.
        """

    async def latest_decisions(self, *, before_id: int | None = None, limit: int) -> DecisionPage:
        """The newest decisions, by id descending, below `before_id`, with their comments and articles."""

    async def list_waiting(self, *, after: Position | None = None, limit: int) -> tuple[Article, ...]:
        """Articles that the clock will make public, by (public_at, id) ascending, after a position in that order."""
