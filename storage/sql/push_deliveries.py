"""What is to be sent to subscribers, and what became of it."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from storage.model import (
    Delivery,
    DeliveryFailed,
    DeliveryOutcome,
    DeliveryRefused,
    DeliveryReturned,
    DeliverySucceeded,
)
from storage.sql.engine import Connection
from storage.sql.held_webhooks import HELD_BEHIND
from storage.sql.push_expansion import TO_SPREAD, UNREAD
from storage.sql.push_rows import SUBSCRIPTION, WITH_TOPIC, PushStore, claim_rows, put_off, readable, to_subscription
from storage.sql.push_topics import deny, end_subscriptions, note_unseen
from storage.sql.rows import from_us, to_us
from storage.sql.texts import keepable
from storage.sql.webhook_queue import BEHIND


class PushDeliveryMixin(PushStore):
    async def claim_deliveries(self, *, limit: int, lease: timedelta) -> tuple[Delivery, ...]:
        def work(db: Connection, now: int) -> tuple[Delivery, ...]:
            due = _due(db, now, limit)
            claim = claim_rows(db, "subscriptions", due, now, lease)
            rows = db.execute(
                f"SELECT {SUBSCRIPTION} FROM {WITH_TOPIC} WHERE {db.among('subscriptions.id')}", (db.array(due),)
            ).fetchall()
            place = {id_: number for number, id_ in enumerate(due)}
            subscriptions = readable(db, sorted(rows, key=lambda row: place[row[0]]), to_subscription)
            return tuple(Delivery(subscription=one, claim=claim) for one in subscriptions)

        none: tuple[Delivery, ...] = ()
        claimed = await self._push_if("EXISTS (SELECT 1 FROM subscriptions WHERE due_at <= ?)", work, none)
        # Whoever renders is not to be shown what a standby has that lags behind.
        self._known = max((self._known, *(one.subscription.wanted for one in claimed)))
        return claimed

    async def are_held(self, deliveries: Collection[Delivery]) -> frozenset[int]:
        claims = {one.subscription.id: one.claim for one in deliveries}
        now = to_us(self._clock())
        rows = await self._read(
            lambda db: db.execute(
                f"SELECT id, claim FROM subscriptions WHERE {db.among('id')} AND due_at > ? AND expires_at > ?",
                (db.array(sorted(claims)), now, now),
            ).fetchall()
        )
        return frozenset(id_ for id_, claim in rows if claims[id_] == claim)

    async def report_deliveries(self, outcomes: Sequence[DeliveryOutcome]) -> None:
        if outcomes:
            await self._push(lambda db, now: _report(db, now, outcomes))

    async def is_push_used(self) -> bool:
        [(is_used,)] = await self._read(lambda db: db.execute(_IS_USED).fetchall())
        return bool(is_used)

    async def next_push_at(self) -> datetime | None:
        now = to_us(self._clock())
        [instants] = await self._read(lambda db: db.execute(_NEXT, (now, now, now)).fetchall())
        known = [us for us in instants if us is not None]
        return from_us(min(known)) if known else None


# A topic goes with its last subscription.
_IS_USED = """
    SELECT coalesce((SELECT min(id) FROM push_topics), (SELECT min(id) FROM subscription_requests),
        (SELECT min(id) FROM partner_webhooks WHERE ended_at IS NULL),
        (SELECT min(id) FROM held_webhooks WHERE ended_at IS NULL)) IS NOT NULL
"""
_NEXT = f"""
    SELECT (SELECT min(due_at) FROM subscriptions WHERE due_at IS NOT NULL),
        (SELECT min(due_at) FROM subscription_requests),
        (SELECT due_at FROM push_topics WHERE due_at IS NOT NULL AND spread_to IS NULL ORDER BY due_at, id LIMIT 1),
        CASE WHEN {TO_SPREAD} THEN ? END,
        CASE WHEN {UNREAD} THEN ? END,
        (SELECT min(due_at) FROM partner_webhooks WHERE due_at IS NOT NULL),
        CASE WHEN EXISTS (SELECT 1 {BEHIND}) THEN ? END,
        (SELECT min(due_at) FROM held_webhooks WHERE due_at IS NOT NULL),
        (SELECT min(quiet_until) FROM held_webhooks WHERE {HELD_BEHIND})
"""


def _due(db: Connection, now: int, limit: int) -> list[int]:
    """The ids of what is due, longest first. Those that have expired are ended."""
    while True:
        rows = db.execute(
            "SELECT id, topic_id, expires_at FROM subscriptions WHERE due_at <= ? ORDER BY due_at, id LIMIT ?",
            (now, limit),
        ).fetchall()
        live = [id_ for id_, _, expires_at in rows if expires_at > now]
        if len(live) < len(rows):
            end_subscriptions(db, [(id_, topic_id) for id_, topic_id, expires_at in rows if expires_at <= now])
        # Where none is left of as many as were asked for, there may be others behind them.
        if live or len(rows) < limit:
            return live


def _report(db: Connection, now: int, outcomes: Sequence[DeliveryOutcome]) -> None:
    by_id = {outcome.delivery.subscription.id: outcome for outcome in outcomes}
    rows = db.execute(
        f"""
        SELECT subscriptions.id, subscriptions.claim, subscriptions.wanted, push_topics.id, push_topics.content, push_topics.digest
        FROM {WITH_TOPIC} WHERE {db.among("subscriptions.id")}
        """,
        (db.array(sorted(by_id)),),
    ).fetchall()
    report = _Report(now)
    for id_, claim, *kept in rows:
        if claim == by_id[id_].delivery.claim:
            report.add(by_id[id_], id_, *kept)
    report.write(db)


class _Report:
    """Outcomes whose claims hold, by what is to be written of them."""

    def __init__(self, now: int) -> None:
        self._now = now
        self._succeeded: list[tuple[object, ...]] = []
        self._failed: list[tuple[object, ...]] = []
        self._returned: list[tuple[object, ...]] = []
        self._refused: list[tuple[int, int]] = []
        self._denied: list[tuple[str, str, str, str]] = []
        self._unseen: dict[int, int] = {}
        """By topic, the lowest id of those that were sent a document at which nobody looked."""

    def add(self, outcome: DeliveryOutcome, id_: int, wanted: int, topic_id: int, content: int, digest: str) -> None:
        """`content` and `digest` are of the document that somebody has looked at by now."""
        now = self._now
        match outcome:
            case DeliverySucceeded():
                is_seen = outcome.digest == digest
                has_newest = is_seen or outcome.seq >= max(content, wanted)
                delivered = max(outcome.seq, content) if is_seen else outcome.seq
                wanted = min(wanted, delivered) if has_newest else max(wanted, content)
                due_at = None if has_newest else now
                self._succeeded.append((delivered, outcome.digest, wanted, due_at, now, id_))
                if not is_seen:
                    self._unseen[topic_id] = min(id_, self._unseen.get(topic_id, id_))
            case DeliveryFailed():
                # What it was given up for may not be all that is wanted by now.
                at_once = now if wanted > outcome.delivery.subscription.wanted else None
                due_at = at_once if outcome.due_at is None else put_off(now, to_us(outcome.due_at))
                self._failed.append((due_at, keepable(outcome.error[:_LONGEST_ERROR]), now, id_))
            case DeliveryReturned():
                self._returned.append((now if outcome.due_at is None else put_off(now, to_us(outcome.due_at)), id_))
            case DeliveryRefused():
                self._refused.append((id_, topic_id))
                if outcome.denied:
                    one = outcome.delivery.subscription
                    self._denied.append((one.callback, one.asked, one.path, outcome.denied))

    def write(self, db: Connection) -> None:
        for statement, rows in (
            (_SUCCEED, self._succeeded),
            (_FAIL, self._failed),
            ("UPDATE subscriptions SET due_at = ?, attempts = attempts - 1, claim = '' WHERE id = ?", self._returned),
        ):
            db.executemany(statement, rows)
        note_unseen(db, sorted(self._unseen.items()))
        end_subscriptions(db, self._refused)
        deny(db, self._now, self._denied)


_LONGEST_ERROR = 1000
_SUCCEED = """
    UPDATE subscriptions SET delivered = ?, digest = ?, wanted = ?, due_at = ?, last_delivered_at = ?, last_error = '',
        attempts = 0, claim = ''
    WHERE id = ?
"""
_FAIL = """
    UPDATE subscriptions SET due_at = ?, last_error = ?, last_error_at = ?, claim = '',
        digest = CASE WHEN digest = '' THEN '' ELSE 'unknown' END
    WHERE id = ?
"""
"""It may have got the document all the same, and said so too late: which one it has now, nobody knows."""
