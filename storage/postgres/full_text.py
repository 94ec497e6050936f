"""The index of words, by GIN."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from storage.model import Comment, Rest, SearchIn, Span
from storage.postgres.candidates import Index, Part, candidates
from storage.postgres.words import FIRST, any_of, asked, kept
from storage.search import Term
from storage.sql.engine import Connection
from storage.sql.full_text import Indexed, Reindexed
from storage.sql.lists import Listed, in_order, is_newer
from storage.sql.rows import ARTICLE, BEYOND, to_us
from storage.words import words_of

_RANKED_AMONG = 1000
"""Of so many newest articles that match, the best come first: what a word in every article finds is not all ranked."""
_WEIGHTS = "{0.1, 0.4, 0.4, 1}"
"""Of a word in the body, the summary, the names, the headline."""
ARTICLES = Index("article_words", ("at", "article_id"), "article_id")
_COMMENTS = {
    SearchIn.WORDS: Index("comment_words", ("comment_id",), "comment_id"),
    SearchIn.AUTHOR: Index("comment_words", ("comment_id",), "comment_id", "split_part(words, chr(10), 1)"),
}
_AT_ONCE = (100, 1_000)
"""Comments of the first statement, and of any after it."""


class GIN:
    """As `storage.sql.full_text.FullText` says."""

    def keep(self, db: Connection, article_id: int, indexed: Indexed | None) -> None:
        if indexed is None:
            db.execute("DELETE FROM article_words WHERE article_id = ?", (article_id,))
            return
        text = indexed.text
        db.execute(
            """
            INSERT INTO article_words (article_id, at, oversized, vector, words)
            VALUES (?, ?, CAST(? AS BOOLEAN), CAST(? AS tsvector), ?)
            ON CONFLICT (article_id) DO UPDATE SET at = excluded.at, oversized = excluded.oversized,
                vector = excluded.vector, words = excluded.words
            """,
            (article_id, indexed.at, *kept((text.headline, text.names, text.summary, text.body))),
        )

    def keep_comments(self, db: Connection, comments: Iterable[Comment]) -> None:
        db.executemany(
            """
            INSERT INTO comment_words (comment_id, oversized, vector, words)
            VALUES (?, CAST(? AS BOOLEAN), CAST(? AS tsvector), ?)
            ON CONFLICT (comment_id) DO UPDATE SET oversized = excluded.oversized, vector = excluded.vector,
                words = excluded.words
            """,
            [
                (comment.id, *kept((words_of(comment.author_name), words_of(comment.body_html)), marks_first=True))
                for comment in comments
            ],
        )

    def find(self, db: Connection, terms: Sequence[Term], limit: int, span: Span | Rest | None) -> Listed:
        beyond = (to_us(span.position.at), span.position.id) if isinstance(span, Span) else (BEYOND, 0)
        skipped = span.skipped if isinstance(span, Rest) else 0
        ids = candidates(db, ARTICLES, asked(terms), Part(beyond, is_newer(span), skipped, limit + 1))
        return in_order(_articles(db, ids[:limit]), span, further=len(ids) > limit)

    def best(self, db: Connection, terms: Sequence[Term], limit: int) -> Listed:
        among = candidates(db, ARTICLES, asked(terms), Part((BEYOND, 0), False, 0, _RANKED_AMONG))
        rows = db.execute(
            f"""
            SELECT article_id FROM article_words WHERE {db.among("article_id")}
            ORDER BY ts_rank('{_WEIGHTS}', vector, CAST(? AS tsquery)) DESC, at DESC, article_id DESC LIMIT ?
            """,
            (db.array(among), any_of(terms), limit),
        )
        ids = [article_id for (article_id,) in rows.fetchall()]
        return Listed(_articles(db, ids), newer=False, older=False)

    def matching(self, db: Connection, terms: Sequence[Term], article_ids: Sequence[int]) -> tuple[int, ...]:
        search = asked(terms)
        test, parameters = search.test("words")
        rows = db.execute(
            f"""
            SELECT article_id FROM (SELECT * FROM article_words WHERE {db.among("article_id")} OFFSET 0) AS few
            WHERE vector @@ CAST(? AS tsquery) AND {test}
            """,
            (db.array(article_ids), search.query, *parameters),
        )
        found = {article_id for (article_id,) in rows.fetchall()}
        return tuple(filter(found.__contains__, article_ids))

    def comments(self, db: Connection, terms: Sequence[Term], among: SearchIn, below: int) -> Iterator[int]:
        index = _COMMENTS[among]
        search = asked(terms, FIRST if among is SearchIn.AUTHOR else "")
        wanted, *more = _AT_ONCE
        while ids := candidates(db, index, search, Part((below,), False, 0, wanted)):
            yield from ids
            if len(ids) < wanted:
                return
            below, (wanted, *more) = ids[-1], more or [wanted]

    def is_outdated(self, _db: Connection) -> bool:
        """There was no release before that had this engine."""
        return False

    def reindex(self, _db: Connection, _index_anew: Callable[[int], bool]) -> Reindexed:
        return Reindexed.NOTHING


def _articles(db: Connection, ids: Sequence[int]) -> list[tuple[object, ...]]:
    """Rows of ARTICLE, in the order of the ids."""
    rows = db.execute(f"SELECT {ARTICLE} FROM articles WHERE {db.among('articles.id')}", (db.array(ids),))
    by_id = {row[0]: row for row in rows.fetchall()}
    return [by_id[article_id] for article_id in ids if article_id in by_id]
