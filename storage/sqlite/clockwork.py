"""What happens because its time has come."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from storage.lifecycle import by_the_clock
from storage.model import Action, Article, Due, Subject
from storage.scopes import raised_by_article
from storage.sqlite.articles import prepare, put
from storage.sqlite.rows import ARTICLE, from_us, to_articles, to_us
from storage.sqlite.topic import Topic, Write

IP_HASHES_KEPT = timedelta(days=30)
_LATEST = datetime.max.replace(tzinfo=UTC) - IP_HASHES_KEPT

_BATCH = 200
"""Articles a transaction: after a long stop the writer is not held for all that came due."""

_HASHES = 2000
"""Comments whose IP hash goes in one transaction."""


class ClockTopic(Topic):
    async def run_due(self) -> Due:
        while True:
            due = await self._read(_next_due)
            if due.next_at is None or due.next_at > self._clock():
                return due
            await self._write(_run)


def _next_due(db: sqlite3.Connection) -> Due:
    [instants] = db.execute(
        """
        SELECT (SELECT min(publish_at) FROM articles WHERE publish_at IS NOT NULL),
            (SELECT min(count_due_at) FROM articles WHERE count_due_at IS NOT NULL),
            (SELECT min(created_at) FROM comments WHERE ip_hash <> '')
        """
    )
    publish_at, count_at, oldest_hash_at = (None if us is None else from_us(us) for us in instants)
    forget_at = None if oldest_hash_at is None else _forget_at(oldest_hash_at)
    known = (instant for instant in (publish_at, count_at, forget_at) if instant is not None)
    return Due(next_at=min(known, default=None), publication_at=publish_at)


def _forget_at(created_at: datetime) -> datetime:
    """When a comment's IP hash goes: at a whole hour, so that a busy site is not at it all the time."""
    return (min(created_at, _LATEST) + IP_HASHES_KEPT).replace(minute=0, second=0, microsecond=0)


def _run(write: Write) -> None:
    for article in _due(write, "publish_at"):
        put(write, article, prepare(write, article, by_the_clock(article)))
    for article in _due(write, "count_due_at"):
        _list_count(write, article)
    # All whose `_forget_at` has come.
    beyond = write.now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1) - IP_HASHES_KEPT
    write.db.execute(
        f"""
        UPDATE comments SET ip_hash = '' WHERE id IN (
            SELECT id FROM comments WHERE ip_hash <> '' AND created_at < ? ORDER BY created_at LIMIT {_HASHES}
        )
        """,
        (to_us(beyond),),
    )


def _due(write: Write, column: str) -> tuple[Article, ...]:
    """The first articles whose moment has come, as they stand in this transaction: another worker may have been first."""
    rows = write.db.execute(
        f"SELECT {ARTICLE} FROM articles WHERE {column} <= ? ORDER BY {column} LIMIT {_BATCH}", (to_us(write.now),)
    )
    return to_articles(write.db, rows.fetchall())


def _list_count(write: Write, before: Article) -> None:
    after = replace(before, listed_comment_count=before.comment_count)
    seq = write.append(Action.EDIT, Subject.ARTICLE, str(after.id), raised_by_article(before, after))
    write.db.execute(
        """
        UPDATE articles SET listed_comment_count = ?, seq = ?, count_listed_at = ?, count_due_at = NULL WHERE id = ?
        """,
        (after.listed_comment_count, seq, to_us(write.now), after.id),
    )
