"""Letting go of what sets of terms were told long ago, and of sets that nobody has."""

from storage.scopes import in_view, terms_scope
from storage.sql.engine import Connection
from storage.sql.mixin import Write

_AT_ONCE = 1000
"""Rows of a table that go in one transaction."""


def is_to_prune(db: Connection, log: int, unused: int) -> bool:
    """Whether there are entries of logs, or pick-ups, from before the one instant, or sets that nobody has had since before
    the other.
    """
    [found] = db.execute(
        """
        SELECT EXISTS (SELECT 1 FROM entitled_log WHERE at < ?), EXISTS (SELECT 1 FROM partner_pickups WHERE at < ?),
            EXISTS (SELECT 1 FROM webhook_events WHERE acknowledged_at < ?),
            EXISTS (SELECT 1 FROM term_sets WHERE unused_since < ?)
        """,
        (log, log, log, unused),
    )
    return any(found)


def prune_part(write: Write, log: int, unused: int) -> None:
    """One transaction's part of it."""
    db = write.db
    _take(db, "SELECT set_id, number FROM entitled_log WHERE at < ? ORDER BY at LIMIT ?", _LOG, (log,))
    _take(db, _OLD_PICKUPS, _PICKUP, (log,))
    _take(db, _OLD_RECEIPTS, "DELETE FROM webhook_events WHERE id = ?", (log,))
    row = db.execute(
        "SELECT id FROM term_sets WHERE unused_since < ? ORDER BY unused_since LIMIT 1", (unused,)
    ).fetchone()
    if row is None:
        return
    [set_id] = row
    # Whoever asks for these terms again from now on gets another set.
    db.execute("UPDATE term_sets SET digest = ? WHERE id = ?", (f"former {set_id}", set_id)).close()
    names = (in_view(set_id, ""), in_view(set_id, "\x7f"))
    if any(_take(db, found, gone, names) for found, gone in _OF_VIEW):
        return
    if not any(_take(db, found, gone, (set_id,)) for found, gone in _OF_SET):
        db.execute(
            "DELETE FROM scopes WHERE name = ? OR (name >= ? AND name < ?)", (terms_scope(set_id), *names)
        ).close()
        db.execute("DELETE FROM term_sets WHERE id = ?", (set_id,)).close()


def _take(db: Connection, found: str, gone: str, parameters: tuple[object, ...]) -> bool:
    """Whether there was anything."""
    rows = db.execute(found, (*parameters, _AT_ONCE)).fetchall()
    db.executemany(gone, rows)
    return bool(rows)


_LOG = "DELETE FROM entitled_log WHERE set_id = ? AND number = ?"
_OLD_PICKUPS = "SELECT partner_id, set_id, article_id, number FROM partner_pickups WHERE at < ? ORDER BY at LIMIT ?"
_PICKUP = "DELETE FROM partner_pickups WHERE partner_id = ? AND set_id = ? AND article_id = ? AND number = ?"
_OLD_RECEIPTS = "SELECT id FROM webhook_events WHERE acknowledged_at < ? ORDER BY acknowledged_at LIMIT ?"
_OF_SET = (
    ("SELECT set_id, number FROM entitled_log WHERE set_id = ? ORDER BY number LIMIT ?", _LOG),
    (
        "SELECT set_id, article_id FROM entitled WHERE set_id = ? ORDER BY article_id LIMIT ?",
        "DELETE FROM entitled WHERE set_id = ? AND article_id = ?",
    ),
)
_OF_VIEW = tuple(
    (
        f"""
        SELECT listed.scope_id, listed.gone, listed.at, listed.item_id
        FROM scopes CROSS JOIN {table} AS listed ON listed.scope_id = scopes.id
        WHERE scopes.name >= ? AND scopes.name < ? LIMIT ?
        """,
        f"DELETE FROM {table} WHERE scope_id = ? AND gone = ? AND at = ? AND item_id = ?",
    )
    for table in ("article_listings", "article_arrivals")
)
