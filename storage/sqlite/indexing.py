"""The full text index, kept with the articles."""

import sqlite3

from storage.model import Article
from storage.search import searchable
from storage.sqlite.mixin import Write
from storage.sqlite.rows import to_us

Indexed = tuple[int, str, str, str, str]
"""Of a public article: when it was published, and its texts."""


def index_article(write: Write, before: Article | None, after: Article) -> None:
    """Make the search find the article as it is now, if it is public."""
    was, now = (_indexed(article) for article in (before, after))
    if was != now:
        _keep(write, now, after.id)


def index_anew(write: Write, article: Article) -> None:
    """Make the search find the article as this release does, whatever the index has of it."""
    _keep(write, _indexed(article), article.id)


def _keep(write: Write, now: Indexed | None, article_id: int) -> None:
    write.db.execute(
        "DELETE FROM article_search WHERE rowid = (SELECT search_row FROM articles WHERE id = ?)", (article_id,)
    )
    row = None
    if now is not None:
        at, *texts = now
        row = _free_row(write.db, at, article_id)
        write.db.execute(
            "INSERT INTO article_search (rowid, headline, names, summary, body) VALUES (?, ?, ?, ?, ?)", (row, *texts)
        )
    write.db.execute("UPDATE articles SET search_row = ? WHERE id = ?", (row, article_id))


def _indexed(article: Article | None) -> Indexed | None:
    if article is None or not article.public or article.published_at is None:
        return None
    texts = searchable(article)
    return (to_us(article.published_at), texts.headline, texts.names, texts.summary, texts.body)


def _free_row(db: sqlite3.Connection, at: int, article_id: int) -> int:
    """A rowid that no other article has: `at`, or one behind a run of those that are taken.

    Found by doubling and halving: thousands of one instant are not looked through one by one.
    """

    def taken(row: int) -> bool:
        sql = "SELECT 1 FROM articles WHERE search_row = ? AND id <> ?"
        return db.execute(sql, (row, article_id)).fetchone() is not None

    if not taken(at):
        return at
    low, high = at, at + 1
    while taken(high):
        low, high = high, high + 2 * (high - at)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if taken(middle) else (low, middle)
    return high
