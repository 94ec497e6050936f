"""The full text index, kept with the articles."""

from storage.model import Article
from storage.search import searchable
from storage.sql.full_text import Indexed
from storage.sql.mixin import Write
from storage.sql.rows import to_us


def index_article(write: Write, before: Article | None, after: Article) -> None:
    """Make the search find the article as it is now, if it is public."""
    was, now = (_indexed(article) for article in (before, after))
    if was != now:
        write.db.full_text.keep(write.db, after.id, now)


def index_anew(write: Write, article: Article) -> None:
    """Make the search find the article as this release does, whatever the index has of it."""
    write.db.full_text.keep(write.db, article.id, _indexed(article))


def _indexed(article: Article | None) -> Indexed | None:
    if article is None or not article.public or article.published_at is None:
        return None
    return Indexed(to_us(article.published_at), searchable(article))
