"""An export of a damaged database: every row that can be read, and the names of those that cannot."""

from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

from storage.errors import is_of_a_row
from storage.model import Article, ArticleRecord, Comment
from storage.sql.articles import load_article
from storage.sql.comments import load_comment
from storage.sql.engine import Connection, Work
from storage.sql.exports import Origins
from storage.sql.paths import paths_of
from storage.sql.rows import BEYOND

T = TypeVar("T")


class Read(Protocol):
    """Runs a unit of work in a snapshot."""

    async def __call__(self, work: Work[T], /) -> T: ...


async def salvage_page(
    read: Read, *, after: int, limit: int, unreadable: Callable[[str], None]
) -> tuple[list[ArticleRecord], int]:
    """The articles next after an id that can be read, each with what can be read of its thread, and the last id looked at;
    BEYOND at the end.

    `unreadable` is told the name of each article and comment that cannot be read. Raises Damaged where not even their ids can.
    """
    ids = await read(partial(_article_ids, after=after, limit=limit))
    records: list[ArticleRecord] = []
    for article_id in ids:
        article = await _or_named(
            read, partial(load_article, article_id=article_id), f"article {article_id}", unreadable
        )
        if article is not None:
            records.append(await _record(read, article, unreadable))
    return records, ids[-1] if ids else BEYOND


async def _record(read: Read, article: Article, unreadable: Callable[[str], None]) -> ArticleRecord:
    of_it = f"of article {article.id}"
    comments: list[Comment] = []
    for comment_id in (
        await _or_named(read, partial(_comment_ids, article_id=article.id), f"thread {of_it}", unreadable) or ()
    ):
        comment = await _or_named(
            read, partial(load_comment, comment_id=comment_id), f"comment {comment_id} {of_it}", unreadable
        )
        if comment is not None:
            comments.append(comment)
    paths = await _or_named(read, partial(paths_of, article_id=article.id), f"paths {of_it}", unreadable) or set()
    origins = await _or_named(read, partial(Origins, threads={article.id: comments}), f"origin {of_it}", unreadable)
    return ArticleRecord(
        article=article,
        comments=tuple(comments),
        old_paths=tuple(sorted(set(paths) - {article.path})),
        imported=origins.of_article(article.id) if origins else (),
        imported_comments=origins.of_comments(article.id) if origins else (),
    )


async def _or_named(read: Read, work: Work[T], name: str, unreadable: Callable[[str], None]) -> T | None:
    """What the work reads; None, and the name is told, where it cannot be read."""
    try:
        return await read(work)
    except Exception as error:
        if not is_of_a_row(error):
            raise
        unreadable(name)
        return None


def _article_ids(db: Connection, after: int, limit: int) -> list[int]:
    # From an index: where pages of the table are damaged, walking along it ends there.
    rows = db.execute(
        f"SELECT id FROM articles {db.by_index('articles_by_status')} WHERE id > ? ORDER BY id LIMIT ?", (after, limit)
    )
    return [article_id for (article_id,) in rows.fetchall()]


def _comment_ids(db: Connection, article_id: int) -> list[int]:
    rows = db.execute("SELECT id FROM comments WHERE article_id = ? ORDER BY id", (article_id,))
    return [comment_id for (comment_id,) in rows.fetchall()]
