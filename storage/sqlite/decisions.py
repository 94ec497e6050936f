"""What was decided of comments, and by whom."""

import sqlite3
from collections.abc import Iterable
from typing import Any

from storage.model import Comment, CommentStatus, Decision
from storage.sqlite.mixin import Write
from storage.sqlite.rows import from_us, to_json, to_us

DECISION = "decisions.id, decisions.comment_id, decisions.before, decisions.after, decisions.at, decisions.by"
"""What to select for `to_decision`."""


def note_decision(write: Write, before: Comment, after: Comment, by: str) -> Decision:
    """Note a change of status, in the transaction that makes it."""
    row = (after.id, before.status, after.status, to_us(write.now), by)
    decision_id = write.db.execute(
        "INSERT INTO decisions (comment_id, before, after, at, by) VALUES (?, ?, ?, ?, ?)", row
    ).lastrowid
    assert decision_id is not None, "an INSERT has a row id"
    return Decision(id=decision_id, comment_id=after.id, before=before.status, after=after.status, at=write.now, by=by)


def decisions_on(db: sqlite3.Connection, comment_ids: Iterable[int]) -> dict[int, tuple[Decision, ...]]:
    """Each comment's decisions, oldest first, for those that have any."""
    rows = db.execute(
        f"""
        SELECT {DECISION} FROM json_each(?) AS wanted CROSS JOIN decisions ON decisions.comment_id = wanted.value
        """,
        (to_json(sorted(set(comment_ids))),),
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
