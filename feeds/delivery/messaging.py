"""Signed messages (Standard Webhooks 1.0): many at once, each until it is taken, whatever they tell and whom."""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from feeds.delivery.backoff import Random, pause_after, retry_after
from feeds.delivery.sending import GONE, Post, outcome_of, reason_of
from feeds.delivery.signing import webhook_signature
from feeds.newsroom.sealing import Broken
from feeds.outbound import Busy, OutboundError, Resting
from feeds.site import SiteState
from storage.errors import StoreError
from storage.model import HeldDelivery, WebhookDelivery

_log = logging.getLogger(__name__)

D = TypeVar("D", WebhookDelivery, HeldDelivery)

BUSY = timedelta(seconds=1)
_GRACE = 3.0
"""Seconds that what is being sent has to end, once the server does."""
_REFUSED = "it is answered 410"


class Messenger(ABC, Generic[D]):
    """Sends what it claims; one message of a webhook at a time."""

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
        """Send what is due. Whether anything was done. Raises StoreError, also one that a task met."""
        fault, self._fault = self._fault, None
        if fault is not None:
            raise fault
        room = self._at_once - len(self._running)
        claimed = await self._claim(room) if room > 0 else ()
        for delivery in claimed:
            self._run(self._deliver(delivery))
        return bool(claimed)

    async def stop(self) -> None:
        """End what is under way: what was not answered is sent again."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=_GRACE)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)

    @abstractmethod
    async def _claim(self, limit: int) -> Sequence[D]:
        """What is due."""

    @abstractmethod
    async def _send(self, delivery: D) -> None:
        """Send it by `_post_signed`, or end or return it. Raises Broken, OutboundError, StoreError."""

    @abstractmethod
    async def _acknowledge(self, delivery: D) -> None:
        """It was taken."""

    @abstractmethod
    async def _fail(self, delivery: D, error: str, *, due_at: datetime | None) -> None:
        """It was not."""

    @abstractmethod
    async def _return(self, delivery: D, *, due_at: datetime) -> None:
        """It was not tried."""

    @abstractmethod
    async def _end(self, delivery: D, why: str) -> None:
        """Nothing more is sent there."""

    async def _post_signed(self, delivery: D, body: bytes, owner: str) -> None:
        """Send a body, and report what became of it. `owner`: of the sealed secret. Raises Broken, OutboundError, StoreError."""
        secret = self._site.sealing.open(delivery.webhook.secret, owner)
        at = int(self._site.clock().timestamp())
        fields = {
            "Content-Type": "application/json",
            "webhook-id": delivery.message,
            "webhook-timestamp": str(at),
            "webhook-signature": webhook_signature(secret, delivery.message, at, body),
        }
        answer = await self._post(delivery.webhook.url, body, fields, patience=0.0)
        self._counted[outcome_of(answer.status)] += 1
        if answer.status == GONE:
            await self._end(delivery, _REFUSED)
        elif 200 <= answer.status < 300:
            await self._acknowledge(delivery)
        else:
            asked = retry_after(answer.headers.get("retry-after"), self._site.clock())
            await self._failed(delivery, f"it is answered {answer.status}", asked)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ran)

    def _ran(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._news()

    async def _deliver(self, delivery: D) -> None:
        clock = self._site.clock
        try:
            await self._send(delivery)
        except asyncio.CancelledError:
            with suppress(StoreError):
                await self._return(delivery, due_at=clock())
            raise
        except (Busy, Resting) as error:
            pause = BUSY
            if isinstance(error, Resting):
                self._counted["resting"] += 1
                pause = timedelta(seconds=error.seconds)
            with suppress(StoreError):
                await self._return(delivery, due_at=clock() + pause)
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

    async def _failed(self, delivery: D, error: str, asked: timedelta | None = None) -> None:
        pause = pause_after(delivery.webhook.attempts, self._random, asked)
        due_at = None if pause is None else self._site.clock() + pause
        await self._fail(delivery, error, due_at=due_at)


def time_of(instant: datetime) -> str:
    """RFC 3339, as messages have it."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
