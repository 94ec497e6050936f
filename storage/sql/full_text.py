"""The index of words: what finds articles and comments by what stands in them. Each engine has its own."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from storage.model import Rest, SearchIn, Span
from storage.search import Searchable, Term
from storage.sql.engine import Connection
from storage.sql.lists import Listed


class Indexed(NamedTuple):
    """What the index holds of a public article."""

    at: int
    """When it was published, in microseconds."""
    text: Searchable


class FullText(Protocol):
    """Of articles it is told; comments it finds as they are kept. Terms are never none."""

    def keep(self, db: Connection, article_id: int, indexed: Indexed | None) -> None:
        """Have an article found by this and nothing else; by nothing for None."""

    def find(self, db: Connection, terms: Sequence[Term], limit: int, span: Span | Rest | None) -> Listed:
        """Rows of ARTICLE of the newest public articles that match all terms, or of a part of these, in the order of lists."""

    def best(self, db: Connection, terms: Sequence[Term], limit: int) -> Listed:
        """The same of the best of the newest, the best first."""

    def matching(self, db: Connection, terms: Sequence[Term], article_ids: Sequence[int]) -> tuple[int, ...]:
        """Which of a few public articles match, in the order given. What cannot be read is not found."""

    def comments(self, db: Connection, terms: Sequence[Term], among: SearchIn, below: int) -> Iterator[int]:
        """Ids of comments below an id that match all terms, descending, found as they are asked for."""

    def stale(self, db: Connection, below: int, limit: int) -> Sequence[tuple[int, int | None]]:
        """What an earlier release indexed: places in the index below one, descending, each with the id of the article there, or
        None where it would be indexed as it is.
        """
