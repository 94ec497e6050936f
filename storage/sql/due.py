"""What happens because its time has come."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from storage.errors import StoreError, is_of_a_row
from storage.lifecycle import IP_HASHES_KEPT, by_the_clock
from storage.model import Action, Article, Change, Due, Subject
from storage.scopes import raised_by_article
from storage.sql.articles import prepare, put
from storage.sql.bans import end_bans
from storage.sql.changes import read_changes
from storage.sql.engine import Connection, Engine
from storage.sql.mixin import StoreMixin, Write
from storage.sql.postponed import Postponed
from storage.sql.rows import ARTICLE, from_us, sift_articles, to_us, whole

_LATEST = datetime.max.replace(tzinfo=UTC) - IP_HASHES_KEPT

_BATCH = 200
"""Articles a transaction: after a long stop the writer is not held for all that came due."""

_HASHES_AT_ONCE = 2000
"""Comments, or requests, whose IP hash goes in one transaction."""
_HASHED = (
    ("comments", "ip_hash", "ip_hash = '', network_hash = ''", "created_at"),
    ("subscription_requests", "client", "client = ''", "asked_at"),
)
"""Where IP hashes are, how they are emptied, and since when they are kept."""
_HASHES = 0
"""Stands for the IP hashes beside the ids of articles."""
_PAUSE = timedelta(minutes=1)
"""Until something is looked at again that is due, and about which nothing could be done."""


class ClockMixin(StoreMixin):
    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        super().__init__(engine, clock)
        self._postponed = Postponed(clock)

    async def next_due(self) -> Due:
        waiting = self._postponed.waiting()
        return self._with_postponed(await self._read(partial(_next_due, without=waiting)), waiting)

    async def read_on(self, seq: int, *, limit: int) -> tuple[tuple[Change, ...], Due]:
        waiting = self._postponed.waiting()
        changes, due = await self._read(lambda db: (read_changes(db, seq, limit), _next_due(db, waiting)))
        self._tell(changes)
        return changes, self._with_postponed(due, waiting)

    def read_on_at_once(self, seq: int, *, limit: int) -> tuple[tuple[Change, ...], Due] | None:
        waiting = self._postponed.waiting()
        found = self._engine.read_at_once(lambda db: (read_changes(db, seq, limit), _next_due(db, waiting)))
        if found is None:
            return None
        changes, due = found
        self._tell(changes)
        return changes, self._with_postponed(due, waiting)

    def _with_postponed(self, due: Due, waiting: Collection[int]) -> Due:
        if not waiting:
            return due
        known = (instant for instant in (due.next_at, self._postponed.next_at()) if instant is not None)
        return replace(due, next_at=min(known, default=None), held_up=tuple(sorted(set(waiting) - {_HASHES})))

    async def run_due(self) -> Due:
        done: set[int] = set()
        while True:
            due = await self.next_due()
            if due.next_at is None or due.next_at > self._clock():
                return due
            ran, failed = await self._run_batch()
            # What was written and is due still would be so for ever.
            failed.update({number: NothingDone("it is due still") for number in ran & done - {_HASHES}})
            for number in ran:
                self._postponed.done(number)
            for number, error in failed.items():
                self._postponed.put_off(number, f"article {number}" if number else "forgetting IP hashes", error)
            if not ran and not failed and (await self.next_due()).next_at == due.next_at:
                return replace(due, next_at=self._clock() + _PAUSE)
            done |= ran

    async def _run_batch(self) -> tuple[set[int], dict[int, Exception]]:
        """What was done of what is due, and what failed."""
        without = self._postponed.waiting()
        try:
            return await self._write(partial(_run, without=without)), {}
        except Exception as error:
            if not is_of_a_row(error):
                raise
        # One of them it was: each by itself, so that it stops none of the others.
        ran: set[int] = set()
        failed: dict[int, Exception] = {}
        for number in await self._read(partial(_due_ids, now=self._clock(), without=without)):
            try:
                ran |= await self._write(partial(_run_one, number=number))
            except Exception as error:
                if not is_of_a_row(error):
                    raise
                failed[number] = error
        return ran, failed


class NothingDone(StoreError):
    """It was written as it had to be, to no effect."""


def _next_due(db: Connection, without: Collection[int]) -> Due:
    [instants] = db.execute(
        f"""
        SELECT (SELECT min(publish_at) FROM articles WHERE publish_at IS NOT NULL {_except(without)}),
            (SELECT min(count_due_at) FROM articles WHERE count_due_at IS NOT NULL {_except(without)}),
            (SELECT min(ends_at) FROM bans WHERE ends_at IS NOT NULL),
            (SELECT min(created_at) FROM comments WHERE ip_hash <> ''),
            (SELECT min(asked_at) FROM subscription_requests WHERE client <> '')
        """
    )
    # One that is beyond the calendar is never due: it hides none of the others.
    publish_at, count_at, ban_at, *hashes_at = (None if us is None else _moment(us) for us in instants)
    oldest_hash_at = min((instant for instant in hashes_at if instant is not None), default=None)
    forget_at = None if oldest_hash_at is None or _HASHES in without else _forget_at(oldest_hash_at)
    ban_at = None if _HASHES in without else ban_at
    known = (instant for instant in (publish_at, count_at, ban_at, forget_at) if instant is not None)
    return Due(next_at=min(known, default=None))


def _moment(us: int) -> datetime:
    """The instant, or the nearest that the calendar has."""
    return from_us(min(max(us, 0), to_us(_LATEST)))


def _forget_at(created_at: datetime) -> datetime:
    """When an IP hash goes: at a whole hour, so that a busy site is not at it all the time."""
    return (created_at + IP_HASHES_KEPT).replace(minute=0, second=0, microsecond=0)


def _run(write: Write, without: Collection[int]) -> set[int]:
    """Do a batch of what is due, and return its ids."""
    ran: set[int] = set()
    for column, work in _WORK.items():
        for article in _due(write, column, without):
            work(write, article)
            ran.add(article.id)
    return ran if _HASHES in without else ran | _forget_hashes(write)


def _run_one(write: Write, number: int) -> set[int]:
    if number == _HASHES:
        return _forget_hashes(write)
    for column, work in _WORK.items():
        rows = write.db.execute(
            f"SELECT {ARTICLE} FROM articles WHERE id = ? AND {column} <= ?", (number, to_us(write.now))
        )
        for article in whole(sift_articles(write.db, rows.fetchall())):
            work(write, article)
    return {number}


def _due(write: Write, column: str, without: Collection[int]) -> tuple[Article, ...]:
    """The first articles whose moment has come, as they stand in this transaction: another worker may have been first."""
    rows = write.db.execute(
        f"SELECT {ARTICLE} FROM articles WHERE {column} <= ? {_except(without)} ORDER BY {column}, id LIMIT {_BATCH}",
        (to_us(write.now),),
    )
    # Passed over, it would be due for ever: it is put off.
    return whole(sift_articles(write.db, rows.fetchall()))


def _due_ids(db: Connection, now: datetime, without: Collection[int]) -> list[int]:
    """What `_run` does, by id."""
    found = {_HASHES}
    for column in _WORK:
        rows = db.execute(
            f"SELECT id FROM articles WHERE {column} <= ? ORDER BY {column}, id LIMIT {_BATCH + len(without)}",
            (to_us(now),),
        )
        found.update(number for (number,) in rows.fetchall())
    return sorted(found - set(without))


def _except(without: Collection[int]) -> str:
    """These few ids stand in the statement: a list beside it would be looked through for every row."""
    return f"AND id NOT IN ({', '.join(map(str, sorted(without)))})" if without else ""


def _publish(write: Write, article: Article) -> None:
    put(write, article, prepare(write, article, by_the_clock(article)))


def _list_count(write: Write, before: Article) -> None:
    after = replace(before, listed_comment_count=before.comment_count)
    raised = write.depths.raised("article", raised_by_article(before, after), write.depths.of_article(after))
    seq = write.append(Action.EDIT, Subject.ARTICLE, str(after.id), raised)
    write.db.execute(
        """
        UPDATE articles SET listed_comment_count = ?, seq = ?, count_listed_at = ?, count_due_at = NULL WHERE id = ?
        """,
        (after.listed_comment_count, seq, to_us(write.now), after.id),
    )


def _forget_hashes(write: Write) -> set[int]:
    """Of those whose `_forget_at` has come, so many at once; and the bans that are over, which may hold one."""
    beyond = write.now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1) - IP_HASHES_KEPT
    forgotten = [
        write.db.execute(
            f"""
            UPDATE {table} SET {emptied} WHERE id IN (
                SELECT id FROM {table} WHERE {column} <> '' AND {at} < ? ORDER BY {at} LIMIT {_HASHES_AT_ONCE}
            )
            """,
            (to_us(beyond),),
        )
        for table, column, emptied, at in _HASHED
    ]
    ended = end_bans(write.db, write.now)
    return {_HASHES} if ended or any(rows.rowcount for rows in forgotten) else set()


_WORK: Mapping[str, Callable[[Write, Article], None]] = {"publish_at": _publish, "count_due_at": _list_count}
"""What is to be done of an article, by the column that says when."""
