"""Webhooks of partners: what each is told of the changes that concern it, signed (Standard Webhooks 1.0)."""

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe

from feeds.aside import aside
from feeds.delivery.backoff import Random, pause_after, retry_after
from feeds.delivery.sending import GONE, Post, outcome_of, reason_of
from feeds.delivery.signing import webhook_signature
from feeds.newsroom.partners.cursors import Cursor
from feeds.newsroom.partners.shown import article_for
from feeds.newsroom.partners.telling import NotKept, tell
from feeds.newsroom.partners.webhooks import owner_of
from feeds.newsroom.sealing import Broken
from feeds.outbound import Busy, OutboundError, Resting
from feeds.site import SiteState
from storage.errors import StoreError
from storage.model import Action, NewEvent, WebhookBehind, WebhookDelivery

_log = logging.getLogger(__name__)

_READ = 200
"""Changes of a partner that are queued in one transaction."""
_BEHIND = 20
"""Webhooks whose changes are queued in one step."""
_BUSY = timedelta(seconds=1)
_VIEWS = 0.2
"""Seconds that views get to be brought up."""
_GRACE = 3.0
"""Seconds that what is being sent has to end, once the server does."""
_NO_KEY = "no key of the partner opens anything any more"
_REFUSED = "it is answered 410"


class Webhooks:
    """Queues events, and sends what is due: many webhooks at once, one event of each at a time."""

    def __init__(
        self, site: SiteState, post: Post, *, at_once: int, lease: timedelta, random: Random, news: Callable[[], None]
    ) -> None:
        """`news` is called when something was sent; `random` spreads the next attempts of those that failed together."""
        self._site = site
        self._store = site.store
        self._post = post
        self._counted = site.webhook_messages
        self._at_once = at_once
        self._lease = lease
        self._random = random
        self._news = news
        self._running: set[asyncio.Task[None]] = set()
        self._fault: StoreError | None = None

    @property
    def is_idle(self) -> bool:
        return not self._running

    async def advance(self) -> bool:
        """Queue what is new, and send what is due. Whether anything was done. Raises StoreError, also one that a task met."""
        fault, self._fault = self._fault, None
        if fault is not None:
            raise fault
        behind = await self._store.webhooks_behind(limit=_BEHIND)
        # Of a view that is half filled, what is not in it yet would be told as withdrawn.
        is_whole = bool(behind) and await self._site.partner_views.catch_up(_VIEWS)
        for one in behind if is_whole else ():
            await self._queue(one)
        room = self._at_once - len(self._running)
        claimed = await self._store.claim_webhooks(limit=room, lease=self._lease) if room > 0 else ()
        for delivery in claimed:
            task = asyncio.create_task(self._deliver(delivery))
            self._running.add(task)
            task.add_done_callback(self._ran)
        return is_whole or bool(claimed)

    async def stop(self) -> None:
        """End what is under way: what was not answered is sent again."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=_GRACE)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)

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

    def _ran(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._news()

    async def _deliver(self, delivery: WebhookDelivery) -> None:
        store, clock = self._store, self._site.clock
        try:
            await self._send(delivery)
        except asyncio.CancelledError:
            with suppress(StoreError):
                await store.return_event(delivery, due_at=clock())
            raise
        except (Busy, Resting) as error:
            pause = _BUSY
            if isinstance(error, Resting):
                self._counted["resting"] += 1
                pause = timedelta(seconds=error.seconds)
            with suppress(StoreError):
                await store.return_event(delivery, due_at=clock() + pause)
        except StoreError as error:
            # Once its lease is over it is tried again.
            self._fault = error
        except Exception as error:
            if not isinstance(error, (OutboundError, Broken)):
                _log.exception("a webhook could not be sent, and is tried again")
            self._counted[reason_of(error) if isinstance(error, OutboundError) else "error"] += 1
            said = str(error) if isinstance(error, (OutboundError, Broken)) else type(error).__name__
            with suppress(StoreError):
                await self._failed(delivery, said)

    async def _send(self, delivery: WebhookDelivery) -> None:
        site = self._site
        if not delivery.is_entitled:
            self._counted["denied"] += 1
            await self._store.end_webhook(delivery, _NO_KEY)
            return
        is_whole = site.follower.is_current(site.clock()) and site.partner_views.is_current(site.clock())
        if not (is_whole or await site.partner_views.catch_up(_VIEWS)):
            await self._store.return_event(delivery, due_at=site.clock() + _BUSY)
            return
        body = await self._body(delivery)
        answer = await self._post(delivery.webhook.url, body, self._fields(delivery, body), patience=0.0)
        self._counted[outcome_of(answer.status)] += 1
        if answer.status == GONE:
            await self._store.end_webhook(delivery, _REFUSED)
        elif 200 <= answer.status < 300:
            await self._store.acknowledge_event(delivery)
        else:
            asked = retry_after(answer.headers.get("retry-after"), site.clock())
            await self._failed(delivery, f"it is answered {answer.status}", asked)

    async def _failed(self, delivery: WebhookDelivery, error: str, asked: timedelta | None = None) -> None:
        pause = pause_after(delivery.webhook.attempts, self._random, asked)
        due_at = None if pause is None else self._site.clock() + pause
        await self._store.fail_event(delivery, error, due_at=due_at)

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
                "timestamp": _time(delivery.queued_at),
                "data": {"action": action, "guid": delivery.guid, "article": shown},
            }
            return json.dumps(message, ensure_ascii=False).encode("utf-8", "replace")

        return await aside(written)

    def _fields(self, delivery: WebhookDelivery, body: bytes) -> dict[str, str]:
        """Raises Broken."""
        secret = self._site.sealing.open(delivery.webhook.secret, owner_of(delivery.webhook.url))
        at = int(self._site.clock().timestamp())
        return {
            "Content-Type": "application/json",
            "webhook-id": delivery.message,
            "webhook-timestamp": str(at),
            "webhook-signature": webhook_signature(secret, delivery.message, at, body),
        }


def _time(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
