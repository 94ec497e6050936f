"""Comments: how one is kept and moderated, and what follows for its article."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from storage.authors import email_key, name_key
from storage.errors import Conflict, Invalid, NotFound, Unreadable
from storage.keys import require_short_comment
from storage.lifecycle import CommentCount, count_listed, edited, gone, is_public, shown_again, shown_late
from storage.model import (
    Action,
    Article,
    Comment,
    CommentHistory,
    CommentList,
    CommentStatus,
    Decision,
    PathTarget,
    Rest,
    Span,
    Subject,
)
from storage.scopes import comment_differs, lists_of_comment, raised_by_comments
from storage.sql import arrivals, listings
from storage.sql.admission import comment_history, last_at
from storage.sql.arrivals import late_in_lists
from storage.sql.articles import load_article, name_otherwise
from storage.sql.comment_rows import COMMENT, COMMENT_COLUMNS, from_comment, to_comments
from storage.sql.decisions import note_decision
from storage.sql.engine import Connection, Cursor
from storage.sql.mixin import StoreMixin, Write, ask_ids, free_id
from storage.sql.rows import BEYOND, from_us_or_none, refilled, to_us, to_us_or_none
from storage.sql.threads import read_comments, view_comments

Admit = Callable[[Article, CommentHistory], Comment]
"""What is to be kept of a comment; runs in the write's transaction."""


class CommentMixin(StoreMixin):
    async def add_comment(self, comment: Comment, *, list_after: timedelta, admit: Admit | None = None) -> Comment:
        return await self._write(lambda write: _add(write, comment, list_after, admit))

    async def set_comment_status(
        self, comment_id: int, status: CommentStatus, *, by: str, list_after: timedelta
    ) -> Comment:
        def work(write: Write) -> Comment:
            comment = load_comment(write.db, comment_id)
            if status is not comment.status and comment.erased:
                raise Conflict(f"Comment {comment_id} was erased: there is nothing left to show.")
            set_status(write, comment, status, by, list_after)
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
        limit: int,
    ) -> tuple[Comment, ...]:
        filters = {
            "status = ?": status,
            "article_id = ?": article_id,
            "id < ?": BEYOND if before_id is None else min(before_id, BEYOND),
        }
        *given, below = (value for value in filters.values() if value is not None)
        tests = " AND ".join(test for test, value in filters.items() if value is not None)
        sql = f"SELECT {COMMENT} FROM comments WHERE {tests} ORDER BY id DESC LIMIT ?"

        def work(db: Connection) -> tuple[Comment, ...]:
            return refilled(
                lambda after, wanted: db.execute(sql, (*given, after[0] if after else below, wanted)).fetchall(),
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
        return await self._read_shown(lambda db: read_comments(db, scope, limit, span, also, late_since))

    async def view_comments(
        self,
        path: str,
        *,
        limit: int,
        span: Span | Rest | None = None,
        also: Sequence[str] = (),
        late_since: datetime | None = None,
    ) -> CommentList | PathTarget | None:
        return await self._read_shown(lambda db: view_comments(db, path, limit, span, also, late_since))


def load_comment(db: Connection, comment_id: int) -> Comment:
    """Raises NotFound, Unreadable."""
    rows = db.execute(f"SELECT {COMMENT} FROM comments WHERE id = ?", (comment_id,)).fetchall()
    if not rows:
        raise NotFound(f"There is no comment {comment_id}.")
    comments = to_comments(db, rows)
    if not comments:
        raise Unreadable(f"What is kept of comment {comment_id} is damaged: put it back from a backup.")
    return comments[0]


def insert_comments(db: Connection, comments: Iterable[Comment]) -> None:
    """Raises Invalid if a key of one is too long."""
    rows = []
    for comment in comments:
        require_short_comment(comment)
        rows.append((*from_comment(comment), *_author_keys(comment)))
    db.executemany(_INSERT, rows)


def _author_keys(comment: Comment) -> tuple[str, str]:
    return email_key(comment.author_email), name_key(comment.author_name)


_INSERT = (
    f"INSERT INTO comments ({', '.join(COMMENT_COLUMNS)}, email_key, author_key) "
    f"VALUES ({', '.join('?' * len(COMMENT_COLUMNS))}, ?, ?)"
)


def _add(write: Write, comment: Comment, list_after: timedelta, admit: Admit | None) -> Comment:
    article = load_article(write.db, comment.article_id)
    if admit is not None:
        comment = admit(article, comment_history(write.db, comment))
    ids = ask_ids(write.db, "comments", comment.id)
    if comment.parent_id is not None and not _is_on(write.db, article, comment.parent_id):
        raise Invalid({"parent": "There is no such comment on this article."})
    new = replace(comment, id=free_id(ids, comment.id), version=1, seq=0, updated_at=None, gone_at=None)
    return put_comment(write, article, None, new, list_after)


def _is_on(db: Connection, article: Article, comment_id: int) -> bool:
    row = db.execute("SELECT 1 FROM comments WHERE id = ? AND article_id = ?", (comment_id, article.id)).fetchone()
    return row is not None


def set_status(write: Write, before: Comment, status: CommentStatus, by: str, list_after: timedelta) -> Decision | None:
    """None if the comment has this status already, or was erased."""
    if before.status is status or before.erased:
        return None
    after = replace(before, status=status, version=before.version + 1)
    kept = put_comment(write, load_article(write.db, before.article_id), before, after, list_after)
    return note_decision(write, before, kept, by)


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


def put_comment(
    write: Write, article: Article, before: Comment | None, after: Comment, list_after: timedelta
) -> Comment:
    """Keep a comment in place of `before`, with its Change and all that follows from it."""
    was_public = before is not None and is_public(before, article)
    came, went = is_public(after, article) and not was_public, was_public and not is_public(after, article)
    changed = before is not None and was_public and not went and comment_differs(before, after)
    renamed = changed and before is not None and before.author_name != after.author_name
    item = [(to_us(after.created_at), after.id)]
    lists = lists_of_comment(article)
    # All that is to be known is asked for before any of it is waited for.
    listed_at = _ask_count(write.db, article, before, after)
    stones = listings.find_tombstones(write.db, "comment_listings", item) if came and before is not None else ()
    if came or went:
        write.ask_scopes(lists)
    late = late_in_lists(write.db, "comment", lists, item, write.now) if came or changed else ()
    count = _count(article, after, listed_at, write.now, list_after)
    moves = count.listed != article.listed_comment_count
    scopes = raised_by_comments(article, listed=moves) if came or went or changed else frozenset()
    scopes |= {name for (name,) in stones}
    action = Action.INSERT if before is None else Action.WITHDRAW if went else Action.EDIT
    seq = write.append(action, Subject.COMMENT, str(after.id), scopes)
    if came:
        again = shown_again(after)
        after = replace(shown_late(again, write.now) if late else again, seq=seq)
    elif went:
        after = replace(gone(after, write.now), seq=seq)
    elif changed:
        after = replace(edited(after, write.now), seq=seq)
    _keep_row(write.db, before, after)
    if came:
        listings.remove_tombstones(write, "comment_listings", item)
        listings.enter(write, "comment_listings", lists, item)
    elif went:
        listings.leave(write, "comment_listings", lists, item, with_tombstones=True)
        listings.add_tombstones(write, "comment_listings", lists, item)
        arrivals.add_tombstones(write, "comment", [after.id])
    if before is not None and (came or changed):
        arrivals.forget(write, "comment", [after.id])
    arrivals.arrive(write, "comment", late)
    if before is not None and (came or went or renamed):
        # The entries of its replies name whom they answer, or do so no more.
        name_otherwise(write, "comment", after.id)
    if count.approved != article.comment_count:
        _keep_count(write.db, count, article.id, seq if moves else article.seq)
    return after


def _ask_count(db: Connection, article: Article, before: Comment | None, after: Comment) -> Cursor | None:
    """When the article's count was last listed; None where it does not move."""
    was_approved = before is not None and before.status is CommentStatus.APPROVED
    if was_approved == (after.status is CommentStatus.APPROVED):
        return None
    return db.execute("SELECT count_listed_at FROM articles WHERE id = ?", (article.id,))


def _count(
    article: Article, after: Comment, asked: Cursor | None, now: datetime, list_after: timedelta
) -> CommentCount:
    if asked is None:
        return CommentCount(article.comment_count, article.listed_comment_count)
    [(listed_at,)] = asked.fetchall()
    moved = 1 if after.status is CommentStatus.APPROVED else -1
    counted = replace(article, comment_count=article.comment_count + moved)
    return count_listed(counted, from_us_or_none(listed_at), now, list_after)


def _keep_count(db: Connection, count: CommentCount, article_id: int, seq: int) -> None:
    db.execute(
        """
        UPDATE articles
        SET comment_count = ?, listed_comment_count = ?, count_listed_at = ?, count_due_at = ?, seq = ? WHERE id = ?
        """,
        (count.approved, count.listed, to_us_or_none(count.listed_at), to_us_or_none(count.due_at), seq, article_id),
    )


_ID, *_CHANGED = COMMENT_COLUMNS
_UPDATE = (
    f"UPDATE comments SET {', '.join(f'{column} = ?' for column in _CHANGED)}, email_key = ?, author_key = ? "
    f"WHERE {_ID} = ?"
)
"""Never the id, as with articles."""


def _keep_row(db: Connection, before: Comment | None, after: Comment) -> None:
    if before is None:
        insert_comments(db, [after])
    else:
        if _author_keys(before) != _author_keys(after):
            require_short_comment(after)
        comment_id, *values = from_comment(after)
        db.execute(_UPDATE, (*values, *_author_keys(after), comment_id))
    if before is None or (before.author_name, before.body_html) != (after.author_name, after.body_html):
        db.full_text.keep_comments(db, [after])
