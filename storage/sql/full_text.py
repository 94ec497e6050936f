"""The index of words: what finds articles and comments by what stands in them. Each engine has its own."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from typing import NamedTuple, Protocol

from storage.model import Comment, Rest, SearchIn, Span
from storage.search import Searchable, Term
from storage.sql.engine import Connection
from storage.sql.lists import Listed


class Indexed(NamedTuple):
    """What the index holds of a public article."""

    at: int
    """When it was published, in microseconds."""
    text: Searchable


class Reindexed(Enum):
    """What was done of what an earlier release indexed otherwise."""

    NOTHING = 0
    """Nothing was left to do."""
    SOME = 1
    ALL_ARTICLES = 2
    """With this part the last of the articles."""


LOOKED_INTO = 50_000
"""Of a phrase whose words more than so many have, the newest so many of these, at least, are looked into."""


class FullText(Protocol):
    """Articles and comments are found by their words as `storage.words` makes them, the same by every engine but for what
    LOOKED_INTO says.

    Terms are never none, and not all of them excluded.
    """

    def keep(self, db: Connection, article_id: int, indexed: Indexed | None) -> None:
        """Have an article found by this and nothing else; by nothing for None."""

    def keep_comments(self, db: Connection, comments: Iterable[Comment]) -> None:
        """Have comments, whose rows were written, found by their names and bodies. One that is deleted is not found any more."""

    def find(self, db: Connection, terms: Sequence[Term], limit: int, span: Span | Rest | None) -> Listed:
        """Rows of ARTICLE of the newest public articles that match all terms, or of a part of these, in the order of lists."""

    def best(self, db: Connection, terms: Sequence[Term], limit: int) -> Listed:
        """The same of the best of the newest, the best first."""

    def matching(self, db: Connection, terms: Sequence[Term], article_ids: Sequence[int]) -> tuple[int, ...]:
        """Which of a few public articles match, in the order given. What cannot be read is not found."""

    def comments(self, db: Connection, terms: Sequence[Term], among: SearchIn, below: int) -> Iterator[int]:
        """Ids of comments below an id that match all terms, descending, found as they are asked for."""

    def is_outdated(self, db: Connection) -> bool:
        """Whether anything is left of what an earlier release indexed otherwise. It is found meanwhile, as that release did."""

    def reindex(self, db: Connection, index_anew: Callable[[int], bool]) -> Reindexed:
        """Index a part of that as this release does, newest first. `index_anew` does so for an article, by its id: False where it
        cannot be read.
        """
