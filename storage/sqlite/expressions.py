"""What FTS5 is asked, and of which index: of this release's, and of what an earlier one left."""

from collections.abc import Sequence

from storage.search import Term
from storage.sql.engine import Connection
from storage.sqlite.former_words import former_terms

Search = tuple[str, str]
"""An index, and a query for it."""


def article_indexes(db: Connection) -> list[str]:
    """Those that an article may be in."""
    return ["article_words", *(["article_search"] if _is_in_use(db, "article_search") else [])]


def article_searches(db: Connection, terms: Sequence[Term]) -> list[Search]:
    """An article is in one of them."""
    return _searches(db, "article_words", "article_search", terms)


def comment_searches(db: Connection, terms: Sequence[Term]) -> list[Search]:
    """A comment is in one of them."""
    return _searches(db, "comment_words", "comment_search", terms)


def fts_expression(terms: Sequence[Term]) -> str:
    """FTS5's query: strings in its quotes have no syntax of their own."""
    wanted = " AND ".join(_string(term) for term in terms if not term.excluded)
    excluded = " OR ".join(_string(term) for term in terms if term.excluded)
    return f"({wanted}) NOT ({excluded})" if excluded else wanted


def _searches(db: Connection, index: str, former: str, terms: Sequence[Term]) -> list[Search]:
    searches = [(index, fts_expression(terms))]
    if _is_in_use(db, former):
        searches.append((former, fts_expression(former_terms(terms))))
    return searches


def _is_in_use(db: Connection, former: str) -> bool:
    return db.execute(f"SELECT 1 FROM {former}_docsize LIMIT 1").fetchone() is not None


def _string(term: Term) -> str:
    return '"{}"{}'.format(term.text.replace('"', '""'), " *" if term.prefix else "")
