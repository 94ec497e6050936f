"""What the reply rules ask of the comments that are there."""

import sqlite3

from storage.authors import email_key, name_key
from storage.model import Comment, CommentHistory
from storage.sqlite.rows import COMMENT, from_us_or_none, to_comment


def comment_history(db: sqlite3.Connection, comment: Comment) -> CommentHistory:
    email = email_key(comment.author_email)
    return CommentHistory(
        approved_before=_approved_before(db, email, name_key(comment.author_name)),
        last_at=from_us_or_none(_last_at(db, email, comment.ip_hash)),
        standing=_standing(db, comment, email),
        lineage=find_lineage(db, comment.article_id, comment.parent_id),
    )


def find_lineage(db: sqlite3.Connection, article_id: int, comment_id: int | None) -> tuple[Comment, ...]:
    """The comment of that id on the article, after all that it answers, from the top of its thread; () if there is none."""
    found: dict[int, Comment] = {}
    sql = f"SELECT {COMMENT} FROM comments WHERE id = ? AND article_id = ?"
    # A circle of parents, which no door lets in, must not hold the writer either.
    while comment_id is not None and comment_id not in found:
        row = db.execute(sql, (comment_id, article_id)).fetchone()
        if row is None:
            break
        found[comment_id] = to_comment(row)
        comment_id = found[comment_id].parent_id
    return tuple(reversed(found.values()))


def _approved_before(db: sqlite3.Connection, email: str, name: str) -> bool:
    row = db.execute(
        """
        SELECT 1 FROM comments
        WHERE email_key = ? AND author_key = ? AND email_key <> '' AND status = 'approved' LIMIT 1
        """,
        (email, name),
    ).fetchone()
    return row is not None


def _last_at(db: sqlite3.Connection, email: str, ip_hash: str) -> int | None:
    [(by_email, by_ip)] = db.execute(
        """
        SELECT (SELECT max(created_at) FROM comments WHERE email_key = ? AND email_key <> ''),
            (SELECT max(created_at) FROM comments WHERE ip_hash = ? AND ip_hash <> '')
        """,
        (email, ip_hash),
    )
    return max((at for at in (by_email, by_ip) if at is not None), default=None)


def _standing(db: sqlite3.Connection, comment: Comment, email: str) -> frozenset[int | None]:
    rows = db.execute(
        """
        SELECT parent_id FROM comments
        WHERE article_id = ? AND email_key = ? AND author_name = ? AND body_html = ? AND status <> 'trash'
        """,
        (comment.article_id, email, comment.author_name, comment.body_html),
    )
    return frozenset(parent_id for (parent_id,) in rows)
