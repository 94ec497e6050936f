"""Sets of terms: which there are, who has them, and what makes their views be filled anew."""

from storage.errors import Invalid, NotFound
from storage.model import Action, Subject, Terms
from storage.scopes import in_view
from storage.sql.engine import Connection
from storage.sql.mixin import Write
from storage.sql.rows import BEYOND, to_us

UNFILLED = BEYOND
"""`filled_to` of a view in which no article has been placed yet."""


def set_of(write: Write, terms: Terms) -> int:
    """The id of the set of these terms. One that nobody had is filled from the beginning, be it new or not."""
    db = write.db
    row = db.execute("SELECT id, unused_since FROM term_sets WHERE digest = ?", (terms.digest,)).fetchone()
    if row is None:
        [(set_id,)] = db.execute(
            """
            INSERT INTO term_sets (digest, terms, created_at, last_number, filled_to, unused_since)
            VALUES (?, ?, ?, 0, ?, NULL) RETURNING id
            """,
            (terms.digest, terms.canonical, to_us(write.now), UNFILLED),
        ).fetchall()
        return int(set_id)
    set_id, unused_since = row
    if unused_since is not None:
        db.execute("UPDATE term_sets SET unused_since = NULL, filled_to = ? WHERE id = ?", (UNFILLED, set_id))
    return int(set_id)


def note_unused(write: Write, set_id: int) -> None:
    """Of a set that a partner has no more."""
    write.db.execute(
        """
        UPDATE term_sets SET unused_since = ?
        WHERE id = ? AND NOT EXISTS (SELECT 1 FROM partners WHERE set_id = term_sets.id)
        """,
        (to_us(write.now), set_id),
    )


def fill_all_anew(write: Write) -> list[int]:
    """The ids of all sets."""
    rows = write.db.execute("UPDATE term_sets SET filled_to = ? RETURNING id", (UNFILLED,)).fetchall()
    return sorted(set_id for (set_id,) in rows)


def load_terms(db: Connection, set_id: int) -> Terms:
    """Raises NotFound."""
    row = db.execute("SELECT terms FROM term_sets WHERE id = ?", (set_id,)).fetchone()
    if row is None:
        raise NotFound(f"There is no set of terms {set_id}.")
    return Terms.of(row[0])


def require_sections(write: Write, terms: Terms, before: Terms | None) -> None:
    """Raises Invalid for sections that there are not. Those that were named before may have been deleted since."""
    known = before or Terms()
    new = {
        "sections": set(terms.sections) - set(known.sections),
        "without_sections": set(terms.without_sections) - set(known.without_sections),
    }
    named = sorted(set().union(*new.values()))
    if not named:
        return
    db = write.looking_up
    rows = db.execute(f"SELECT path FROM sections WHERE {db.among('path')}", (db.array(named),)).fetchall()
    there = {path for (path,) in rows}
    wrong = {field: sorted(paths - there) for field, paths in new.items() if paths - there}
    if wrong:
        raise Invalid(
            {
                field: f"There is no section {' or '.join(map(repr, paths))}: add it first, or name another."
                for field, paths in wrong.items()
            }
        )


def look_again(write: Write, scope: str) -> None:
    """Whatever stands in a list is to be looked at again in each set: what articles name is called otherwise, and that is written
    to none of them. What is not in a set yet is read when it comes.
    """
    used = write.db.execute("SELECT id FROM term_sets WHERE unused_since IS NULL ORDER BY id").fetchall()
    now = to_us(write.now)
    write.db.executemany(_LOOK_AGAIN, [(now, set_id, in_view(set_id, scope)) for (set_id,) in used])
    if used:
        write.append(Action.EDIT, Subject.TERMS, "", ())


_LOOK_AGAIN = """
    UPDATE entitled SET due_at = ? WHERE set_id = ? AND article_id IN (
        SELECT listed.item_id FROM scopes CROSS JOIN article_listings AS listed ON listed.scope_id = scopes.id
        WHERE scopes.name = ? AND listed.gone = 0)
"""
