"""The index of words, by FTS5."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import merge
from itertools import chain
from typing import Any

from storage.model import Comment, Rest, SearchIn, Span
from storage.search import Term
from storage.sql.engine import Connection
from storage.sql.full_text import Indexed, Reindexed
from storage.sql.lists import Listed, in_order, is_newer
from storage.sql.rows import ARTICLE, BEYOND, to_us
from storage.sqlite.expressions import Search, article_indexes, article_searches, comment_searches
from storage.sqlite.former_index import is_left, next_part
from storage.sqlite.matching import matching

_RANKED_AMONG = 1000
"""Of so many newest articles that match, the best come first: what a word in every article finds is not all ranked."""
_WEIGHTS = "10.0, 4.0, 4.0, 1.0"
"""Of a word in the headline, the names, the summary, the body."""


class FTS5:
    """Articles are indexed under rowids in the order of lists, comments under their ids, by triggers."""

    def keep(self, db: Connection, article_id: int, indexed: Indexed | None) -> None:
        [former] = db.execute("SELECT search_row FROM articles WHERE id = ?", (article_id,)).fetchone() or (None,)
        if former is not None:
            for table in article_indexes(db):
                db.execute(f"DELETE FROM {table} WHERE rowid = ?", (former,))
        row = None
        if indexed is not None:
            row, text = _free_row(db, indexed.at, article_id), indexed.text
            db.execute(
                "INSERT INTO article_words (rowid, headline, names, summary, body) VALUES (?, ?, ?, ?, ?)",
                (row, text.headline, text.names, text.summary, text.body),
            )
        db.execute("UPDATE articles SET search_row = ? WHERE id = ?", (row, article_id))

    def keep_comments(self, db: Connection, comments: Iterable[Comment]) -> None:
        """Triggers do, whoever writes."""

    def find(self, db: Connection, terms: Sequence[Term], limit: int, span: Span | Rest | None) -> Listed:
        searches = article_searches(db, terms)
        beyond = _row_of(db, searches, span)
        rows = _rows(db, searches, beyond, limit + 1, newer=is_newer(span))
        return in_order(_articles(db, rows[:limit]), span, further=len(rows) > limit)

    def best(self, db: Connection, terms: Sequence[Term], limit: int) -> Listed:
        found = chain.from_iterable(
            db.execute(_BEST.format(table=table), (expression, limit))
            for table, expression in article_searches(db, terms)
        )
        best = sorted(found, key=lambda row: (row[1], -row[0]))[:limit]
        return Listed(_articles(db, [row for row, _ in best]), newer=False, older=False)

    def matching(self, db: Connection, terms: Sequence[Term], article_ids: Sequence[int]) -> tuple[int, ...]:
        return matching(db, terms, article_ids)

    def comments(self, db: Connection, terms: Sequence[Term], among: SearchIn, below: int) -> Iterator[int]:
        # Read as it is walked: the index is in the order of ids.
        walks = (
            db.execute(
                f"SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid < ? ORDER BY rowid DESC",
                (f"author_name : ({expression})" if among is SearchIn.AUTHOR else expression, below),
            )
            for table, expression in comment_searches(db, terms)
        )
        return (comment_id for (comment_id,) in merge(*walks, reverse=True))

    def is_outdated(self, db: Connection) -> bool:
        return is_left(db)

    def reindex(self, db: Connection, index_anew: Callable[[int], bool]) -> Reindexed:
        return next_part(db, index_anew)


def _rows(db: Connection, searches: Sequence[Search], beyond: int, limit: int, *, newer: bool) -> list[int]:
    """Places of what matches behind one, from there on."""
    compared, direction = (">", "ASC") if newer else ("<", "DESC")
    walks = (
        db.execute(
            f"""
            SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid {compared} ? ORDER BY rowid {direction} LIMIT ?
            """,
            (expression, beyond, limit),
        )
        for table, expression in searches
    )
    return [row for (row,) in merge(*walks, reverse=not newer)][:limit]


def _row_of(db: Connection, searches: Sequence[Search], span: Span | Rest | None) -> int:
    """What the articles of the part stand behind in the index: the place of its article, or where that would be."""
    if span is None:
        return BEYOND
    if isinstance(span, Rest):
        skipped = _rows(db, searches, BEYOND, span.skipped, newer=False)
        return skipped[-1] if len(skipped) == span.skipped else -BEYOND
    row = db.execute("SELECT search_row FROM articles WHERE id = ?", (span.position.id,)).fetchone()
    return row[0] if row and row[0] is not None else to_us(span.position.at)


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


def _articles(db: Connection, places: Sequence[int]) -> list[tuple[Any, ...]]:
    # One by one, in this order: a join might be made in another.
    rows = (db.execute(f"SELECT {ARTICLE} FROM articles WHERE search_row = ?", (row,)).fetchone() for row in places)
    return [row for row in rows if row is not None]


_BEST = f"""
    SELECT found, score FROM (
        SELECT rowid AS found, bm25({{table}}, {_WEIGHTS}) AS score FROM {{table}}
        WHERE {{table}} MATCH ? ORDER BY rowid DESC LIMIT {_RANKED_AMONG}
    ) ORDER BY score, found DESC LIMIT ?
"""
