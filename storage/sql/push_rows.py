"""Rows of what the hub keeps, as model values; and the transactions in which they are written."""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from secrets import token_hex
from typing import TypeVar

from storage.model import Algorithm, PushContent, RequestMode, Subscription, SubscriptionRequest
from storage.protocol import PUT_OFF_AT_MOST
from storage.sql.engine import Connection
from storage.sql.mixin import StoreMixin
from storage.sql.rows import Row, checked, from_us, from_us_or_none, to_us

T = TypeVar("T")
M = TypeVar("M")
_log = logging.getLogger(__name__)

MICROSECOND = timedelta(microseconds=1)


class PushStore(StoreMixin):
    """What the hub's topics stand on: all of them write beside what is published, and append no Change. They do so one after the
    other, whatever host they are of: a claim takes milliseconds, and none finds a row that another is about to claim.
    """

    async def _push(self, work: Callable[[Connection, int], T]) -> T:
        """Run the work, which is given the present, in microseconds since 1970, in a transaction that writes."""
        with self._waiting("write"):
            return await self._engine.write_beside(lambda db: work(db, to_us(self._clock())))

    async def _push_if(self, is_needed: str, work: Callable[[Connection, int], T], otherwise: T) -> T:
        """The same, where an expression is true, whose parameters are the present. Of many workers that ask, most write nothing: a
        commit makes every process look at the log.
        """
        now = (to_us(self._clock()),) * is_needed.count("?")
        [(needed,)] = await self._read(lambda db: db.execute(f"SELECT {is_needed}", now).fetchall())
        return await self._push(work) if needed else otherwise


def put_off(now: int, wanted: int) -> int:
    """A time that was named, as late as may be."""
    return min(wanted, now + PUT_OFF_AT_MOST // MICROSECOND)


def claim_rows(db: Connection, table: str, ids: Iterable[int], now: int, lease: timedelta) -> str:
    """Claim rows, and count their attempts; return the claim, which is theirs alone. When it runs out they are due again."""
    claim = token_hex(8)
    db.execute(
        f"UPDATE {table} SET due_at = ?, claim = ?, attempts = attempts + 1 WHERE {db.among('id')}",
        (put_off(now, now + lease // MICROSECOND), claim, db.array(ids)),
    ).close()
    return claim


def last_change(db: Connection) -> int:
    [(seq,)] = db.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchall()
    return int(seq)


def readable(db: Connection, rows: Iterable[Row], make: Callable[[Row], M]) -> list[M]:
    """What can be made of the rows. One that is damaged takes nothing from the others: it is told, by the first of its columns."""
    made = []
    for row in rows:
        try:
            made.append(checked(db, make)(row))
        except (ValueError, TypeError, OverflowError):
            _log.error("row %s of the hub is damaged and left out: remove it, or put a backup in its place", row[0])
    return made


_OF_SUBSCRIPTION = (
    "id", "callback", "asked", "secret", "algorithm", "content", "created_at", "verified_at", "expires_at", "wanted", "delivered",
    "due_at", "attempts", "last_error", "last_error_at", "last_delivered_at",
)  # fmt: skip
SUBSCRIPTION = ", ".join([*(f"subscriptions.{name}" for name in _OF_SUBSCRIPTION), "push_topics.path"])
"""What to select for `to_subscription`."""
WITH_TOPIC = "subscriptions CROSS JOIN push_topics ON push_topics.id = subscriptions.topic_id"


def to_subscription(row: Row) -> Subscription:
    (
        id_, callback, asked, secret, algorithm, content, created_at, verified_at, expires_at, wanted, delivered, due_at, attempts,
        last_error, last_error_at, last_delivered_at, path,
    ) = row  # fmt: skip
    return Subscription(
        id=id_,
        path=path,
        callback=callback,
        asked=asked,
        secret=secret,
        algorithm=Algorithm(algorithm),
        content=PushContent(content),
        created_at=from_us(created_at),
        verified_at=from_us(verified_at),
        expires_at=from_us(expires_at),
        wanted=wanted,
        delivered=delivered,
        due_at=from_us_or_none(due_at),
        attempts=attempts,
        last_error=last_error,
        last_error_at=from_us_or_none(last_error_at),
        last_delivered_at=from_us_or_none(last_delivered_at),
    )


def load_subscription(db: Connection, id_: int) -> Subscription | None:
    row = db.execute(f"SELECT {SUBSCRIPTION} FROM {WITH_TOPIC} WHERE subscriptions.id = ?", (id_,)).fetchone()
    return None if row is None else checked(db, to_subscription)(row)


REQUEST_COLUMNS = (
    "callback", "callback_host", "asked", "path", "mode", "lease", "secret", "algorithm", "content", "client", "reason",
)  # fmt: skip


def from_request(request: SubscriptionRequest) -> tuple[object, ...]:
    """A row of REQUEST_COLUMNS."""
    return (
        request.callback, request.callback_host, request.asked, request.path, request.mode, request.lease // MICROSECOND,
        request.secret, request.algorithm, request.content, request.client, request.reason,
    )  # fmt: skip


def to_request(row: Row) -> SubscriptionRequest:
    callback, host, asked, path, mode, lease, secret, algorithm, content, client, reason = row
    return SubscriptionRequest(
        callback=callback,
        callback_host=host,
        asked=asked,
        path=path,
        mode=RequestMode(mode),
        lease=timedelta(microseconds=lease),
        secret=secret,
        algorithm=None if algorithm is None else Algorithm(algorithm),
        content=None if content is None else PushContent(content),
        client=client,
        reason=reason,
    )
