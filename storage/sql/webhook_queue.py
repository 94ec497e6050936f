"""What webhooks are to be told, and what became of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from storage.model import Action, NewEvent, Webhook, WebhookBehind, WebhookDelivery
from storage.sql.engine import Connection
from storage.sql.partner_pickups import VISIT
from storage.sql.partners import PARTNER, PARTNER_COLUMNS, to_partner
from storage.sql.push_rows import PushStore, claim_rows, put_off
from storage.sql.rows import Row, from_us, to_us
from storage.sql.texts import keepable
from storage.sql.webhooks import HAS_KEY, WEBHOOK, WEBHOOK_COLUMNS, to_webhook

_URGENCY = {Action.WITHDRAW: 0, Action.EDIT: 1, Action.INSERT: 2}
_LONGEST_ERROR = 1000
BEHIND = """
    FROM partner_webhooks CROSS JOIN partners ON partners.id = partner_webhooks.partner_id
    CROSS JOIN term_sets ON term_sets.id = partners.set_id
    WHERE partner_webhooks.ended_at IS NULL
        AND (partner_webhooks.set_id <> partners.set_id OR partner_webhooks.number <> term_sets.last_number)
"""


class WebhookQueueMixin(PushStore):
    async def webhooks_behind(self, *, limit: int) -> tuple[WebhookBehind, ...]:
        sql = f"SELECT {WEBHOOK}, partners.set_id {BEHIND} ORDER BY partner_webhooks.id LIMIT ?"
        rows = await self._read(lambda db: db.execute(sql, (limit,)).fetchall())
        return tuple(WebhookBehind(webhook=to_webhook(row[:-1]), set_id=row[-1]) for row in rows)

    async def queue_events(
        self, webhook: Webhook, events: Sequence[NewEvent], *, cursor: str, set_id: int, number: int, of_set: int
    ) -> None:
        def work(db: Connection, now: int) -> None:
            moved = db.execute(
                """
                UPDATE partner_webhooks SET cursor = ?, set_id = ?, number = ?
                WHERE id = ? AND cursor = ? AND ended_at IS NULL
                """,
                (cursor, set_id, number, webhook.id, webhook.cursor),
            )
            if moved.rowcount == 0 or not events:
                return
            # The newest says all: it is sent as it is then.
            newest = {event.article_id: event for event in events}
            db.executemany(_SUPERSEDE, [(webhook.id, article_id) for article_id in sorted(newest)])
            db.executemany(
                _QUEUE,
                [
                    (
                        webhook.id, event.message, event.action, _URGENCY[event.action], event.article_id, event.guid, of_set,
                        of_set, event.article_id, now,
                    )
                    for event in events
                    if newest[event.article_id] is event
                ],
            )  # fmt: skip
            is_urgent = any(event.action is Action.WITHDRAW for event in newest.values())
            db.execute(_DUE_AT_ONCE if is_urgent else _DUE, (now, now, webhook.id)[not is_urgent :]).close()

        await self._push(work)

    async def claim_webhooks(self, *, limit: int, lease: timedelta) -> tuple[WebhookDelivery, ...]:
        def work(db: Connection, now: int) -> tuple[WebhookDelivery, ...]:
            sql = "SELECT id FROM partner_webhooks WHERE due_at <= ? ORDER BY due_at, id LIMIT ?"
            due = [id_ for (id_,) in db.execute(sql, (now, limit)).fetchall()]
            claim = claim_rows(db, "partner_webhooks", due, now, lease)
            found = [db.execute(_NEXT_EVENT, (now, now, id_)).fetchone() for id_ in due]
            empty = [(id_,) for id_, row in zip(due, found, strict=True) if row is None]
            db.executemany("UPDATE partner_webhooks SET due_at = NULL, claim = '' WHERE id = ?", empty)
            return tuple(_delivery(row, claim) for row in found if row is not None)

        none: tuple[WebhookDelivery, ...] = ()
        return await self._push_if("EXISTS (SELECT 1 FROM partner_webhooks WHERE due_at <= ?)", work, none)

    async def acknowledge_event(self, delivery: WebhookDelivery) -> None:
        def work(db: Connection, now: int) -> None:
            if not _is_held(db, delivery):
                return
            db.execute("UPDATE webhook_events SET acknowledged_at = ? WHERE id = ?", (now, delivery.event_id)).close()
            db.execute(_PICK_UP, (now, delivery.event_id)).close()
            # Who is told and answers has been here.
            db.execute(VISIT, (now, delivery.partner.set_id, now, delivery.partner.id)).close()
            _let_go(db, delivery, now, "attempts = 0, last_error = ''")

        await self._push(work)

    async def fail_event(self, delivery: WebhookDelivery, error: str, *, due_at: datetime | None) -> None:
        def work(db: Connection, now: int) -> None:
            if not _is_held(db, delivery):
                return
            db.execute("UPDATE webhook_events SET attempts = attempts + 1 WHERE id = ?", (delivery.event_id,)).close()
            said = (keepable(error[:_LONGEST_ERROR]), now)
            due = None if due_at is None else put_off(now, to_us(due_at))
            reset = ", attempts = 0" if due is None else ""
            _let_go(db, delivery, due, f"last_error = ?, last_error_at = ?{reset}", said)

        await self._push(work)

    async def return_event(self, delivery: WebhookDelivery, *, due_at: datetime) -> None:
        def work(db: Connection, now: int) -> None:
            if _is_held(db, delivery):
                _let_go(db, delivery, put_off(now, to_us(due_at)), "attempts = attempts - 1")

        await self._push(work)

    async def end_webhook(self, delivery: WebhookDelivery, why: str) -> None:
        def work(db: Connection, now: int) -> None:
            if not _is_held(db, delivery):
                return
            waiting = "DELETE FROM webhook_events WHERE webhook_id = ? AND acknowledged_at IS NULL"
            db.execute(waiting, (delivery.webhook.id,)).close()
            _let_go(db, delivery, None, "ended_at = ?, ended_why = ?", (now, keepable(why[:_LONGEST_ERROR])))

        await self._push(work)


_SUPERSEDE = """
    DELETE FROM webhook_events WHERE webhook_id = ? AND article_id = ? AND acknowledged_at IS NULL
"""
_QUEUE = """
    INSERT INTO webhook_events (webhook_id, message, action, urgency, article_id, guid, set_id, number, queued_at, attempts)
    VALUES (?, ?, ?, ?, ?, ?, ?, coalesce((SELECT number FROM entitled WHERE set_id = ? AND article_id = ?), 0), ?, 0)
"""
_DUE = "UPDATE partner_webhooks SET due_at = coalesce(due_at, ?) WHERE id = ?"
_DUE_AT_ONCE = """
    UPDATE partner_webhooks SET due_at = CASE WHEN claim = '' THEN ? ELSE coalesce(due_at, ?) END WHERE id = ?
"""
"""What is to be taken down waits for no pause after what failed."""
_NEXT_EVENT = f"""
    SELECT {WEBHOOK}, {PARTNER}, CASE WHEN {HAS_KEY} THEN 1 ELSE 0 END,
        webhook_events.id, message, action, article_id, guid, queued_at
    FROM partner_webhooks CROSS JOIN partners ON partners.id = partner_webhooks.partner_id
    CROSS JOIN term_sets ON term_sets.id = partners.set_id
    CROSS JOIN webhook_events ON webhook_events.webhook_id = partner_webhooks.id
    WHERE partner_webhooks.id = ? AND acknowledged_at IS NULL
    ORDER BY webhook_events.attempts, urgency, webhook_events.id LIMIT 1
"""
_PICK_UP = """
    INSERT INTO partner_pickups (partner_id, set_id, article_id, number, at)
    SELECT partner_webhooks.partner_id, webhook_events.set_id, article_id, webhook_events.number, ?
    FROM webhook_events CROSS JOIN partner_webhooks ON partner_webhooks.id = webhook_events.webhook_id
    WHERE webhook_events.id = ?
    ON CONFLICT (partner_id, set_id, article_id, number) DO NOTHING
"""


def _delivery(row: Row, claim: str) -> WebhookDelivery:
    event = WEBHOOK_COLUMNS + PARTNER_COLUMNS
    is_entitled, event_id, message, action, article_id, guid, queued_at = row[event:]
    return WebhookDelivery(
        webhook=to_webhook(row[:WEBHOOK_COLUMNS]),
        partner=to_partner(row[WEBHOOK_COLUMNS:event]),
        is_entitled=bool(is_entitled),
        event_id=event_id,
        message=message,
        action=Action(action),
        article_id=article_id,
        guid=guid,
        queued_at=from_us(queued_at),
        claim=claim,
    )


def _is_held(db: Connection, delivery: WebhookDelivery) -> bool:
    held = (delivery.webhook.id, delivery.claim)
    return db.execute("SELECT 1 FROM partner_webhooks WHERE id = ? AND claim = ?", held).fetchone() is not None


def _let_go(
    db: Connection, delivery: WebhookDelivery, due_at: int | None, said: str, parameters: tuple[object, ...] = ()
) -> None:
    """Due at that time, if anything waits."""
    db.execute(
        f"""
        UPDATE partner_webhooks SET claim = '', {said}, due_at = CASE WHEN EXISTS (
                SELECT 1 FROM webhook_events WHERE webhook_id = partner_webhooks.id AND acknowledged_at IS NULL
            ) THEN CAST(? AS BIGINT) END
        WHERE id = ?
        """,
        (*parameters, due_at, delivery.webhook.id),
    ).close()
