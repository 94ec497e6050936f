"""Full text search, by FTS5."""

import sqlite3
from collections.abc import Sequence

from storage.model import ArticleList
from storage.scopes import HOME
from storage.search import Term, parse_search
from storage.sqlite.lists import all_sections
from storage.sqlite.rows import ARTICLE, to_articles
from storage.sqlite.topic import Topic, snapshot

_RANKED_AMONG = 1000
"""Of so many newest articles that match, the best come first: what a word in every article finds is not all ranked."""
_WEIGHTS = "10.0, 4.0, 4.0, 1.0"
"""Of a word in the headline, the names, the summary, the body."""


class SearchTopic(Topic):
    async def search_articles(
        self, words: str, *, limit: int, ranked: bool = False, also: Sequence[str] = ()
    ) -> ArticleList:
        return await self._read(lambda db: _search(db, parse_search(words), limit, ranked, also))


def _search(
    db: sqlite3.Connection, terms: Sequence[Term], limit: int, ranked: bool, also: Sequence[str]
) -> ArticleList:
    order = f"""
        SELECT found FROM (
            SELECT rowid AS found, bm25(article_search, {_WEIGHTS}) AS score FROM article_search
            WHERE article_search MATCH ? ORDER BY rowid DESC LIMIT {_RANKED_AMONG}
        ) ORDER BY score, found DESC LIMIT ?
    """
    newest = "SELECT rowid AS found FROM article_search WHERE article_search MATCH ? ORDER BY rowid DESC LIMIT ?"
    found = db.execute(order if ranked else newest, (_expression(terms), limit + 1)).fetchall() if terms else []
    # One by one, in this order: a join might be made in another.
    rows = [
        db.execute(f"SELECT {ARTICLE} FROM articles WHERE search_row = ?", (row,)).fetchone()
        for (row,) in found[:limit]
    ]
    return ArticleList(
        articles=to_articles(db, rows),
        tombstones=(),
        newer=False,
        older=len(found) > limit,
        sections=all_sections(db),
        snapshot=snapshot(db, (HOME, *also)),
    )


def _expression(terms: Sequence[Term]) -> str:
    """FTS5's query: strings in its quotes have no syntax of their own."""
    return " AND ".join('"{}"{}'.format(term.text.replace('"', '""'), " *" if term.prefix else "") for term in terms)
