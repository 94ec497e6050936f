"""Where the newsroom is told of what waits for a moderator, and what became of it."""

from datetime import datetime, timedelta
from secrets import token_hex

from storage.errors import Conflict, NotFound
from storage.keys import require_short
from storage.model import CommentStatus, HeldDelivery, Webhook
from storage.sql.comment_rows import COMMENT, to_comments
from storage.sql.engine import Connection
from storage.sql.moderation import moderated
from storage.sql.push_rows import MICROSECOND, PushStore, claim_rows, put_off
from storage.sql.rows import Row, from_us, from_us_or_none, to_us
from storage.sql.texts import keepable

_PAUSE = timedelta(minutes=1)
"""Between two messages: what comes to wait meanwhile is told together."""
_TOLD, _COUNTED = 20, 1000
"""Comments of one message, and up to where all that wait are counted."""
_LONGEST_ERROR = 1000
_NEWS = (
    "(SELECT max(comments.id) FROM comments WHERE comments.status = 'pending' AND comments.id > held_webhooks.told_id)"
)
"""The newest comment that waits, and that one was not told of."""
HELD_BEHIND = f"held_webhooks.ended_at IS NULL AND held_webhooks.due_at IS NULL AND {_NEWS} IS NOT NULL"
_WEBHOOK = f"""
    id, url, secret, created_at, ended_at, ended_why, told_id, due_at, attempts, last_error, last_error_at, acknowledged_at,
    (SELECT count(*) FROM (SELECT 1 FROM comments
        WHERE comments.status = 'pending' AND comments.id > held_webhooks.told_id LIMIT {_COUNTED}) AS few)
"""


class HeldWebhookMixin(PushStore):
    async def add_held_webhook(self, *, url: str, secret: str) -> Webhook:
        require_short("url", url)

        def work(db: Connection, now: int) -> Webhook:
            db.execute("DELETE FROM held_webhooks WHERE url = ? AND ended_at IS NOT NULL", (url,)).close()
            made = db.execute(
                """
                INSERT INTO held_webhooks (url, secret, created_at, ended_at, ended_why, told_id, message, quiet_until, due_at,
                    attempts, claim, last_error, last_error_at, acknowledged_at)
                VALUES (?, ?, ?, NULL, '', coalesce((SELECT max(id) FROM comments), 0), '', 0, NULL, 0, '', '', NULL, NULL)
                ON CONFLICT (url) DO NOTHING RETURNING id
                """,
                (url, secret, now),
            ).fetchall()
            if not made:
                raise Conflict("There is a webhook of this URL already.")
            return _load(db, made[0][0])

        return await self._push(work)

    async def list_held_webhooks(self) -> tuple[Webhook, ...]:
        sql = f"SELECT {_WEBHOOK} FROM held_webhooks ORDER BY id"
        return tuple(map(_to_webhook, await self._read(lambda db: db.execute(sql).fetchall())))

    async def remove_held_webhook(self, id: int) -> None:
        def work(db: Connection, _now: int) -> None:
            if not db.execute("DELETE FROM held_webhooks WHERE id = ?", (id,)).rowcount:
                raise NotFound(f"There is no webhook {id}.")

        await self._push(work)

    async def claim_held_webhooks(self, *, limit: int, lease: timedelta) -> tuple[HeldDelivery, ...]:
        def work(db: Connection, now: int) -> tuple[HeldDelivery, ...]:
            db.execute(
                f"UPDATE held_webhooks SET due_at = ?, message = ? WHERE {HELD_BEHIND} AND quiet_until <= ?",
                (now, f"msg_{token_hex(12)}", now),
            ).close()
            sql = "SELECT id FROM held_webhooks WHERE due_at <= ? ORDER BY due_at, id LIMIT ?"
            due = [id_ for (id_,) in db.execute(sql, (now, limit)).fetchall()]
            claim = claim_rows(db, "held_webhooks", due, now, lease)
            found = [_delivery(db, id_, claim) for id_ in due]
            # What they were to be told of was decided meanwhile.
            empty = [(id_,) for id_, delivery in zip(due, found, strict=True) if delivery is None]
            db.executemany(f"UPDATE held_webhooks SET {_NOTHING} WHERE id = ?", empty)
            return tuple(delivery for delivery in found if delivery is not None)

        none: tuple[HeldDelivery, ...] = ()
        is_needed = f"EXISTS (SELECT 1 FROM held_webhooks WHERE due_at <= ? OR ({HELD_BEHIND} AND quiet_until <= ?))"
        return await self._push_if(is_needed, work, none)

    async def acknowledge_held(self, delivery: HeldDelivery) -> None:
        def work(db: Connection, now: int) -> None:
            done = f"{_NOTHING}, told_id = ?, quiet_until = ?, last_error = '', acknowledged_at = ?"
            _report(db, delivery, done, delivery.up_to, now + _PAUSE // MICROSECOND, now)

        await self._push(work)

    async def fail_held(self, delivery: HeldDelivery, error: str, *, due_at: datetime | None) -> None:
        def work(db: Connection, now: int) -> None:
            said = "last_error = ?, last_error_at = ?"
            values = (keepable(error[:_LONGEST_ERROR]), now)
            if due_at is None:
                _report(db, delivery, f"{_NOTHING}, told_id = ?, {said}", delivery.up_to, *values)
            else:
                _report(db, delivery, f"claim = '', due_at = ?, {said}", put_off(now, to_us(due_at)), *values)

        await self._push(work)

    async def return_held(self, delivery: HeldDelivery, *, due_at: datetime) -> None:
        def work(db: Connection, now: int) -> None:
            _report(db, delivery, "claim = '', due_at = ?, attempts = attempts - 1", put_off(now, to_us(due_at)))

        await self._push(work)

    async def end_held_webhook(self, delivery: HeldDelivery, why: str) -> None:
        def work(db: Connection, now: int) -> None:
            _report(db, delivery, f"{_NOTHING}, ended_at = ?, ended_why = ?", now, keepable(why[:_LONGEST_ERROR]))

        await self._push(work)


_NOTHING = "claim = '', due_at = NULL, message = '', attempts = 0"
"""There is nothing to send."""


def _report(db: Connection, delivery: HeldDelivery, changes: str, *values: object) -> None:
    """If its claim still holds."""
    db.execute(
        f"UPDATE held_webhooks SET {changes} WHERE id = ? AND claim = ?",
        (*values, delivery.webhook.id, delivery.claim),
    ).close()


def _delivery(db: Connection, id_: int, claim: str) -> HeldDelivery | None:
    """None where nothing waits that it was not told of."""
    [(message, told_id, up_to)] = db.execute(
        f"SELECT message, told_id, {_NEWS} FROM held_webhooks WHERE id = ?", (id_,)
    ).fetchall()
    if up_to is None:
        return None
    rows = db.execute(
        f"SELECT {COMMENT} FROM comments WHERE status = ? AND id > ? ORDER BY id LIMIT ?",
        (CommentStatus.PENDING, told_id, _TOLD),
    ).fetchall()
    [(waiting,)] = db.execute(
        "SELECT count(*) FROM (SELECT 1 FROM comments WHERE status = ? LIMIT ?) AS few",
        (CommentStatus.PENDING, _COUNTED),
    ).fetchall()
    return HeldDelivery(
        webhook=_load(db, id_),
        message=message,
        comments=moderated(db, to_comments(db, rows)),
        waiting=waiting,
        up_to=up_to,
        claim=claim,
    )


def _load(db: Connection, id_: int) -> Webhook:
    [row] = db.execute(f"SELECT {_WEBHOOK} FROM held_webhooks WHERE id = ?", (id_,)).fetchall()
    return _to_webhook(row)


def _to_webhook(row: Row) -> Webhook:
    id_, url, secret, created, ended, why, told_id, due, attempts, error, error_at, acknowledged, waiting = row
    return Webhook(
        id=id_,
        url=url,
        secret=secret,
        created_at=from_us(created),
        ended_at=from_us_or_none(ended),
        ended_why=why,
        cursor=str(told_id),
        due_at=from_us_or_none(due),
        attempts=attempts,
        last_error=error,
        last_error_at=from_us_or_none(error_at),
        waiting=waiting,
        acknowledged_at=from_us_or_none(acknowledged),
    )
