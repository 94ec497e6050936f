"""Webhooks of partners: what each is told of the changes that concern it, signed (Standard Webhooks 1.0)."""

import json
from collections.abc import Sequence
from datetime import datetime
from secrets import token_urlsafe

from feeds.aside import aside
from feeds.delivery.messaging import BUSY, Messenger, time_of
from feeds.newsroom.partners.cursors import Cursor
from feeds.newsroom.partners.shown import article_for
from feeds.newsroom.partners.telling import NotKept, tell
from feeds.newsroom.partners.webhooks import owner_of
from storage.model import Action, NewEvent, WebhookBehind, WebhookDelivery

_READ = 200
"""Changes of a partner that are queued in one transaction."""
_BEHIND = 20
"""Webhooks whose changes are queued in one step."""
_VIEWS = 0.2
"""Seconds that views get to be brought up."""
_NO_KEY = "no key of the partner opens anything any more"


class Webhooks(Messenger[WebhookDelivery]):
    """Queues events, and sends what is due: many webhooks at once, one event of each at a time."""

    async def advance(self) -> bool:
        """Queue what is new, and send what is due. Whether anything was done. Raises StoreError, also one that a task met."""
        behind = await self._store.webhooks_behind(limit=_BEHIND)
        # Of a view that is half filled, what is not in it yet would be told as withdrawn.
        is_whole = bool(behind) and await self._site.partner_views.catch_up(_VIEWS)
        for one in behind if is_whole else ():
            await self._queue(one)
        return await super().advance() or is_whole

    async def _queue(self, behind: WebhookBehind) -> None:
        webhook = behind.webhook
        try:
            telling = await tell(self._store, behind.set_id, webhook.cursor, limit=_READ)
            changes, onward = telling.changes, telling.next
        except NotKept as gone:
            # What the log does not say any more is told by all that is there.
            changes, onward = (), Cursor.of(gone.restart)
        events = [
            NewEvent(message=f"msg_{token_urlsafe(18)}", action=told.action, article_id=told.article_id, guid=told.guid)
            for told in changes
        ]
        # While other terms are told of, it is at no entry of the log of its own.
        is_there = not onward.former
        await self._store.queue_events(
            webhook,
            events,
            cursor=str(onward),
            set_id=onward.point.set_id if is_there else 0,
            number=onward.point.number if is_there else 0,
            of_set=behind.set_id,
        )

    async def _claim(self, limit: int) -> Sequence[WebhookDelivery]:
        return await self._store.claim_webhooks(limit=limit, lease=self._lease)

    async def _send(self, delivery: WebhookDelivery) -> None:
        site = self._site
        if not delivery.is_entitled:
            self._counted["denied"] += 1
            await self._store.end_webhook(delivery, _NO_KEY)
            return
        is_whole = site.follower.is_current(site.clock()) and site.partner_views.is_current(site.clock())
        if not (is_whole or await site.partner_views.catch_up(_VIEWS)):
            await self._store.return_event(delivery, due_at=site.clock() + BUSY)
            return
        await self._post_signed(delivery, await self._body(delivery), owner_of(delivery.webhook.url))

    async def _acknowledge(self, delivery: WebhookDelivery) -> None:
        await self._store.acknowledge_event(delivery)

    async def _fail(self, delivery: WebhookDelivery, error: str, *, due_at: datetime | None) -> None:
        await self._store.fail_event(delivery, error, due_at=due_at)

    async def _return(self, delivery: WebhookDelivery, *, due_at: datetime) -> None:
        await self._store.return_event(delivery, due_at=due_at)

    async def _end(self, delivery: WebhookDelivery, why: str) -> None:
        await self._store.end_webhook(delivery, why)

    async def _body(self, delivery: WebhookDelivery) -> bytes:
        """As `/partner/changes` tells of it now, whatever it was when it was queued."""
        partner = delivery.partner
        seen = await self._store.entitled_articles(partner.set_id, [delivery.article_id])
        article = seen.get(delivery.article_id)
        action = delivery.action
        if article is None:
            action = Action.WITHDRAW
        elif action is Action.WITHDRAW:
            action = Action.INSERT

        def written() -> bytes:
            shown = article and article_for(article, partner.terms, self._site.urls)
            message = {
                "type": f"article.{action}",
                "timestamp": time_of(delivery.queued_at),
                "data": {"action": action, "guid": delivery.guid, "article": shown},
            }
            return json.dumps(message, ensure_ascii=False).encode("utf-8", "replace")

        return await aside(written)
