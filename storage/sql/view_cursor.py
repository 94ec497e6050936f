"""How far the views of sets of terms know the log of Changes."""

from storage.sql.engine import Connection

CURSOR = "views"
"""Among the cursors."""


def brought_up_to(db: Connection) -> int:
    """The seq of the newest Change that the views are brought up to."""
    [(seq,)] = db.execute(
        f"""
        SELECT coalesce(
            (SELECT seq - 1 FROM changes
                WHERE subject = 'article' AND seq > coalesce((SELECT seq FROM cursors WHERE name = '{CURSOR}'), -1)
                ORDER BY seq LIMIT 1),
            (SELECT max(seq) FROM changes), 0)
        """
    )
    return int(seq)
