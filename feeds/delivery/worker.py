"""The hub's worker: from a Change to what subscribers receive, whatever fails or ends meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from random import random as any_number
from secrets import token_urlsafe

import httpx2

from feeds.delivery.backoff import Random
from feeds.delivery.carrier import ASKED_OF_A_HOST, Carrier, Pace
from feeds.delivery.election import Election, election_of
from feeds.delivery.held import HeldNotices
from feeds.delivery.intent import Verifier
from feeds.delivery.looking import look_at
from feeds.delivery.own import Ways
from feeds.delivery.present import Present
from feeds.delivery.sending import Sender
from feeds.delivery.webhooks import Webhooks
from feeds.outbound import Bounds, Callbacks, Guard, Networks
from feeds.site import SiteState
from storage.connect import store_file
from storage.errors import StoreError
from storage.model import Change

_LOOK = 0.02
"""Seconds between two looks at whether another process wrote: microseconds each. A write of this one wakes the worker."""
_POLL, _UNUSED_POLL = 0.5, 1.0
"""Seconds between two looks at whether another process was asked for something; while nobody subscribes."""
_CROWDED = 0.05
"""Seconds until the next look where something is due, and others are at it, or there is no room for it; or until what was done
is reported.
"""
_ELSEWHERE = 0.5
"""Seconds until the next look at whether the process that delivers has ended."""
_VIEWS = 0.2
"""Seconds that views get to be brought up."""
_TIDY = 600.0
"""Seconds between two looks for what has expired."""
_BATCH = 1000
"""Rows of a step."""
_TOPICS = 4
"""Topics that are looked at before what is due is sent on."""


class Worker:
    """Verifies subscriptions and delivers. `step` is one round of a loop: what it raises is tried again."""

    def __init__(
        self, site: SiteState, election: Election, callbacks: Callbacks | Ways, pace: Pace, *, random: Random,
        challenge: Callable[[], str],
    ) -> None:  # fmt: skip
        """`random` and `challenge` as in Sender and Verifier."""
        self._site = site
        self._store = site.store
        self._election = election
        self._pace = pace
        self._present = Present(site)
        self._news = site.hub_asked
        self._carrier = Carrier(
            site.store,
            Sender(self._present, callbacks.post, site.sealing, site.clock, random, site.deliveries),
            Verifier(site, callbacks.get, challenge),
            site.clock,
            pace,
            self._news.set,
        )
        self._messengers = tuple(
            make(site, callbacks.post, at_once=pace.at_once, lease=pace.lease, random=random, news=self._news.set)
            for make in (Webhooks, HeldNotices)
        )
        self._tidy_at = 0.0
        self._is_used = False
        """Somebody subscribes, as far as is known."""
        self._is_waiting = False
        site.follower.on_changes.append(self._hear)
        site.follower.on_another_log.append(self._news.set)

    @property
    def is_idle(self) -> bool:
        """Whether it has nothing in hand: what is due it may not have claimed yet."""
        return self._is_waiting and self._carrier.is_idle and all(one.is_idle for one in self._messengers)

    async def step(self) -> float:
        """Do what is due, or wait for it."""
        if not self._election.hold():
            return _ELSEWHERE
        self._news.clear()
        self._is_waiting = False
        await self._carrier.report()
        await self._carrier.drop_what_is_not_held()
        due_at = await self._store.next_push_at()
        self._is_used |= due_at is not None
        is_due = due_at is not None and due_at <= self._site.clock()
        if not (is_due and await self._advance()):
            await self._tidy()
            self._is_waiting = True
            await self._wait(due_at)
        return 0.0

    async def stop(self) -> None:
        """End what is under way, and leave the rest to others; once no step runs any more."""
        self._site.follower.on_changes.remove(self._hear)
        self._site.follower.on_another_log.remove(self._news.set)
        with suppress(StoreError):
            for one in self._messengers:
                await one.stop()
            await self._carrier.stop()
        self._present.close()
        self._election.let_go()

    def _hear(self, changes: Iterable[Change]) -> None:
        if any(change.scopes for change in changes):
            self._news.set()

    async def _advance(self) -> bool:
        """Take each of the steps, and what was asked of the hub. Whether anything was done."""
        if not self._site.partner_views.is_current(self._site.clock()):
            # What partners see is told by the log, too. Nobody waits for a view that takes longer: it wakes this worker.
            await self._site.partner_views.catch_up(_VIEWS)
        read = await self._store.expand_changes(limit=_BATCH)
        topics = await self._store.claim_topics(limit=_TOPICS, lease=self._pace.lease)
        for topic in topics:
            await look_at(self._site, topic)
        spread = await self._store.spread_topics(limit=_BATCH)
        told = [await one.advance() for one in self._messengers]
        return bool(await self._claim() or read or topics or spread or any(told))

    async def _claim(self) -> int:
        """What there is room for."""
        carrier, lease, claimed = self._carrier, self._pace.lease, 0
        if carrier.room:
            since = _now()
            deliveries = await self._store.claim_deliveries(limit=min(carrier.room, _BATCH), lease=lease)
            carrier.deliver(deliveries, since)
            claimed += len(deliveries)
        if carrier.room_for_requests:
            requests = await self._store.claim_requests(limit=carrier.room_for_requests, lease=2 * lease)
            carrier.ask(requests)
            claimed += len(requests)
        return claimed

    async def _tidy(self) -> None:
        if _now() >= self._tidy_at:
            went = await self._store.expire_subscriptions(limit=_BATCH)
            self._tidy_at = _now() + (_POLL if went >= _BATCH else _TIDY)
            self._is_used = await self._store.is_push_used()

    async def _wait(self, due_at: datetime | None) -> None:
        """Until there is something to do, as far as can be known."""
        until = _now() + self._quiet_for(due_at)
        while not self._news.is_set() and (left := until - _now()) > 0:
            if not self._site.follower.is_current(self._site.clock()):
                await self._site.follower.catch_up()
            if self._carrier.has_news:
                until = min(until, _now() + _CROWDED)
            with suppress(TimeoutError):
                async with asyncio.timeout(min(_LOOK if self._is_used else _UNUSED_POLL, left)):
                    await self._news.wait()

    def _quiet_for(self, due_at: datetime | None) -> float:
        """Seconds."""
        if due_at is None:
            return _POLL if self._is_used else _UNUSED_POLL
        left = (due_at - self._site.clock()).total_seconds()
        return min(left, _POLL) if left > 0 else _CROWDED


def bounds_of(pace: Pace) -> Bounds:
    """Of the client by which a worker sends and asks at this pace."""
    return Bounds(timeout=pace.timeout, per_host=pace.per_host + ASKED_OF_A_HOST, kept=2 * pace.at_once)


@asynccontextmanager
async def delivering(site: SiteState) -> AsyncIterator[None]:
    """Deliver to subscribers until the block ends, as the settings say."""
    settings = site.settings
    pace = Pace(at_once=settings.deliver_at_once, per_host=settings.deliver_per_host, timeout=settings.deliver_timeout)
    networks, own = Networks.of(settings.outbound_allow), httpx2.URL(settings.base_url)
    election = election_of(store_file(settings.database_url))
    async with (
        Callbacks(Guard(networks), bounds_of(pace)) as subscribers,
        Callbacks(Guard(networks, trusted=own), bounds_of(pace)) as to_itself,
    ):
        ways = Ways(site.urls, subscribers, to_itself)
        worker = Worker(site, election, ways, pace, random=any_number, challenge=token_urlsafe)
        running = asyncio.create_task(site.loops.run_forever("delivering to subscribers", worker.step))
        try:
            yield
        finally:
            running.cancel()
            await asyncio.wait({running})
            await worker.stop()


def _now() -> float:
    """The loop's time, in seconds."""
    return asyncio.get_running_loop().time()
