"""Full text search, in the engine's index of words."""

from collections.abc import Sequence
from datetime import datetime

from storage.model import Article, ArticleList, Late, Omission, Rest, Span
from storage.scopes import HOME
from storage.search import Term, parse_search
from storage.sql.engine import Connection
from storage.sql.kept import KeptArticles
from storage.sql.late import read_late
from storage.sql.lists import Listed, late_articles
from storage.sql.mixin import StoreMixin, snapshot
from storage.sql.places import sections_named
from storage.sql.rows import sift_articles


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

        def work(db: Connection) -> ArticleList:
            listed = _find(db, terms, limit, span, ranked)
            articles, left_out = sift_articles(db, listed.rows)
            late, late_left_out = _late(db, self._kept, terms, listed, late_since)
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

        return await self._read_shown(work)


def _find(db: Connection, terms: Sequence[Term], limit: int, span: Span | Rest | None, ranked: bool) -> Listed:
    if not terms:
        return Listed([], newer=False, older=False)
    return db.full_text.best(db, terms, limit) if ranked else db.full_text.find(db, terms, limit, span)


def _late(
    db: Connection, kept: KeptArticles, terms: Sequence[Term], listed: Listed, since: datetime | None
) -> tuple[Late[Article], tuple[Omission, ...]]:
    """What matches of that which arrived late. Where all that matches is listed there is none."""
    if since is None or not listed.older:
        return Late(), ()
    rows = read_late(db, "article", HOME, since, 0, {row[0] for row in listed.rows})
    return late_articles(db, kept, rows._replace(ids=db.full_text.matching(db, terms, rows.ids)))
