"""Readers' replies, as they are kept and read."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from storage.model import Article, Comment, CommentHistory, CommentList, CommentStatus, Once, PathTarget, Rest, Span


class Comments(Protocol):
    """Readers' replies and their moderation."""

    async def add_comment(
        self,
        comment: Comment,
        *,
        list_after: timedelta,
        admit: Callable[[Article, CommentHistory], Comment] | None = None,
        ban_keys: Collection[str] = (),
        by: str = "",
        once: Once[Comment] | None = None,
    ) -> Comment:
        """Keep a comment and return it as kept.

        `list_after`: feeds show a new comment count at most once in this interval; the due-task writes the last one.
        `admit` is told the comment's article and its history, and returns what to keep in its stead, on the same article. It
        runs within the write: no worker writes anything between what it is told and what is kept. So it must not wait, nor
        call the store. What it raises comes out of this call, and nothing was written. Of the bans with `ban_keys`, the history
        names those that stand.
        `by`: who of the newsroom wrote it; a Decision says so, whose status before is that after it. '' notes none.
        Raises Repeated where `once` is known, NotFound if there is no such article, Invalid (field 'parent') if the parent is not
        on that article, Conflict if the guid is taken.
        """

    async def last_comment_at(self, author_email: str, ip_hash: str) -> datetime | None:
        """When the last comment from this address, in whatever case, or this hash was written, whatever became of it; None if
        there is none. '' is nobody's.
        """

    async def update_comment(self, comment: Comment, *, if_version: int) -> Comment:
        """Give the comment with this id the author's name, email and URL and the body of this one, if it still is at
        `if_version`; return it as kept. Nothing else of it changes by this; where nothing differs, no Change is appended.

        What readers see of a public comment gets a later `updated_at`, by a second at least; the entries that name it as the
        one they answer move with its author's name.

        Raises NotFound, Conflict if another write came first.
        """

    async def set_comment_status(
        self, comment_id: int, status: CommentStatus, *, by: str, list_after: timedelta
    ) -> Comment:
        """Moderate, and note the Decision and `by` whom; return the comment as kept. Setting the status that it has already changes
        nothing, notes nothing and appends no Change. Raises NotFound, Conflict for one that was erased.
        """

    async def get_comment(self, comment_id: int) -> Comment:
        """The comment, whatever its status. Raises NotFound, Unreadable."""

    async def list_comments(
        self,
        *,
        status: CommentStatus | None = None,
        article_id: int | None = None,
        before_id: int | None = None,
        after_id: int | None = None,
        limit: int,
    ) -> tuple[Comment, ...]:
        """Comments for moderators, by id descending, from below `before_id`; or ascending, from above `after_id`."""

    async def read_comments(
        self,
        scope: str,
        *,
        limit: int,
        span: Span | Rest | None = None,
        also: Sequence[str] = (),
        late_since: datetime | None = None,
    ) -> CommentList:
        """The newest public comments of a scope, or of a part of it, by (created_at, id) descending, with tombstones and with what
        arrived late as in read_articles. A comment arrives when it becomes public, moves into the list with its article, or is
        edited so that its `updated_at` moves; imported ones never are late.

        Within a view it is of the articles that its set sees; one that the set sees no more leaves tombstones of its comments.
        """

    async def view_comments(
        self,
        path: str,
        *,
        limit: int,
        span: Span | Rest | None = None,
        also: Sequence[str] = (),
        late_since: datetime | None = None,
    ) -> CommentList | PathTarget | None:
        """The same of the article that is at a path, with the article; for what else is there, as view_article.

        The snapshot holds the article's scope, its comments' scope, and `also`.
        """
