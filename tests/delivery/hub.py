"""A newsroom with a hub, its worker in the test's own loop, and subscribers on sockets; the clock is the test's."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from feeds.delivery.carrier import Pace, host_of
from feeds.delivery.election import Everybody
from feeds.delivery.worker import Worker, bounds_of
from feeds.loops import Loops
from feeds.outbound import Callbacks, Guard, Networks, Resolve, system_resolve
from feeds.topics import kept_topic
from storage.model import RequestMode, Subscription, SubscriptionRequest
from tests.delivery.subscribers import Callback, Sink
from tests.kinds.newsroom import FOUNDED, SettableClock
from tests.server.wire import PATIENCE
from tests.web.site import BASE, Site, client_of, open_site

PACE = Pace(at_once=50, per_host=4, timeout=PATIENCE)
"""A subscriber has all the time that a test has: how long anything takes says more of the machine."""
IMPATIENT = Pace(at_once=50, per_host=4, timeout=1.0)
"""Where it is to be too slow: the others may be, too, on a machine that stalls, and are tried again."""
RSS, WORLD = "/feed.rss", "/section/world/feed.atom"


@dataclass
class Hub:
    site: Site
    sink: Sink
    worker: Worker
    loops: Loops
    challenges: list[str] = field(default_factory=list)

    @property
    def store(self) -> Any:
        return self.site.state.store

    def advance(self, **step: float) -> None:
        """Let time pass, and have the worker look."""
        self.site.clock.advance(**step)
        self.site.state.hub_asked.set()

    async def ask(
        self, callback: Callback, path: str = RSS, *, mode: RequestMode = RequestMode.SUBSCRIBE, asked: str = "",
        **fields: Any,
    ) -> None:  # fmt: skip
        """As /hub does."""
        request = SubscriptionRequest(
            callback=callback.url,
            callback_host=host_of(callback.url),
            asked=asked or BASE + path,
            path=path,
            mode=mode,
            **{"lease": timedelta(days=10)} | fields,
        )
        await self.store.request_subscription(request, most=1000, most_per_host=1000, most_per_client=1000)
        self.site.state.hub_asked.set()

    async def subscribe(self, callback: Callback, path: str = RSS, **fields: Any) -> Subscription:
        """Subscribed and verified; the worker has looked at the feed."""
        await self.ask(callback, path, **fields)
        await self.quiet()
        return await self.of(callback)

    def has(self, callback: Callback) -> Any:
        async def is_there() -> bool:
            return any(one.callback == callback.url for one in await self.all())

        return is_there

    def lacks(self, callback: Callback) -> Any:
        async def is_gone() -> bool:
            return all(one.callback != callback.url for one in await self.all())

        return is_gone

    async def all(self) -> tuple[Subscription, ...]:
        found: tuple[Subscription, ...] = await self.store.list_subscriptions(limit=1000)
        return found

    async def of(self, callback: Callback) -> Subscription:
        [one] = [one for one in await self.all() if one.callback == callback.url]
        return one

    async def is_so(self, condition: Any) -> None:
        """Wait for what a coroutine says."""
        async with asyncio.timeout(PATIENCE):
            while True:
                if await condition():
                    return
                # Whoever is waited for may need the processor.
                await asyncio.sleep(0.002)

    async def quiet(self) -> None:
        """Nothing is due, and nothing is asked: whatever was to be sent is sent, or waits for its time."""

        # What the clock brought is written, and the worker has no reason to wait.
        await self.site.state.partner_views.catch_up()
        self.site.state.hub_asked.set()

        async def is_quiet() -> bool:
            counts = await self.store.push_counts()
            due_at = await self.store.next_push_at()
            is_past = due_at is not None and due_at <= self.site.clock()
            return not (counts.unread or is_past) and self.worker.is_idle

        async def twice() -> bool:
            return await is_quiet() and await is_quiet()

        await self.is_so(twice)

    async def polled(self, path: str = RSS) -> bytes:
        """The feed's bytes, as who polls it gets them."""
        topic = kept_topic(path)
        assert topic is not None
        async with client_of(self.site) as client:
            reply = await client.ask(topic.target)
        assert reply.status == 200, reply
        return reply.body


@asynccontextmanager
async def hub_of(
    site: Site, sink: Sink, *, pace: Pace = PACE, resolve: Resolve = system_resolve, seed: int = 1
) -> AsyncIterator[Hub]:
    """With a worker that runs until the block ends."""
    state, numbers = site.state, itertools.count()
    guard = Guard(Networks.of("127.0.0.0/8"), resolve=resolve)
    callbacks = Callbacks(guard, bounds_of(pace), clock=lambda: state.clock().timestamp())
    loops = Loops(state.clock, sleep=lambda seconds: asyncio.sleep(min(seconds, 0.01)))
    worker = Worker(
        state, Everybody(), callbacks, pace, random=Random(seed).random, challenge=lambda: f"challenge-{next(numbers)}"
    )
    running = asyncio.create_task(loops.run_forever("delivering to subscribers", worker.step))
    try:
        yield Hub(site, sink, worker, loops)
    finally:
        running.cancel()
        await asyncio.wait({running})
        await worker.stop()
        callbacks.close()


@asynccontextmanager
async def opened_hub(
    folder: Path, sink: Sink, url: str = "", *, pace: Pace = PACE, **settings: Any
) -> AsyncIterator[Hub]:
    """A newsroom of its own, with one article."""
    settings = settings | ({"database_url": url} if url else {})
    async with open_site(folder, SettableClock(FOUNDED), keep_changes=0, **settings) as site:
        await site.newsroom.publish("first")
        async with hub_of(site, sink, pace=pace) as hub:
            yield hub
