"""What a set of terms sees of the public's lists of comments: those on articles that it sees; and what it saw and sees no more."""

from typing import Literal

from storage.model import Subject, Tombstone
from storage.sql.engine import Connection
from storage.sql.entitled_rows import SEEN
from storage.sql.late import Only
from storage.sql.listings import Item
from storage.sql.lists import to_tombstones
from storage.sql.rows import BEYOND

_LEFT = "entitled.action = 'withdraw' AND comments.created_at < entitled.gone_at"
"""Of a comment that a set saw, on an article that it sees no more."""


def on_seen(view: int) -> str:
    """A condition on `comments`."""
    return f"""
        EXISTS (
            SELECT 1 FROM entitled WHERE entitled.set_id = {view} AND entitled.article_id = comments.article_id AND {SEEN}
        )
    """


def late_on_seen(view: int) -> Only:
    return Only(
        f"""
        EXISTS (SELECT 1 FROM comments WHERE comments.id = arrivals.item_id AND comments.gone_at IS NULL AND {on_seen(view)})
        """
    )


def tombstones_within(
    db: Connection,
    view: int,
    table: Literal["comment_listings", "comment_arrivals"],
    scope: str,
    last: Item,
    limit: int | None,
) -> tuple[Tombstone, ...]:
    """Of a scope's list, newest first down to a place: of what went from articles that the set sees, and of what stood on those
    that it saw and sees no more, wherever the public has that.
    """
    found = []
    for gone, gone_at, seq, which in (
        (1, _WENT_AT, "comments.seq", f"comments.gone_at IS NOT NULL AND ({SEEN} OR ({_LEFT}))"),
        # No write of the comment made it leave: its seq does not tell of that.
        (0, "entitled.gone_at", "0", _LEFT),
    ):
        found += db.execute(
            f"""
            SELECT listed.at, comments.id, {seq}, comments.guid, {gone_at}
            FROM {table} AS listed CROSS JOIN comments ON comments.id = listed.item_id
                CROSS JOIN entitled ON entitled.set_id = ? AND entitled.article_id = comments.article_id
            WHERE listed.scope_id = (SELECT id FROM scopes WHERE name = ?) AND listed.gone = ?
                AND (listed.at, listed.item_id) >= (?, ?) AND {which}
            ORDER BY listed.at DESC, listed.item_id DESC LIMIT ?
            """,
            (view, scope, gone, *last, BEYOND if limit is None else limit),
        ).fetchall()
    found.sort(key=lambda row: (row[0], row[1]), reverse=True)
    return to_tombstones(db, [row[1:] for row in found[:limit]], Subject.COMMENT)


_WENT_AT = """
    CASE WHEN entitled.action = 'withdraw' AND entitled.gone_at < comments.gone_at THEN entitled.gone_at
        ELSE comments.gone_at END
"""
