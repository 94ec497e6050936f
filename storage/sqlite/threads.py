"""Public comments, with what their entries say of others."""

import sqlite3
from collections.abc import Iterable, Sequence

from storage.model import Article, Comment, CommentEntry, CommentList, Rest, Span
from storage.scopes import article_comments_scope
from storage.sqlite.lists import all_sections, read_list, tombstones
from storage.sqlite.rows import PUBLIC_COMMENT, load_articles, to_comment, to_json, to_us
from storage.sqlite.topic import snapshot

_OF_ONE_ARTICLE = article_comments_scope(0).removesuffix("0")


def read_comments(
    db: sqlite3.Connection, scope: str, limit: int, span: Span | Rest | None, also: Sequence[str]
) -> CommentList:
    listed = read_list(db, "comment_listings", PUBLIC_COMMENT, scope, limit, span)
    comments = tuple(map(to_comment, listed.rows))
    article_id = _article_of(scope)
    articles = _public_articles(db, [*(comment.article_id for comment in comments), article_id])
    parents = _public_parents(db, comments)
    last = (to_us(comments[-1].created_at), comments[-1].id) if comments and len(comments) == limit else None
    return CommentList(
        comments=tuple(
            CommentEntry(
                comment=comment,
                article=articles[comment.article_id],
                parent=parents.get(comment.parent_id) if comment.parent_id else None,
            )
            for comment in comments
        ),
        tombstones=() if span else tombstones(db, "comment_listings", scope, last, limit),
        newer=listed.newer,
        older=listed.older,
        article=articles.get(article_id),
        sections=all_sections(db),
        snapshot=snapshot(db, (scope, *also)),
    )


def _article_of(scope: str) -> int:
    """The article whose comments the scope lists; 0 for another scope."""
    digits = scope.removeprefix(_OF_ONE_ARTICLE)
    return int(digits) if digits != scope and digits.isascii() and digits.isdigit() else 0


def _public_articles(db: sqlite3.Connection, ids: Iterable[int]) -> dict[int, Article]:
    return {id_: article for id_, article in load_articles(db, ids).items() if article.public}


def _public_parents(db: sqlite3.Connection, comments: Iterable[Comment]) -> dict[int, Comment]:
    """The approved among the parents of public comments: they are on the same articles, hence public."""
    rows = db.execute(
        f"""
        SELECT {PUBLIC_COMMENT} FROM json_each(?) AS wanted CROSS JOIN comments ON comments.id = wanted.value
        WHERE comments.status = 'approved'
        """,
        (to_json(sorted({comment.parent_id for comment in comments if comment.parent_id})),),
    )
    return {comment.id: comment for comment in map(to_comment, rows)}
