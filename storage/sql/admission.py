"""What the reply rules ask of the comments that are there."""

from collections.abc import Collection
from datetime import datetime

from storage.authors import email_key, name_key
from storage.model import Comment, CommentHistory
from storage.sql.bans import find_bans
from storage.sql.comment_rows import COMMENT, to_comments
from storage.sql.engine import Connection
from storage.sql.mixin import Write
from storage.sql.rows import from_us_or_none

_LINEAGE = 100
"""Comments, the one that is answered and those at the top: threads are shown in a few levels."""
_LINE = """
    WITH RECURSIVE thread (id, parent_id, article_id) AS (
        SELECT id, parent_id, article_id FROM comments WHERE id = ? AND article_id = ?
        UNION SELECT comments.id, comments.parent_id, comments.article_id
        FROM thread CROSS JOIN comments ON comments.id = thread.parent_id AND comments.article_id = thread.article_id
    ) SELECT id, parent_id FROM thread
"""
"""UNION, not UNION ALL: a circle of parents, which no door lets in, must not hold the writer either."""


def comment_history(write: Write, comment: Comment, ban_keys: Collection[str]) -> CommentHistory:
    db = write.db
    email = email_key(comment.author_email)
    return CommentHistory(
        approved_before=_approved_before(db, email, name_key(comment.author_name)),
        last_at=last_at(db, email, comment.ip_hash),
        standing=_standing(db, comment, email),
        lineage=find_lineage(db, comment.article_id, comment.parent_id),
        bans=tuple(find_bans(db, ban_keys, write.now)) if ban_keys else (),
    )


def find_lineage(db: Connection, article_id: int, comment_id: int | None) -> tuple[Comment, ...]:
    """The comment of that id on the article, after all that it answers, from the top of its thread; () if there is none.

    Where these are more than _LINEAGE, which no door but an import lets in, some in the middle are left out.
    """
    if comment_id is None:
        return ()
    parents: dict[int, int | None] = dict(db.execute(_LINE, (comment_id, article_id)).fetchall())
    line: list[int] = []
    while comment_id in parents:
        line.append(comment_id)
        comment_id = parents.pop(comment_id)
    ids = [*line[:0:-1][: _LINEAGE - 1], *line[:1]]
    if not ids:
        return ()
    rows = db.execute(f"SELECT {COMMENT} FROM comments WHERE {db.among('comments.id')}", (db.array(ids),))
    by_id = {comment.id: comment for comment in to_comments(db, rows)}
    return tuple(by_id[id_] for id_ in ids if id_ in by_id)


def find_root(db: Connection, comment_id: int) -> int | None:
    """The first comment of the thread that a comment stands in; itself, at the top of one. None if there is no such comment."""
    row = db.execute("SELECT article_id FROM comments WHERE id = ?", (comment_id,)).fetchone()
    if row is None:
        return None
    parents: dict[int, int | None] = dict(db.execute(_LINE, (comment_id, row[0])).fetchall())
    while (parent := parents.pop(comment_id, None)) in parents:
        assert parent is not None
        comment_id = parent
    return comment_id


def _approved_before(db: Connection, email: str, name: str) -> bool:
    row = db.execute(
        """
        SELECT 1 FROM comments
        WHERE email_key = ? AND author_key = ? AND email_key <> '' AND status = 'approved' LIMIT 1
        """,
        (email, name),
    ).fetchone()
    return row is not None


def last_at(db: Connection, email: str, ip_hash: str) -> datetime | None:
    """`email` is case folded."""
    [(by_email, by_ip)] = db.execute(
        """
        SELECT (SELECT max(created_at) FROM comments WHERE email_key = ? AND email_key <> ''),
            (SELECT max(created_at) FROM comments WHERE ip_hash = ? AND ip_hash <> '')
        """,
        (email, ip_hash),
    )
    return from_us_or_none(max((at for at in (by_email, by_ip) if at is not None), default=None))


def _standing(db: Connection, comment: Comment, email: str) -> frozenset[int | None]:
    rows = db.execute(
        """
        SELECT parent_id FROM comments
        WHERE article_id = ? AND email_key = ? AND length(body_html) = length(?) AND body_html = ? AND author_name = ?
            AND status <> 'trash'
        """,
        (comment.article_id, email, comment.body_html, comment.body_html, comment.author_name),
    )
    return frozenset(parent_id for (parent_id,) in rows)
