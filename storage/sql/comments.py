"""Comments: how one is kept and moderated, and what follows for its article."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from storage.authors import email_key
from storage.errors import Conflict, Invalid, NotFound, Unreadable
from storage.model import (
    Article,
    Comment,
    CommentHistory,
    CommentList,
    CommentStatus,
    Decision,
    Once,
    PathTarget,
    Rest,
    Span,
)
from storage.sql.admission import comment_history, last_at
from storage.sql.articles import load_article
from storage.sql.comment_rows import COMMENT, to_comments
from storage.sql.comment_writes import put_comment, put_comments
from storage.sql.decisions import note_decisions
from storage.sql.engine import Connection
from storage.sql.ids import FreeIds
from storage.sql.kept_answers import done_once
from storage.sql.mixin import StoreMixin, Write
from storage.sql.rows import BEYOND, refilled, sift_loaded, whole
from storage.sql.threads import read_comments, view_comments

Admit = Callable[[Article, CommentHistory], Comment]
"""What is to be kept of a comment; runs in the write's transaction."""


class CommentMixin(StoreMixin):
    async def add_comment(
        self,
        comment: Comment,
        *,
        list_after: timedelta,
        admit: Admit | None = None,
        ban_keys: Collection[str] = (),
        by: str = "",
        once: Once[Comment] | None = None,
    ) -> Comment:
        def work(write: Write) -> Comment:
            kept = _add(write, comment, list_after, admit, ban_keys)
            if by:
                note_decisions(write, [(kept, kept)], by)
            return kept

        return await self._write(done_once(once, work))

    async def set_comment_status(
        self, comment_id: int, status: CommentStatus, *, by: str, list_after: timedelta
    ) -> Comment:
        def work(write: Write) -> Comment:
            comment = load_comment(write.db, comment_id)
            if status is not comment.status and comment.erased:
                raise Conflict(f"Comment {comment_id} was erased: there is nothing left to show.")
            set_statuses(write, [(comment, status)], by, list_after, all_of_them=True)
            return load_comment(write.db, comment_id)

        return await self._write(work)

    async def last_comment_at(self, author_email: str, ip_hash: str) -> datetime | None:
        return await self._read(lambda db: last_at(db, email_key(author_email), ip_hash))

    async def update_comment(self, comment: Comment, *, if_version: int) -> Comment:
        return await self._write(lambda write: _update(write, comment, if_version))

    async def get_comment(self, comment_id: int) -> Comment:
        return await self._read(lambda db: load_comment(db, comment_id))

    async def list_comments(
        self,
        *,
        status: CommentStatus | None = None,
        article_id: int | None = None,
        before_id: int | None = None,
        after_id: int | None = None,
        limit: int,
    ) -> tuple[Comment, ...]:
        if after_id is None:
            compared, direction, beyond = "<", "DESC", BEYOND if before_id is None else min(before_id, BEYOND)
        else:
            compared, direction, beyond = ">", "ASC", min(after_id, BEYOND)
        filters = {"status = ?": status, "article_id = ?": article_id, f"id {compared} ?": beyond}
        *given, first = (value for value in filters.values() if value is not None)
        tests = " AND ".join(test for test, value in filters.items() if value is not None)
        sql = f"SELECT {COMMENT} FROM comments WHERE {tests} ORDER BY id {direction} LIMIT ?"

        def work(db: Connection) -> tuple[Comment, ...]:
            return refilled(
                lambda after, wanted: db.execute(sql, (*given, after[0] if after else first, wanted)).fetchall(),
                lambda rows: to_comments(db, rows),
                limit,
            )

        return await self._read(work)

    async def read_comments(
        self,
        scope: str,
        *,
        limit: int,
        span: Span | Rest | None = None,
        also: Sequence[str] = (),
        late_since: datetime | None = None,
    ) -> CommentList:
        view = self._set_id
        return await self._read_shown(lambda db: read_comments(db, scope, limit, span, also, late_since, view=view))

    async def view_comments(
        self,
        path: str,
        *,
        limit: int,
        span: Span | Rest | None = None,
        also: Sequence[str] = (),
        late_since: datetime | None = None,
    ) -> CommentList | PathTarget | None:
        view = self._set_id
        return await self._read_shown(lambda db: view_comments(db, path, limit, span, also, late_since, view=view))


def load_comment(db: Connection, comment_id: int) -> Comment:
    """Raises NotFound, Unreadable."""
    rows = db.execute(f"SELECT {COMMENT} FROM comments WHERE id = ?", (comment_id,)).fetchall()
    if not rows:
        raise NotFound(f"There is no comment {comment_id}.")
    comments = to_comments(db, rows)
    if not comments:
        raise Unreadable(f"What is kept of comment {comment_id} is damaged: put it back from a backup.")
    return comments[0]


def _add(
    write: Write, comment: Comment, list_after: timedelta, admit: Admit | None, ban_keys: Collection[str]
) -> Comment:
    article = load_article(write.db, comment.article_id)
    if admit is not None:
        comment = admit(article, comment_history(write, comment, ban_keys))
    ids = FreeIds(write.db, "comments", [comment.id])
    if comment.parent_id is not None and not _is_on(write.db, article, comment.parent_id):
        raise Invalid({"parent": "There is no such comment on this article."})
    new = replace(comment, id=ids.take(comment.id), version=1, seq=0, updated_at=None, gone_at=None)
    return put_comment(write, article, None, new, list_after)


def _is_on(db: Connection, article: Article, comment_id: int) -> bool:
    row = db.execute("SELECT 1 FROM comments WHERE id = ? AND article_id = ?", (comment_id, article.id)).fetchone()
    return row is not None


def set_statuses(
    write: Write, wanted: Iterable[tuple[Comment, CommentStatus]], by: str, list_after: timedelta, *, all_of_them: bool
) -> list[Decision]:
    """Of comments that have this status already, or were erased, none.

    None, too, of those on an article that cannot be read, unless it is to be `all_of_them`: then it raises Unreadable.
    """
    turns = [
        (before, replace(before, status=status, version=before.version + 1))
        for before, status in wanted
        if before.status is not status and not before.erased
    ]
    sifted = sift_loaded(write.db, (before.article_id for before, _ in turns))
    articles = {article.id: article for article in (whole(sifted) if all_of_them else sifted[0])}
    turns = [(before, after) for before, after in turns if before.article_id in articles]
    kept = put_comments(write, articles, turns, list_after)
    return note_decisions(write, [(before, after) for (before, _), after in zip(turns, kept, strict=True)], by)


def _update(write: Write, comment: Comment, if_version: int) -> Comment:
    before = load_comment(write.db, comment.id)
    if before.erased:
        raise Conflict(f"Comment {comment.id} was erased: it is not written anew.")
    if before.version != if_version:
        raise Conflict(f"Comment {comment.id} is at version {before.version}: another write came first.")
    after = replace(
        before,
        author_name=comment.author_name,
        author_email=comment.author_email,
        author_url=comment.author_url,
        body_html=comment.body_html,
    )
    if after == before:
        return before
    after = replace(after, version=before.version + 1)
    # No count moves by it, so there is none to list.
    return put_comment(write, load_article(write.db, before.article_id), before, after, list_after=timedelta())
