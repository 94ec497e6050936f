"""Other articles with an article's tags."""

from collections import Counter
from collections.abc import Sequence

from storage.model import Article
from storage.scopes import tag_scope
from storage.sql.engine import Connection
from storage.sql.kept import MARK, KeptArticles
from storage.sql.listings import Item
from storage.sql.rows import one_of

_TAGS = 5
"""The first of an article's, which say most of it: their lists are looked at, and a page that shows it depends on them."""


def scopes_of_related(article: Article) -> tuple[str, ...]:
    """The lists that articles related to this one are taken from."""
    return tuple(tag_scope(tag.slug) for tag in article.tags[:_TAGS])


def related_to(
    db: Connection, kept: KeptArticles, article: Article, scopes: Sequence[str], limit: int
) -> tuple[Article, ...]:
    """Of the newest in each of the lists: those that stand in most of them, then the newest."""
    # All are asked for before one is waited for; one more of each, for the article itself may be among them.
    lists = [
        db.execute(
            """
            SELECT at, item_id FROM article_listings WHERE scope_id = (SELECT id FROM scopes WHERE name = ?) AND gone = 0
            ORDER BY at DESC, item_id DESC LIMIT ?
            """,
            (scope, limit + 1),
        )
        for scope in scopes
    ]
    shared = Counter[Item]((at, id_) for rows in lists for at, id_ in rows.fetchall() if id_ != article.id)
    wanted = [id_ for _, id_ in sorted(shared, key=lambda item: (shared[item], item), reverse=True)[:limit]]
    if not wanted:
        return ()
    test, parameters = one_of(db, "articles.id", sorted(wanted))
    articles, _ = kept.of(db, db.execute(f"SELECT {MARK} FROM articles WHERE {test}", parameters).fetchall())
    return tuple(sorted(articles, key=lambda one: wanted.index(one.id)))
