"""What is at an article's path: the article, with one page of its thread."""

from collections.abc import Callable, Sequence

from storage.model import Article, ArticleView, PathTarget, Rest
from storage.model.lists import page_that_shows, pages_of
from storage.scopes import article_comments_scope, article_scope, terms_scope, with_older
from storage.sql.articles import load_article
from storage.sql.comment_rows import PUBLIC_COMMENT, to_comments
from storage.sql.engine import Connection
from storage.sql.entitled_rows import early_at, seen_at
from storage.sql.lists import read_list
from storage.sql.mixin import StoreMixin, snapshot
from storage.sql.paths import article_at
from storage.sql.places import sections_named
from storage.sql.related import related_to, scopes_of_related
from storage.sql.threads import public_parents

Related = tuple[tuple[Article, ...], tuple[str, ...]]
"""Related articles, and the lists that they were taken from."""


class ViewMixin(StoreMixin):
    async def view_article(
        self,
        path: str,
        *,
        size: int,
        page: int | None = None,
        around: int | None = None,
        related: int = 0,
        also: Sequence[str] = (),
    ) -> ArticleView | PathTarget | None:
        view = self._set_id
        return await self._read_shown(
            lambda db: _view(db, path, size, page, around, also, view, lambda one: self._related(db, one, related))
        )

    def _related(self, db: Connection, article: Article, limit: int) -> Related:
        scopes = scopes_of_related(article) if limit else ()
        return related_to(db, self._kept, article, scopes, limit), scopes


def _view(
    db: Connection,
    path: str,
    size: int,
    page: int | None,
    around: int | None,
    also: Sequence[str],
    view: int,
    related_of: Callable[[Article], Related],
) -> ArticleView | PathTarget | None:
    found = article_at(db, path)
    if view:
        found, also = early_at(db, view, path) or seen_at(db, view, found), (*also, terms_scope(view))
    if not isinstance(found, int):
        return found
    article, scope = load_article(db, found), article_comments_scope(found)
    count = article.comment_count
    pages = pages_of(count, size)
    if around is not None:
        newer = _newer_than(db, scope, found, around)
        page = None if newer is None else page_that_shows(count - newer, count, size)
    page = page if page is not None and 1 <= page <= pages else pages
    older, here = (page - 1) * size, size if page < pages else count - (pages - 1) * size
    # From the newest on: the page that most ask for is the last.
    newer_pages = count - older - here
    listed = read_list(db, "comment_listings", PUBLIC_COMMENT, scope, here, Rest(newer_pages) if newer_pages else None)
    comments = tuple(to_comments(db, listed.rows[::-1]))
    parents = public_parents(db, comments)
    for comment in comments:
        parents.pop(comment.id, None)
    related, lists = related_of(article)
    return ArticleView(
        article=article,
        comments=comments,
        parents=tuple(parents.values()),
        page=page,
        pages=pages,
        older=older,
        related=related,
        sections=sections_named(db, (path for one in (article, *related) for path in one.sections)),
        snapshot=snapshot(db, (article_scope(found), *with_older(scope), *lists, *also)),
    )


def _newer_than(db: Connection, scope: str, article_id: int, comment_id: int) -> int | None:
    """How many of an article's public comments stand after one of them; None where it is none."""
    place = db.execute(
        "SELECT created_at, id FROM comments WHERE id = ? AND article_id = ? AND status = 'approved'",
        (comment_id, article_id),
    ).fetchone()
    if place is None:
        return None
    [(newer,)] = db.execute(
        """
        SELECT count(*) FROM comment_listings WHERE scope_id = (SELECT id FROM scopes WHERE name = ?) AND gone = 0
            AND (at, item_id) > (?, ?)
        """,
        (scope, *place),
    )
    return int(newer)
