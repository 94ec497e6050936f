"""Public comments, with what their entries say of others."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from storage.errors import Unreadable
from storage.model import (
    Comment,
    CommentedArticle,
    CommentEntry,
    CommentList,
    Omission,
    PathTarget,
    Rest,
    Span,
    Subject,
    Tombstone,
    article_path,
)
from storage.omissions import Name
from storage.scopes import (
    THREADS,
    article_comments_scope,
    article_scope,
    in_view,
    scopes_of_part,
    terms_scope,
    with_older,
)
from storage.sql.comment_rows import PUBLIC_COMMENT, place_of_comment, sift_comments, to_comments
from storage.sql.engine import Connection
from storage.sql.entitled_comments import late_on_seen, on_seen, tombstones_within
from storage.sql.entitled_rows import seen_at
from storage.sql.late import ALL, as_late, read_late
from storage.sql.lists import left_seq, read_list, tombstones
from storage.sql.mixin import snapshot
from storage.sql.paths import article_at
from storage.sql.places import sections_named
from storage.sql.rows import BEYOND, Row, require_text, to_us


def read_comments(
    db: Connection,
    scope: str,
    limit: int,
    span: Span | Rest | None,
    also: Sequence[str],
    late_since: datetime | None = None,
    *,
    article_id: int | None = None,
    view: int = 0,
) -> CommentList:
    """`article_id`: of the one article that all in the scope are on; `view`: of articles that a set of terms sees.

    Of those within a view nothing is told but of what the set sees, or saw: what it never saw has left nothing.
    """
    is_sifted = bool(view) and article_id is None
    listed = read_list(
        db, "comment_listings", PUBLIC_COMMENT, scope, limit, span, only=f"AND {on_seen(view)}" if is_sifted else ""
    )
    late = read_late(
        db,
        "comment",
        scope,
        late_since,
        limit,
        {row[0] for row in listed.rows},
        late_on_seen(view) if is_sifted else ALL,
    )
    if is_sifted and late_since is not None:
        since = (to_us(late_since) + 1, 0)
        late = late._replace(tombstones=tombstones_within(db, view, "comment_arrivals", scope, since, limit))
    rows = [*listed.rows, *late_comments(db, late.ids)]
    entries, left_out, articles = sift_entries(db, rows, article_id)
    if article_id is not None and article_id not in articles:
        raise Unreadable(f"What is kept of article {article_id} is damaged: put it back from a backup.")
    last = place_of_comment(listed.rows[-1]) if listed.rows and len(listed.rows) == limit else None
    gone: tuple[Tombstone, ...] = ()
    if span is None and is_sifted:
        gone = tombstones_within(db, view, "comment_listings", scope, last or (-BEYOND, 0), limit)
    elif span is None:
        gone = tombstones(db, "comment_listings", scope, last, limit)
    # Of the whole list it is seen what others see, so that it reaches further down than it is long.
    depends = (*with_older(scope), in_view(view, THREADS)) if is_sifted else scopes_of_part(scope, limit, span)
    return CommentList(
        comments=tuple(entry for entry in entries if entry.comment.id not in late.ids),
        late=as_late(late, (entry for entry in entries if entry.comment.id in late.ids)),
        omissions=left_out,
        tombstones=gone,
        left=0 if span else max(left_seq(db, one, last) for one in depends),
        newer=listed.newer,
        older=listed.older,
        article=None if article_id is None else articles[article_id],
        sections=sections_named(db, (), scope) if article_id is None else (),
        snapshot=snapshot(db, (*depends, *also, *([terms_scope(view)] if view else []))),
    )


def sift_entries(
    db: Connection, rows: Sequence[Row], article_id: int | None = None
) -> tuple[Sequence[CommentEntry], tuple[Omission, ...], Mapping[int, CommentedArticle]]:
    """The entries of rows of PUBLIC_COMMENT, what of them is left out, and the articles by id: that one, where it is named."""
    comments, left_out = sift_comments(db, rows)
    ids = {comment.article_id for comment in comments} if article_id is None else {article_id}
    articles = _commented_articles(db, ids)
    of_no_article = [comment for comment in comments if comment.article_id not in articles]
    left_out += tuple(Omission(Subject.COMMENT, one.id, one.seq, "its article is") for one in of_no_article)
    return _entries(db, comments, articles), left_out, articles


def _entries(
    db: Connection, comments: Sequence[Comment], articles: Mapping[int, CommentedArticle]
) -> Sequence[CommentEntry]:
    """Of the comments whose article is there."""
    parents = public_parents(db, comments)
    return [
        CommentEntry(
            comment=comment,
            article=articles[comment.article_id],
            parent=parents.get(comment.parent_id) if comment.parent_id else None,
        )
        for comment in comments
        if comment.article_id in articles
    ]


def late_comments(db: Connection, ids: Sequence[int]) -> list[Row]:
    """Rows of PUBLIC_COMMENT, in the order of lists."""
    if not ids:
        return []
    rows = db.execute(
        f"SELECT {PUBLIC_COMMENT} FROM comments WHERE {db.among('comments.id')}",
        (db.array(ids),),
    ).fetchall()
    return sorted(rows, key=place_of_comment, reverse=True)


def view_comments(
    db: Connection,
    path: str,
    limit: int,
    span: Span | Rest | None,
    also: Sequence[str],
    late_since: datetime | None = None,
    *,
    view: int = 0,
) -> CommentList | PathTarget | None:
    found = article_at(db, path)
    if view:
        found = seen_at(db, view, found)
    if not isinstance(found, int):
        return found
    return read_comments(
        db,
        article_comments_scope(found),
        limit,
        span,
        (article_scope(found), *also),
        late_since,
        article_id=found,
        view=view,
    )


def _commented_articles(db: Connection, ids: Iterable[int]) -> dict[int, CommentedArticle]:
    rows = db.execute(
        f"""
        SELECT articles.id, seq, guid, day, slug, headline
        FROM articles WHERE {db.among("articles.id")}
        """,
        (db.array(sorted(ids)),),
    )
    named = db.omissions.sift(rows.fetchall(), _commented_article, lambda row: Name(Subject.ARTICLE, row[0], row[1]))
    return {article.id: article for article in named}


def _commented_article(row: Row) -> CommentedArticle:
    require_text(row)
    id_, _, guid, day, slug, headline = row
    return CommentedArticle(id=id_, guid=guid, path=article_path(day, slug), headline=headline)


def public_parents(db: Connection, comments: Sequence[Comment]) -> dict[int, Comment]:
    """The approved among the parents of public comments: they are on the same articles, hence public."""
    listed = {comment.id: comment for comment in comments}
    others = {comment.parent_id for comment in comments if comment.parent_id} - listed.keys()
    if not others:
        return listed
    rows = db.execute(
        f"""
        SELECT {PUBLIC_COMMENT} FROM comments WHERE {db.among("comments.id")}
            AND comments.status = 'approved'
        """,
        (db.array(sorted(others)),),
    )
    return listed | {comment.id: comment for comment in to_comments(db, rows)}
