"""Full text search, in the engine's index of words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from storage.model import Article, ArticleList, Late, Omission, Position, Rest, Span
from storage.scopes import HOME, with_older
from storage.search import Term, parse_search
from storage.sql.engine import Connection
from storage.sql.entitled_rows import seen_of
from storage.sql.kept import KeptArticles
from storage.sql.late import read_late
from storage.sql.lists import Listed, is_newer, late_articles
from storage.sql.mixin import StoreMixin, snapshot
from storage.sql.places import sections_named
from storage.sql.rows import ARTICLE_COLUMNS, from_us, sift_articles


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
        terms = parse_search(words)

        view = self._set_id
        [home, *names] = self._lists(HOME, *also)

        def work(db: Connection) -> ArticleList:
            listed = _find_seen(db, view, terms, limit, span, ranked) if view else _find(db, terms, limit, span, ranked)
            articles, left_out = sift_articles(db, listed.rows)
            late, late_left_out = _late(db, self._kept, home, terms, listed, late_since)
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
                snapshot=snapshot(db, (*with_older(home), *names)),
            )

        return await self._read_shown(work)


def _find(db: Connection, terms: Sequence[Term], limit: int, span: Span | Rest | None, ranked: bool) -> Listed:
    if not terms:
        return Listed([], newer=False, older=False)
    return db.full_text.best(db, terms, limit) if ranked else db.full_text.find(db, terms, limit, span)


_ROUNDS, _A_ROUND = 10, 200
"""How often, and how many at once, what matches is looked through for what a set of terms sees: among what it mostly does not see,
the newest 2,000 are."""


def _find_seen(
    db: Connection, view: int, terms: Sequence[Term], limit: int, span: Span | Rest | None, ranked: bool
) -> Listed:
    """Of what matches that which a set of terms sees."""
    if ranked or isinstance(span, Rest):
        found = _find(db, terms, _A_ROUND, None, ranked)
        best = _seen(db, view, found.rows)
        skipped = span.skipped if isinstance(span, Rest) else 0
        return Listed(best[skipped:][:limit], newer=bool(skipped), older=len(best) > skipped + limit)
    newer, span_is_given = is_newer(span), span is not None
    rows: list[tuple[Any, ...]] = []
    for _ in range(_ROUNDS):
        found = _find(db, terms, _A_ROUND, span, ranked=False)
        seen = _seen(db, view, found.rows)
        rows = seen + rows if newer else rows + seen
        if len(rows) > limit or not (found.newer if newer else found.older) or not found.rows:
            break
        edge = found.rows[0 if newer else -1]
        span = Span(Position(from_us(edge[_PUBLISHED_AT]), edge[0]), newer)
    further = len(rows) > limit
    if newer:
        return Listed(rows[-limit:], newer=further, older=True)
    return Listed(rows[:limit], newer=span_is_given, older=further)


_PUBLISHED_AT = ARTICLE_COLUMNS.index("published_at")


def _seen(db: Connection, view: int, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    seen = seen_of(db, view, (row[0] for row in rows))
    return [row for row in rows if row[0] in seen]


def _late(
    db: Connection, kept: KeptArticles, home: str, terms: Sequence[Term], listed: Listed, since: datetime | None
) -> tuple[Late[Article], tuple[Omission, ...]]:
    """What matches of that which arrived late. Where all that matches is listed there is none."""
    if since is None or not listed.older:
        return Late(), ()
    rows = read_late(db, "article", home, since, 0, {row[0] for row in listed.rows})
    return late_articles(db, kept, rows._replace(ids=db.full_text.matching(db, terms, rows.ids)))
