"""Rows of comments as model values, and back."""

from collections.abc import Iterable, Sequence

from storage.model import Comment, CommentStatus, Omission, Subject
from storage.omissions import Name, sift
from storage.sql.engine import Connection
from storage.sql.rows import Row, checked, from_us, from_us_or_none, to_us, to_us_or_none

COMMENT_COLUMNS = (
    "id", "guid", "article_id", "parent_id", "author_name", "author_email", "author_url", "body_html", "status",
    "created_at", "updated_at", "ip_hash", "version", "seq", "gone_at",
    "held_why", "newsroom", "network_hash",
)  # fmt: skip
_ENTRY_SEQ = """
    CASE WHEN comments.status = 'approved' THEN greatest(
        comments.seq,
        coalesce((SELECT seq FROM article_names WHERE article_id = comments.article_id), 0),
        coalesce((SELECT seq FROM comment_names WHERE comment_id = comments.parent_id), 0)
    ) ELSE comments.seq END
"""
"""A comment's entry names its article and whom it answers. When these are named otherwise, one row says so: the comments are
not written, however many they are."""
_COMMENT_SEQ, _CREATED_AT = COMMENT_COLUMNS.index("seq"), COMMENT_COLUMNS.index("created_at")
COMMENT = ", ".join(_ENTRY_SEQ if column == "seq" else f"comments.{column}" for column in COMMENT_COLUMNS)
"""What to select for `to_comments`."""
PUBLIC_COMMENT = COMMENT
"""The same without what never leaves the store except to moderators."""
for _private in ("author_email", "ip_hash", "held_why", "network_hash"):
    PUBLIC_COMMENT = PUBLIC_COMMENT.replace(f"comments.{_private}", "''")


def from_comment(comment: Comment) -> tuple[object, ...]:
    """A row of COMMENT_COLUMNS."""
    return (
        comment.id, comment.guid, comment.article_id, comment.parent_id, comment.author_name, comment.author_email,
        comment.author_url, comment.body_html, comment.status, to_us(comment.created_at),
        to_us_or_none(comment.updated_at), comment.ip_hash, comment.version, comment.seq, to_us_or_none(comment.gone_at),
        comment.held_why, int(comment.newsroom), comment.network_hash,
    )  # fmt: skip


def to_comment(row: Row) -> Comment:
    (
        id_, guid, article_id, parent_id, author_name, author_email, author_url, body_html, status,
        created_at, updated_at, ip_hash, version, seq, gone_at, held_why, newsroom, network_hash,
    ) = row  # fmt: skip
    return Comment(
        id=id_,
        guid=guid,
        article_id=article_id,
        parent_id=parent_id,
        author_name=author_name,
        author_email=author_email,
        author_url=author_url,
        body_html=body_html,
        status=CommentStatus(status),
        created_at=from_us(created_at),
        updated_at=from_us_or_none(updated_at),
        ip_hash=ip_hash,
        version=version,
        seq=seq,
        gone_at=from_us_or_none(gone_at),
        held_why=held_why,
        newsroom=bool(newsroom),
        network_hash=network_hash,
    )


def comment_name(row: Row) -> Name:
    """Of a row of COMMENT."""
    return Name(Subject.COMMENT, row[0], row[_COMMENT_SEQ])


def to_comments(db: Connection, rows: Iterable[Row]) -> list[Comment]:
    """Comments of rows of COMMENT, without those that cannot be read."""
    return sift_comments(db, tuple(rows))[0]


def sift_comments(db: Connection, rows: Sequence[Row]) -> tuple[list[Comment], tuple[Omission, ...]]:
    """The same, and what is left out; it is noted."""
    comments, left_out = sift(rows, checked(db, to_comment), comment_name)
    db.omissions.note(left_out)
    return comments, left_out


def place_of_comment(row: Row) -> tuple[int, int]:
    """Where the comment of a row of COMMENT stands in lists."""
    return (row[_CREATED_AT], row[0])
