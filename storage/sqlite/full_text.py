"""The index of words, by FTS5."""

from collections.abc import Iterator, Sequence
from typing import Any

from storage.model import Rest, SearchIn, Span
from storage.search import Term
from storage.segmentation import is_segmented
from storage.sql.engine import Connection
from storage.sql.full_text import Indexed
from storage.sql.lists import Listed, in_order, is_newer
from storage.sql.rows import ARTICLE, BEYOND, to_us
from storage.sqlite.matching import matching

_RANKED_AMONG = 1000
"""Of so many newest articles that match, the best come first: what a word in every article finds is not all ranked."""
_WEIGHTS = "10.0, 4.0, 4.0, 1.0"
"""Of a word in the headline, the names, the summary, the body."""


class FTS5:
    """Articles are indexed under rowids in the order of lists, comments under their ids, by triggers."""

    def keep(self, db: Connection, article_id: int, indexed: Indexed | None) -> None:
        db.execute(
            "DELETE FROM article_search WHERE rowid = (SELECT search_row FROM articles WHERE id = ?)", (article_id,)
        )
        row = None
        if indexed is not None:
            row, text = _free_row(db, indexed.at, article_id), indexed.text
            db.execute(
                "INSERT INTO article_search (rowid, headline, names, summary, body) VALUES (?, ?, ?, ?, ?)",
                (row, text.headline, text.names, text.summary, text.body),
            )
        db.execute("UPDATE articles SET search_row = ? WHERE id = ?", (row, article_id))

    def find(self, db: Connection, terms: Sequence[Term], limit: int, span: Span | Rest | None) -> Listed:
        expression = fts_expression(terms)
        compared, direction = (">", "ASC") if is_newer(span) else ("<", "DESC")
        found = db.execute(
            f"""
            SELECT rowid FROM article_search WHERE article_search MATCH ? AND rowid {compared} ?
            ORDER BY rowid {direction} LIMIT ?
            """,
            (expression, _row_of(db, expression, span), limit + 1),
        ).fetchall()
        return in_order(_articles(db, found[:limit]), span, further=len(found) > limit)

    def best(self, db: Connection, terms: Sequence[Term], limit: int) -> Listed:
        found = db.execute(_BEST, (fts_expression(terms), limit)).fetchall()
        return Listed(_articles(db, found), newer=False, older=False)

    def matching(self, db: Connection, terms: Sequence[Term], article_ids: Sequence[int]) -> tuple[int, ...]:
        return matching(db, fts_expression(terms), article_ids)

    def comments(self, db: Connection, terms: Sequence[Term], among: SearchIn, below: int) -> Iterator[int]:
        expression = fts_expression(terms)
        if among is SearchIn.AUTHOR:
            expression = f"author_name : ({expression})"
        # Read as it is walked: the index is in the order of ids.
        rows = db.execute(
            "SELECT rowid FROM comment_search WHERE comment_search MATCH ? AND rowid < ? ORDER BY rowid DESC",
            (expression, below),
        )
        return (comment_id for (comment_id,) in rows)

    def stale(self, db: Connection, below: int, limit: int) -> Sequence[tuple[int, int | None]]:
        rows = db.execute(
            """
            SELECT rowid, headline, names, summary, body FROM article_search WHERE rowid < ? ORDER BY rowid DESC LIMIT ?
            """,
            (below, limit),
        ).fetchall()
        return [(row, _article_of(db, row) if any(map(is_segmented, texts)) else None) for row, *texts in rows]


def _article_of(db: Connection, row: int) -> int | None:
    found = db.execute("SELECT id FROM articles WHERE search_row = ?", (row,)).fetchone()
    return None if found is None else int(found[0])


def _free_row(db: Connection, at: int, article_id: int) -> int:
    """A rowid that no other article has: `at`, or one behind a run of those that are taken.

    Found by doubling and halving: thousands of one instant are not looked through one by one.
    """

    def taken(row: int) -> bool:
        sql = "SELECT 1 FROM articles WHERE search_row = ? AND id <> ?"
        return db.execute(sql, (row, article_id)).fetchone() is not None

    if not taken(at):
        return at
    low, high = at, at + 1
    while taken(high):
        low, high = high, high + 2 * (high - at)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if taken(middle) else (low, middle)
    return high


def _row_of(db: Connection, expression: str, span: Span | Rest | None) -> int:
    """What the articles of the part stand behind in the index: the place of its article, or where that would be."""
    if span is None:
        return BEYOND
    if isinstance(span, Rest):
        last = db.execute(
            "SELECT rowid FROM article_search WHERE article_search MATCH ? ORDER BY rowid DESC LIMIT 1 OFFSET ?",
            (expression, span.skipped - 1),
        ).fetchone()
        return last[0] if last else -BEYOND
    row = db.execute("SELECT search_row FROM articles WHERE id = ?", (span.position.id,)).fetchone()
    return row[0] if row and row[0] is not None else to_us(span.position.at)


def _articles(db: Connection, found: Sequence[tuple[int]]) -> list[tuple[Any, ...]]:
    # One by one, in this order: a join might be made in another.
    rows = (db.execute(f"SELECT {ARTICLE} FROM articles WHERE search_row = ?", row).fetchone() for row in found)
    return [row for row in rows if row is not None]


_BEST = f"""
    SELECT found FROM (
        SELECT rowid AS found, bm25(article_search, {_WEIGHTS}) AS score FROM article_search
        WHERE article_search MATCH ? ORDER BY rowid DESC LIMIT {_RANKED_AMONG}
    ) ORDER BY score, found DESC LIMIT ?
"""


def fts_expression(terms: Sequence[Term]) -> str:
    """FTS5's query: strings in its quotes have no syntax of their own."""
    wanted = " AND ".join(_string(term) for term in terms if not term.excluded)
    excluded = " OR ".join(_string(term) for term in terms if term.excluded)
    return f"({wanted}) NOT ({excluded})" if excluded else wanted


def _string(term: Term) -> str:
    return '"{}"{}'.format(term.text.replace('"', '""'), " *" if term.prefix else "")
