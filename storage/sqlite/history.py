"""What the reply rules ask of the comments that are there."""

import sqlite3

from storage.model import Comment, CommentHistory
from storage.sqlite.rows import COMMENT, from_us_or_none, to_comment

Text = tuple[int, str, int | None, str, str]
"""A reply: its article's id, the email (case folded), the parent's id, the author's name, the body."""


def comment_history(db: sqlite3.Connection, text: Text, ip_hash: str) -> CommentHistory:
    article_id, email, parent_id, _, _ = text
    standing, in_trash = _copies(db, text)
    return CommentHistory(
        approved_before=_approved_before(db, email),
        last_at=from_us_or_none(_last_at(db, email, ip_hash)),
        duplicate=standing > 0,
        in_trash=in_trash,
        lineage=find_lineage(db, article_id, parent_id),
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


def _approved_before(db: sqlite3.Connection, email: str) -> bool:
    row = db.execute(
        "SELECT 1 FROM comments WHERE email_key = ? AND email_key <> '' AND status = 'approved' LIMIT 1", (email,)
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


def _copies(db: sqlite3.Connection, text: Text) -> tuple[int, int]:
    """How often the reply stands on its article, and how often it is in the trash."""
    [(standing, in_trash)] = db.execute(
        """
        SELECT count(*) FILTER (WHERE status <> 'trash'), count(*) FILTER (WHERE status = 'trash') FROM comments
        WHERE article_id = ? AND email_key = ? AND parent_id IS ? AND author_name = ? AND body_html = ?
        """,
        text,
    )
    return standing, in_trash
