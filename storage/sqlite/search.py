"""Full text search, by FTS5."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from storage.model import Article, ArticleList, Late, Omission, Rest, Span
from storage.scopes import HOME
from storage.search import Term, parse_search
from storage.sqlite.late import read_late
from storage.sqlite.lists import Listed, in_order, is_newer, late_articles
from storage.sqlite.matching import matching
from storage.sqlite.mixin import StoreMixin, snapshot
from storage.sqlite.places import sections_named
from storage.sqlite.rows import ARTICLE, BEYOND, sift_articles, to_us

_RANKED_AMONG = 1000
"""Of so many newest articles that match, the best come first: what a word in every article finds is not all ranked."""
_WEIGHTS = "10.0, 4.0, 4.0, 1.0"
"""Of a word in the headline, the names, the summary, the body."""


class SearchMixin(StoreMixin):
    async def search_articles(
        self,
        words: str,
        *,
        limit: int,
        span: Span | Rest | None = None,
        ranked: bool = False,
        also: Sequence[str] = (),
        late_since: datetime | None = None,
    ) -> ArticleList:
        expression = fts_expression(parse_search(words))

        def work(db: sqlite3.Connection) -> ArticleList:
            listed = _find(db, expression, limit, span, ranked) if expression else Listed([], newer=False, older=False)
            articles, left_out = sift_articles(db, listed.rows)
            late, late_left_out = _late(db, expression, listed, late_since)
            return ArticleList(
                articles=articles,
                late=late,
                omissions=left_out + late_left_out,
                tombstones=(),
                newer=listed.newer,
                older=listed.older,
                sections=sections_named(
                    db, (path for article in (*articles, *late.entries) for path in article.sections)
                ),
                snapshot=snapshot(db, (HOME, *also)),
            )

        return await self._read(work)


def _find(db: sqlite3.Connection, expression: str, limit: int, span: Span | Rest | None, ranked: bool) -> Listed:
    if ranked:
        found = db.execute(_BEST, (expression, limit)).fetchall()
        return Listed(_articles(db, found), newer=False, older=False)
    compared, direction = (">", "ASC") if is_newer(span) else ("<", "DESC")
    found = db.execute(
        f"""
        SELECT rowid FROM article_search WHERE article_search MATCH ? AND rowid {compared} ?
        ORDER BY rowid {direction} LIMIT ?
        """,
        (expression, _row_of(db, expression, span), limit + 1),
    ).fetchall()
    return in_order(_articles(db, found[:limit]), span, further=len(found) > limit)


def _late(
    db: sqlite3.Connection, expression: str, listed: Listed, since: datetime | None
) -> tuple[Late[Article], tuple[Omission, ...]]:
    """What matches of that which arrived late. Where all that matches is listed there is none."""
    if since is None or not listed.older:
        return Late(), ()
    rows = read_late(db, "article", HOME, since, 0, {row[0] for row in listed.rows})
    return late_articles(db, rows._replace(ids=matching(db, expression, rows.ids)))


def _row_of(db: sqlite3.Connection, expression: str, span: Span | Rest | None) -> int:
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


def _articles(db: sqlite3.Connection, found: Sequence[tuple[int]]) -> list[tuple[Any, ...]]:
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
