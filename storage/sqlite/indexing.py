"""The full text index, kept with the articles."""

import sqlite3

from storage.model import Article
from storage.search import searchable
from storage.sqlite.rows import to_us
from storage.sqlite.topic import Write


def index_article(write: Write, before: Article | None, after: Article) -> None:
    """Make the search find the article as it is now, if it is public."""
    was, now = (_indexed(article) for article in (before, after))
    if was == now:
        return
    if was is not None:
        write.db.execute(
            "DELETE FROM article_search WHERE rowid = (SELECT search_row FROM articles WHERE id = ?)", (after.id,)
        )
    row = None
    if now is not None:
        at, *texts = now
        row = _free_row(write.db, at, after.id)
        write.db.execute(
            "INSERT INTO article_search (rowid, headline, names, summary, body) VALUES (?, ?, ?, ?, ?)", (row, *texts)
        )
    write.db.execute("UPDATE articles SET search_row = ? WHERE id = ?", (row, after.id))


def _indexed(article: Article | None) -> tuple[int, str, str, str, str] | None:
    """What is kept of a public article: when it was published, and its texts."""
    if article is None or not article.public or article.published_at is None:
        return None
    texts = searchable(article)
    return (to_us(article.published_at), texts.headline, texts.names, texts.summary, texts.body)


def _free_row(db: sqlite3.Connection, at: int, article_id: int) -> int:
    """The first rowid from `at` on that no other article has."""
    rows = db.execute(
        "SELECT search_row FROM articles WHERE search_row >= ? AND id <> ? ORDER BY search_row", (at, article_id)
    )
    for (taken,) in rows:
        if taken > at:
            break
        at += 1
    return at
