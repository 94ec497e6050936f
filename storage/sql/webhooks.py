"""Webhooks of partners: kept, listed, ended; and their receipts."""

from collections.abc import Mapping
from typing import Any

from storage.errors import Conflict, NotFound
from storage.keys import require_short
from storage.model import Action, Receipt, Webhook
from storage.sql.engine import Connection
from storage.sql.partners import load_partner
from storage.sql.push_rows import PushStore
from storage.sql.rows import from_us, from_us_or_none

_OF_WEBHOOK = (
    "id", "url", "secret", "created_at", "ended_at", "ended_why", "cursor", "due_at", "attempts", "last_error", "last_error_at",
)  # fmt: skip
WEBHOOK_COLUMNS = len(_OF_WEBHOOK) + 2
WEBHOOK = ", ".join(
    [
        *(f"partner_webhooks.{name}" for name in _OF_WEBHOOK),
        "(SELECT count(*) FROM webhook_events WHERE webhook_id = partner_webhooks.id AND acknowledged_at IS NULL)",
        "(SELECT max(acknowledged_at) FROM webhook_events WHERE webhook_id = partner_webhooks.id)",
    ]
)
"""What to select for `to_webhook`."""
HAS_KEY = """
    (partners.expires_at IS NULL OR partners.expires_at > ?) AND EXISTS (
        SELECT 1 FROM partner_keys WHERE partner_keys.partner_id = partners.id
            AND (partner_keys.expires_at IS NULL OR partner_keys.expires_at > ?))
"""
"""Whether any key of a partner opens anything; its parameters are the present, twice."""


class WebhookMixin(PushStore):
    async def add_webhook(self, name: str, *, url: str, secret: str, cursor: str, set_id: int, number: int) -> Webhook:
        require_short("url", url)

        def work(db: Connection, now: int) -> Webhook:
            partner = load_partner(db, name)
            [(has_key,)] = db.execute(f"SELECT {HAS_KEY} FROM partners WHERE id = ?", (now, now, partner.id)).fetchall()
            if not has_key:
                raise Conflict(f"No key of the partner {partner.name!r} opens anything: make one first.")
            db.execute(
                "DELETE FROM partner_webhooks WHERE partner_id = ? AND url = ? AND ended_at IS NOT NULL",
                (partner.id, url),
            ).close()
            made = db.execute(
                """
                INSERT INTO partner_webhooks (partner_id, url, secret, created_at, ended_at, ended_why, cursor, set_id, number,
                    due_at, attempts, claim, last_error, last_error_at)
                VALUES (?, ?, ?, ?, NULL, '', ?, ?, ?, NULL, 0, '', '', NULL)
                ON CONFLICT (partner_id, url) DO NOTHING RETURNING id
                """,
                (partner.id, url, secret, now, cursor, set_id, number),
            ).fetchall()
            if not made:
                raise Conflict(f"The partner {partner.name!r} has a webhook of this URL already.")
            [(id_,)] = made
            return load_webhook(db, int(id_))

        return await self._push(work)

    async def list_webhooks(self, name: str) -> tuple[Webhook, ...]:
        def work(db: Connection) -> tuple[Webhook, ...]:
            sql = f"SELECT {WEBHOOK} FROM partner_webhooks WHERE partner_id = ? ORDER BY id"
            return tuple(map(to_webhook, db.execute(sql, (load_partner(db, name).id,)).fetchall()))

        return await self._read(work)

    async def remove_webhook(self, name: str, id: int) -> None:
        def work(db: Connection, _now: int) -> None:
            partner = load_partner(db, name)
            gone = db.execute("DELETE FROM partner_webhooks WHERE partner_id = ? AND id = ?", (partner.id, id))
            if gone.rowcount == 0:
                raise NotFound(f"The partner {partner.name!r} has no webhook {id}.")

        await self._push(work)

    async def last_receipts(self) -> Mapping[int, Receipt]:
        rows = await self._read(lambda db: db.execute(_RECEIPTS).fetchall())
        return {
            partner_id: Receipt(
                webhook_id=webhook_id,
                message=message,
                action=Action(action),
                article_id=article_id,
                guid=guid,
                set_id=set_id,
                number=number,
                at=from_us(at),
            )
            for partner_id, webhook_id, message, action, article_id, guid, set_id, number, at in rows
        }


_RECEIPTS = """
    SELECT partner_webhooks.partner_id, webhook_events.webhook_id, message, action, article_id, guid, webhook_events.set_id,
        webhook_events.number, acknowledged_at
    FROM partner_webhooks CROSS JOIN webhook_events ON webhook_events.webhook_id = partner_webhooks.id
    WHERE acknowledged_at IS NOT NULL ORDER BY acknowledged_at, webhook_events.id
"""
"""In order: of each partner the last counts."""


def load_webhook(db: Connection, id_: int) -> Webhook:
    [row] = db.execute(f"SELECT {WEBHOOK} FROM partner_webhooks WHERE id = ?", (id_,)).fetchall()
    return to_webhook(row)


def to_webhook(row: tuple[Any, ...]) -> Webhook:
    id_, url, secret, created, ended, why, cursor, due, attempts, error, error_at, waiting, acknowledged = row
    return Webhook(
        id=id_,
        url=url,
        secret=secret,
        created_at=from_us(created),
        ended_at=from_us_or_none(ended),
        ended_why=why,
        cursor=cursor,
        due_at=from_us_or_none(due),
        attempts=attempts,
        last_error=error,
        last_error_at=from_us_or_none(error_at),
        waiting=waiting,
        acknowledged_at=from_us_or_none(acknowledged),
    )
