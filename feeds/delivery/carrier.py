"""What a worker has claimed, in lines and on its way: many hosts at once, none of which holds up another."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from feeds.delivery.intent import Verifier
from feeds.delivery.lines import Lines
from feeds.delivery.sending import Sender
from storage.clock import Clock
from storage.errors import StoreError
from storage.model import ClaimedRequest, Delivery, DeliveryOutcome, DeliveryReturned, RequestMode
from storage.protocol import Push

_log = logging.getLogger(__name__)

ASKED_AT_ONCE, ASKED_OF_A_HOST = 32, 2
"""Subscribers that are asked what they want."""
_ASKED_MOST = 256
_HELD = 0.5
"""Seconds that a delivery may wait without a look at whether it is still wanted."""
_GRACE = 3.0
"""Seconds that what is being sent has to end, once the server does."""
_SHORTEST, _LONGEST = timedelta(seconds=0.25), timedelta(seconds=5)
"""For how long is put off what a host's line has no room for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How much is done at a time."""

    at_once: int = 100
    """Deliveries."""
    per_host: int = 8
    """Deliveries to one host."""
    timeout: float = 10.0
    """Seconds of an attempt."""

    @property
    def lease(self) -> timedelta:
        """A delivery begins within the first half, and is over before the end."""
        return timedelta(seconds=max(3 * self.timeout, 3))


@dataclass(frozen=True, slots=True)
class _Taken:
    """A delivery that waits."""

    delivery: Delivery
    begin_by: float
    """The loop's time: later, the lease might be over before the attempt is."""


class Carrier:
    """Sends what it is given, and asks subscribers; what becomes of it is reported when `report` is called."""

    def __init__(
        self, store: Push, sender: Sender, verifier: Verifier, clock: Clock, pace: Pace, news: Callable[[], None]
    ) -> None:
        """`news` is called when there is much to report, or nothing is left to do."""
        self._store = store
        self._sender = sender
        self._verifier = verifier
        self._clock = clock
        self._pace = pace
        self._news = news
        self._lines: Lines[_Taken] = Lines(
            at_once=pace.at_once, per_host=pace.per_host, longest=32 * pace.per_host, most=16 * pace.at_once
        )
        self._asking: Lines[ClaimedRequest] = Lines(
            at_once=ASKED_AT_ONCE, per_host=ASKED_OF_A_HOST, longest=_ASKED_MOST, most=_ASKED_MOST
        )
        self._running: set[asyncio.Task[None]] = set()
        self._outcomes: list[DeliveryOutcome] = []
        self._fault: StoreError | None = None
        """What the store said to one of the tasks."""
        self._checked_at = 0.0
        self._is_stopping = False

    @property
    def room(self) -> int:
        """For deliveries. None, while there is so little that a claim is not worth its transaction."""
        return self._lines.room if self._lines.room >= self._pace.at_once else 0

    @property
    def room_for_requests(self) -> int:
        return self._asking.room

    @property
    def is_idle(self) -> bool:
        return not self._running and self._lines.is_empty and self._asking.is_empty and not self.has_news

    @property
    def has_news(self) -> bool:
        """Whether there is something to report."""
        return bool(self._outcomes) or self._fault is not None

    def deliver(self, deliveries: Iterable[Delivery], claimed_at: float) -> None:
        """Send these in their turns. `claimed_at`: the loop's time when their lease began, or earlier."""
        begin_by = claimed_at + self._pace.lease.total_seconds() / 2
        for delivery in deliveries:
            host = host_of(delivery.subscription.callback)
            waited = self._lines.join(host, _Taken(delivery, begin_by), _now())
            if waited:
                # Its host has enough to do: others have their turn meanwhile.
                pause = min(max(timedelta(seconds=2 * waited), _SHORTEST), _LONGEST)
                self._outcomes.append(DeliveryReturned(delivery=delivery, due_at=self._clock() + pause))
        self._start()

    def ask(self, requests: Iterable[ClaimedRequest]) -> None:
        """Verify these in their turns."""
        for claimed in requests:
            self._asking.join(host_of(claimed.request.callback), claimed, _now())
        self._start()

    async def report(self) -> None:
        """Tell the store what became of deliveries. Raises StoreError, also one that a task met."""
        fault, self._fault = self._fault, None
        outcomes, self._outcomes = self._outcomes, []
        try:
            if outcomes:
                await self._store.report_deliveries(outcomes)
        except BaseException:
            self._outcomes = outcomes + self._outcomes
            raise
        if fault is not None:
            raise fault

    async def drop_what_is_not_held(self) -> None:
        """Whoever unsubscribed meanwhile, by whatever process, is sent nothing."""
        waiting = self._lines.waiting() if _now() - self._checked_at >= _HELD else []
        if waiting:
            held = await self._store.are_held([taken.delivery for taken in waiting])
            checked = {id(taken) for taken in waiting}
            self._lines.keep(lambda one: id(one) not in checked or one.delivery.subscription.id in held)
            self._checked_at = _now()

    async def stop(self) -> None:
        """End what is under way, and give back the rest. Raises StoreError."""
        self._is_stopping = True
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=_GRACE)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)
        self._outcomes += [DeliveryReturned(delivery=taken.delivery) for taken in self._lines.waiting()]
        self._lines.keep(lambda _taken: False)
        await self.report()
        for claimed in self._asking.waiting():
            await self._store.put_off_request(claimed, due_at=self._clock())

    def _start(self) -> None:
        while not self._is_stopping and (request := self._asking.take()) is not None:
            self._run(self._verify(*request))
        while not self._is_stopping and (delivery := self._lines.take()) is not None:
            self._run(self._deliver(*delivery))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ran)

    def _ran(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._start()
        if not self._running or len(self._outcomes) >= self._pace.at_once:
            self._news()

    async def _deliver(self, host: str, taken: _Taken) -> None:
        outcome: DeliveryOutcome = DeliveryReturned(delivery=taken.delivery)
        try:
            if _now() <= taken.begin_by:
                outcome = await self._sender.send(taken.delivery)
        except StoreError as error:
            self._fault = error
        except Exception as error:
            _log.exception("a delivery failed, and is tried again")
            self._sender.note_error()
            outcome = self._sender.failed(taken.delivery, f"an error of the server's own: {type(error).__name__}")
        finally:
            self._lines.done(host)
            self._outcomes.append(outcome)

    async def _verify(self, host: str, claimed: ClaimedRequest) -> None:
        try:
            await self._verifier.verify(claimed)
            if claimed.request.mode is RequestMode.UNSUBSCRIBE:
                self._forget(claimed.request.callback, claimed.request.asked)
        except asyncio.CancelledError:
            with suppress(StoreError):
                await self._store.put_off_request(claimed, due_at=self._clock())
            raise
        except StoreError as error:
            self._fault = error
        except Exception:
            # Once its lease is over it is tried again.
            _log.exception("a subscriber could not be asked, and is asked again")
        finally:
            self._asking.done(host)

    def _forget(self, callback: str, asked: str) -> None:
        """Perhaps it has unsubscribed, and a delivery of it waits: it is claimed anew where it has not."""

        def is_other(taken: _Taken) -> bool:
            subscription = taken.delivery.subscription
            return (subscription.callback, subscription.asked) != (callback, asked)

        gone = [taken.delivery for taken in self._lines.waiting() if not is_other(taken)]
        self._lines.keep(is_other)
        self._outcomes += [DeliveryReturned(delivery=delivery) for delivery in gone]


@lru_cache(maxsize=16_384)
def host_of(callback: str) -> str:
    """By which deliveries wait in line: a callback's host, in lower case."""
    try:
        return urlsplit(callback).hostname or ""
    except ValueError:
        return ""


def _now() -> float:
    """The loop's time, in seconds."""
    return asyncio.get_running_loop().time()
