"""The full text index, kept with the articles."""

from collections.abc import Iterable

from storage.model import Article
from storage.search import searchable
from storage.sql.comment_rows import COMMENT, to_comments
from storage.sql.engine import Connection
from storage.sql.full_text import Indexed
from storage.sql.mixin import Write
from storage.sql.rows import sift_loaded, to_us
from storage.sql.tables import ARTICLES, COMMENTS, Table


def index_article(write: Write, before: Article | None, after: Article) -> None:
    """Make the search find the article as it is now, if it is public."""
    was, now = (_indexed(article) for article in (before, after))
    if was != now:
        write.db.full_text.keep(write.db, after.id, now)


def index_anew(write: Write, article: Article) -> None:
    """Make the search find the article as this release does, whatever the index has of it."""
    write.db.full_text.keep(write.db, article.id, _indexed(article))


def index_rows(db: Connection, table: Table, ids: Iterable[int]) -> None:
    """Make the search find what was written into a table row by row. What cannot be read is not found."""
    if table == ARTICLES:
        for article in sift_loaded(db, ids)[0]:
            db.full_text.keep(db, article.id, _indexed(article))
    elif table == COMMENTS:
        rows = db.execute(
            f"SELECT {COMMENT} FROM comments WHERE {db.among('comments.id')}", (db.array(ids),)
        ).fetchall()
        db.full_text.keep_comments(db, to_comments(db, rows))


def unindex_rows(db: Connection, table: Table, ids: Iterable[int]) -> None:
    """Make the search find rows no more that are about to be deleted."""
    if table == ARTICLES:
        for article_id in ids:
            db.full_text.keep(db, article_id, None)


def _indexed(article: Article | None) -> Indexed | None:
    if article is None or not article.public or article.published_at is None:
        return None
    return Indexed(to_us(article.published_at), searchable(article))
