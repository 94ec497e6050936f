"""The index of words."""

from collections.abc import Iterator, Sequence

from storage.model import Rest, SearchIn, Span
from storage.search import Term
from storage.sql.engine import Connection
from storage.sql.full_text import Indexed
from storage.sql.lists import Listed, in_order, is_newer
from storage.sql.rows import ARTICLE, BEYOND, to_us


class Words:
    def keep(self, db: Connection, article_id: int, indexed: Indexed | None) -> None:
        db.execute("DELETE FROM article_search WHERE article_id = ?", (article_id,))
        if indexed is not None:
            text = indexed.text
            words = " ".join((text.headline, text.names, text.summary, text.body)).lower()
            db.execute(
                "INSERT INTO article_search (article_id, at, words) VALUES (?, ?, ?)", (article_id, indexed.at, words)
            )

    def find(self, db: Connection, terms: Sequence[Term], limit: int, span: Span | Rest | None) -> Listed:
        compared, direction = (">", "ASC") if is_newer(span) else ("<", "DESC")
        tests = " AND ".join(f"words {'NOT ' if term.excluded else ''}LIKE ?" for term in terms)
        if isinstance(span, Span):
            start = (to_us(span.position.at), span.position.id)
        else:
            start = (BEYOND, 0)
        rows = db.execute(
            f"SELECT {ARTICLE} FROM article_search JOIN articles ON id = article_id WHERE {tests} "
            f"AND (at, article_id) {compared} (?, ?) ORDER BY at {direction}, article_id {direction} LIMIT ? OFFSET ?",
            (
                *(f"%{term.text.lower()}%" for term in terms),
                *start,
                limit + 1,
                span.skipped if isinstance(span, Rest) else 0,
            ),
        ).fetchall()
        return in_order(rows[:limit], span, further=len(rows) > limit)

    def best(self, db: Connection, terms: Sequence[Term], limit: int) -> Listed:
        return self.find(db, terms, limit, None)

    def matching(self, db: Connection, terms: Sequence[Term], article_ids: Sequence[int]) -> tuple[int, ...]:
        return tuple(article_ids)

    def comments(self, db: Connection, terms: Sequence[Term], among: SearchIn, below: int) -> Iterator[int]:
        return iter(())

    def stale(self, db: Connection, below: int, limit: int) -> Sequence[tuple[int, int | None]]:
        return ()
