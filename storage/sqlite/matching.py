"""Which of a few articles match words."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing

from storage.model import Article
from storage.search import searchable


def matching(db: sqlite3.Connection, expression: str, articles: Sequence[Article]) -> frozenset[int]:
    """The ids of those that FTS5 finds, by an index of their own, in memory.

    To ask the newsroom's index of one article costs as much as to ask it of all: a few hundred parts of it are opened each time.
    """
    if not articles:
        return frozenset()
    [(made,)] = db.execute("SELECT sql FROM sqlite_master WHERE name = 'article_search'")
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as few:
        few.execute(made)
        few.execute("BEGIN")
        texts = ((article.id, searchable(article)) for article in articles)
        few.executemany(
            "INSERT INTO article_search (rowid, headline, names, summary, body) VALUES (?, ?, ?, ?, ?)",
            ((id_, text.headline, text.names, text.summary, text.body) for id_, text in texts),
        )
        found = few.execute("SELECT rowid FROM article_search WHERE article_search MATCH ?", (expression,))
        return frozenset(id_ for (id_,) in found)
