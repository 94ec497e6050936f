"""Subscriptions as people see them, and the end of those that were not renewed."""

from typing import TypeVar

from storage.errors import NotFound
from storage.model import Algorithm, PushContent, PushCounts, RequestMode, Subscription
from storage.protocol import PUT_OFF_AT_MOST
from storage.sql.engine import Connection
from storage.sql.hub_checks import IS_OVER, end_those_over
from storage.sql.push_rows import (
    MICROSECOND,
    SUBSCRIPTION,
    WITH_TOPIC,
    PushStore,
    load_subscription,
    readable,
    to_subscription,
)
from storage.sql.push_topics import CURSOR, end_subscriptions
from storage.sql.rows import Row, from_us_or_none, to_us

T = TypeVar("T")


class PushListingMixin(PushStore):
    async def get_subscription(self, id: int) -> Subscription:
        return _found(id, await self._read(lambda db: load_subscription(db, id)))

    async def list_subscriptions(
        self, *, path: str | None = None, failing: bool = False, after: int = 0, limit: int
    ) -> tuple[Subscription, ...]:
        def work(db: Connection) -> tuple[Subscription, ...]:
            conditions, parameters = ["subscriptions.id > ?"], list[object]([after])
            if path is not None:
                conditions.append("subscriptions.topic_id = (SELECT id FROM push_topics WHERE path = ?)")
                parameters.append(path)
            if failing:
                conditions.append("subscriptions.last_error <> ''")
            rows = db.execute(
                f"""
                SELECT {SUBSCRIPTION} FROM {WITH_TOPIC} WHERE {" AND ".join(conditions)} ORDER BY subscriptions.id LIMIT ?
                """,
                (*parameters, limit),
            ).fetchall()
            return tuple(readable(db, rows, to_subscription))

        return await self._read(work)

    async def set_subscription(
        self, id: int, *, content: PushContent | None = None, algorithm: Algorithm | None = None
    ) -> Subscription:
        def work(db: Connection, _now: int) -> Subscription:
            db.execute(
                "UPDATE subscriptions SET content = coalesce(?, content), algorithm = coalesce(?, algorithm) WHERE id = ?",
                (content, algorithm, id),
            ).close()
            return _found(id, load_subscription(db, id))

        return await self._push(work)

    async def remove_subscription(self, id: int) -> None:
        def work(db: Connection, _now: int) -> None:
            row = db.execute("SELECT id, topic_id FROM subscriptions WHERE id = ?", (id,)).fetchone()
            end_subscriptions(db, [_found(id, row)])

        await self._push(work)

    async def expire_subscriptions(self, *, limit: int) -> int:
        def work(db: Connection, now: int) -> int:
            expired = db.execute(
                "SELECT id, topic_id FROM subscriptions WHERE expires_at <= ? ORDER BY expires_at LIMIT ?", (now, limit)
            ).fetchall()
            end_subscriptions(db, expired)
            end_those_over(db, now)
            _hasten(db, now, limit)
            return len(expired) + _forget_requests(db, now, limit)

        now = to_us(self._clock())
        parameters = (now, now, *(now - _LONGEST for _ in RequestMode), *(now + _LONGEST for _ in _LATER))
        [(needed,)] = await self._read(lambda db: db.execute(f"SELECT {_EXPIRED}", parameters).fetchall())
        return await self._push(work) if needed else 0

    async def has_room(self, path: str, *, scope: str, most: int) -> bool:
        [(known, depending)] = await self._read(lambda db: db.execute(_ROOM, (path, scope, most)).fetchall())
        return bool(known) or depending < most

    async def push_counts(self) -> PushCounts:
        now = to_us(self._clock())
        [counts] = await self._read(lambda db: db.execute(_COUNTS, (now,)).fetchall())
        topics, subscriptions, requests, due, due_since, failing, unread = counts
        return PushCounts(
            topics=topics,
            subscriptions=subscriptions,
            requests=requests,
            due=due,
            due_since=from_us_or_none(due_since if due else None),
            failing=failing,
            unread=unread,
        )


def _found(id_: int, found: T | None) -> T:
    if found is None:
        raise NotFound(f"There is no subscription {id_}.")
    return found


_LONGEST = PUT_OFF_AT_MOST // MICROSECOND
_LATER = {"subscriptions": "TRUE", "subscription_requests": "TRUE", "push_topics": "spread_to IS NULL"}
"""Tables with what is to be done later, and of what there is an index."""
_EXPIRED = " OR ".join(
    [
        "EXISTS (SELECT 1 FROM subscriptions WHERE expires_at <= ?)",
        IS_OVER,
        *(
            f"EXISTS (SELECT 1 FROM subscription_requests WHERE mode = '{mode}' AND asked_at <= ?)"
            for mode in RequestMode
        ),
        *(f"EXISTS (SELECT 1 FROM {table} WHERE due_at > ? AND {condition})" for table, condition in _LATER.items()),
    ]
)
_ROOM = """
    SELECT EXISTS (SELECT 1 FROM push_topics WHERE path = ?),
        (SELECT count(*) FROM (SELECT 1 FROM push_topic_scopes WHERE scope = ? LIMIT ?) AS depending)
"""
_COUNTS = f"""
    SELECT (SELECT count(*) FROM push_topics),
        (SELECT count(*) FROM subscriptions),
        (SELECT count(*) FROM subscription_requests WHERE mode IN ('{RequestMode.SUBSCRIBE}', '{RequestMode.UNSUBSCRIBE}')),
        (SELECT count(*) FROM subscriptions WHERE due_at <= ?),
        (SELECT min(due_at) FROM subscriptions WHERE due_at IS NOT NULL),
        (SELECT count(*) FROM subscriptions WHERE last_error <> ''),
        coalesce((SELECT max(seq) FROM changes) - (SELECT seq FROM cursors WHERE name = '{CURSOR}'), 0)
"""


def _forget_requests(db: Connection, now: int, limit: int) -> int:
    """Let go of requests, so many of each mode, that nobody verified in time; how many went."""
    gone = 0
    for mode in RequestMode:
        rows = db.execute(
            "SELECT id FROM subscription_requests WHERE mode = ? AND asked_at <= ? ORDER BY asked_at LIMIT ?",
            (mode, now - _LONGEST, limit),
        ).fetchall()
        if rows:
            db.execute(f"DELETE FROM subscription_requests WHERE {db.among('id')}", (_ids(db, rows),)).close()
        gone += len(rows)
    return gone


def _hasten(db: Connection, now: int, limit: int) -> None:
    """Make due what is put off further than anything may be: the clock was put back."""
    for table, condition in _LATER.items():
        rows = db.execute(
            f"SELECT id FROM {table} WHERE due_at > ? AND {condition} ORDER BY due_at LIMIT ?", (now + _LONGEST, limit)
        ).fetchall()
        if rows:
            db.execute(f"UPDATE {table} SET due_at = ? WHERE {db.among('id')}", (now, _ids(db, rows))).close()


def _ids(db: Connection, rows: list[Row]) -> object:
    return db.array(id_ for (id_,) in rows)
