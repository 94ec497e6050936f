"""How far the views of sets of terms know the log of Changes."""

from storage.sql.engine import Connection

CURSOR = "views"
"""Among the cursors."""


def brought_up_to(db: Connection, set_id: int = 0) -> tuple[int, int]:
    """The seq of the newest Change that the views are brought up to, and the number of the newest entry of a set's log."""
    [(seq, number)] = db.execute(
        f"""
        SELECT
            coalesce(
                (SELECT seq - 1 FROM changes
                    WHERE subject = 'article' AND seq > coalesce((SELECT seq FROM cursors WHERE name = '{CURSOR}'), -1)
                    ORDER BY seq LIMIT 1),
                (SELECT max(seq) FROM changes), 0),
            coalesce((SELECT last_number FROM term_sets WHERE id = ?), 0)
        """,
        (set_id,),
    )
    return int(seq), int(number)
