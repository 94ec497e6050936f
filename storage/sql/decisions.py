"""What was decided of comments, and by whom."""

from collections.abc import Iterable, Sequence
from typing import Any

from storage.model import Comment, CommentStatus, Decision
from storage.sql.engine import Connection
from storage.sql.mixin import Write
from storage.sql.rows import from_us, to_us

DECISION = "decisions.id, decisions.comment_id, decisions.before, decisions.after, decisions.at, decisions.by"
"""What to select for `to_decision`."""


def note_decisions(write: Write, changed: Sequence[tuple[Comment, Comment]], by: str) -> list[Decision]:
    """Note changes of status, in the transaction that makes them: of each comment as it was, and as it is."""
    # All are written before the first of their ids is waited for.
    noted = [
        write.db.execute(
            "INSERT INTO decisions (comment_id, before, after, at, by) VALUES (?, ?, ?, ?, ?) RETURNING id",
            (after.id, before.status, after.status, to_us(write.now), by),
        )
        for before, after in changed
    ]
    return [
        Decision(id=id_, comment_id=after.id, before=before.status, after=after.status, at=write.now, by=by)
        for (before, after), rows in zip(changed, noted, strict=True)
        for (id_,) in rows.fetchall()
    ]


def decisions_on(db: Connection, comment_ids: Iterable[int]) -> dict[int, tuple[Decision, ...]]:
    """Each comment's decisions, oldest first, for those that have any."""
    rows = db.execute(
        f"""
        SELECT {DECISION} FROM decisions WHERE {db.among("decisions.comment_id")}
        """,
        (db.array(sorted(set(comment_ids))),),
    )
    found: dict[int, list[Decision]] = {}
    for decision in sorted(map(to_decision, rows), key=lambda decision: decision.id):
        found.setdefault(decision.comment_id, []).append(decision)
    return {comment_id: tuple(decisions) for comment_id, decisions in found.items()}


def to_decision(row: tuple[Any, ...]) -> Decision:
    id_, comment_id, before, after, at, by = row
    return Decision(
        id=id_, comment_id=comment_id, before=CommentStatus(before), after=CommentStatus(after), at=from_us(at), by=by
    )
