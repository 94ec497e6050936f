"""Whatever is asked, published, looked at, sent, lost and put off, in whatever order: every subscriber ends with the newest
document, and nobody is sent anything who did not ask for it.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st

from storage.connect import open_store
from storage.model import (
    Action,
    ClaimedRequest,
    ClaimedTopic,
    Delivery,
    DeliveryFailed,
    DeliveryOutcome,
    DeliveryRefused,
    DeliveryReturned,
    DeliverySucceeded,
    RequestMode,
    Subject,
    Subscription,
)
from storage.sql.store import SQLStore
from tests.storage.hub import HOME, LEASE, SCOPES, WORLD, ask, asks, name_of
from tests.storage.newsroom import SettableClock
from tests.stores import Stores

Key = tuple[str, str]
"""A subscriber's name, and the path of the feed."""


@dataclass
class Subscriber:
    """What it knows, whatever the hub thinks of it."""

    id: int
    document: str
    expires_at: datetime


@dataclass
class Worker:
    requests: list[tuple[ClaimedRequest, int]] = field(default_factory=list)
    """Each with the seq of the log when it was asked."""
    topics: list[tuple[ClaimedTopic, int]] = field(default_factory=list)
    """Each with the seq of the snapshot in which it looked at it."""
    deliveries: list[Delivery] = field(default_factory=list)
    sent: list[tuple[Delivery, int, str]] = field(default_factory=list)
    """Each with the seq of its document, and its digest."""


@dataclass
class Rig:
    store: SQLStore
    clock: SettableClock
    latest: datetime
    """The furthest that the clock ever showed."""
    documents: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: {HOME: [(0, "")], WORLD: [(0, "")]})
    """Of a feed, from which seq on it had which document."""
    asked: dict[Key, int] = field(default_factory=dict)
    """The seq of the log at the newest request of each."""
    subscribers: dict[Key, Subscriber] = field(default_factory=dict)
    workers: list[Worker] = field(default_factory=lambda: [Worker(), Worker()])
    held: dict[int, tuple[str, datetime]] = field(default_factory=dict)
    """By subscription, the claim that was given last, and when it runs out."""
    seq: int = 0

    def document(self, path: str, seq: int) -> str:
        history = self.documents[path]
        return history[bisect_right(history, seq, key=lambda entry: entry[0]) - 1][1]

    async def step(self, kind: str, who: int, pick: int, number: int) -> None:
        worker = self.workers[who % 2]
        name, path = "abc"[who % 3], (HOME, WORLD)[pick % 2]
        step = getattr(self, f"_{kind}")
        await step(worker=worker, name=name, path=path, pick=pick, number=number)
        self.latest = max(self.latest, self.clock())

    async def _publish(self, *, pick: int, number: int, **_: Any) -> None:
        """A Change: of one feed, both, all that there is or none; with other bytes, or the same."""
        scopes = ({"home"}, {"home", "section:world"}, {"site"}, set[str]())[pick % 4]
        self.seq = await self.store._write(lambda write: write.append(Action.EDIT, Subject.SITE, "", scopes))
        for path, depends in SCOPES.items():
            if scopes & {*depends, "site"} and number % 3:
                self.documents[path].append((self.seq, "xyz"[number % 3]))

    async def _ask(self, *, name: str, path: str, pick: int, number: int, **_: Any) -> None:
        mode = RequestMode.UNSUBSCRIBE if number % 4 == 0 else RequestMode.SUBSCRIBE
        lease = timedelta(minutes=5) if pick % 3 == 0 else timedelta(days=400)
        await ask(self.store, asks(name, path, mode, lease=lease))
        self.asked[name, path] = self.seq

    async def _take_request(self, *, worker: Worker, **_: Any) -> None:
        for claimed in await self.store.claim_requests(limit=1, lease=LEASE):
            key = (claimed.request.callback_host[0], claimed.request.path)
            worker.requests.append((claimed, self.asked[key]))

    async def _verify(self, *, worker: Worker, **_: Any) -> None:
        for claimed, seq in worker.requests:
            path = claimed.request.path
            key = (claimed.request.callback_host[0], path)
            if claimed.request.mode is RequestMode.UNSUBSCRIBE:
                if await self.store.confirm_unsubscription(claimed):
                    self.subscribers.pop(key, None)
            elif made := await self.store.confirm_subscription(claimed, path=path, scopes=SCOPES[path]):
                known = self.subscribers.get(key)
                if known is not None and known.id == made.id:
                    known.expires_at = made.expires_at
                else:
                    assert known is None or known.expires_at <= self.latest, "a renewal is none of another"
                    self.subscribers[key] = Subscriber(made.id, self.document(path, seq), made.expires_at)
        worker.requests.clear()

    async def _expand(self, *, number: int, **_: Any) -> None:
        await self.store.expand_changes(limit=1 + number)

    async def _take_topic(self, *, worker: Worker, number: int, **_: Any) -> None:
        topics = await self.store.claim_topics(limit=1 + number % 2, lease=LEASE)
        worker.topics += [(topic, self.seq) for topic in topics]

    async def _look(self, *, worker: Worker, number: int, **_: Any) -> None:
        """Sometimes what was seen when the topic was claimed is told late."""
        for topic, seen in worker.topics:
            seq = seen if number % 2 else self.seq
            await self.store.looked_at(topic, seq=seq, digest="of " + self.document(topic.path, seq))
        worker.topics.clear()

    async def _spread(self, *, number: int, **_: Any) -> None:
        await self.store.spread_topics(limit=1 + number % 2)

    async def _take(self, *, worker: Worker, number: int, **_: Any) -> None:
        now = self.clock()
        for delivery in await self.store.claim_deliveries(limit=1 + number % 2, lease=LEASE):
            subscription = delivery.subscription
            assert subscription.expires_at > now, "it has expired"
            assert self.subscribers[self._key(subscription)].id == subscription.id, "it has unsubscribed"
            assert self.held.get(subscription.id, ("", now))[1] <= now, "another has it"
            self.held[subscription.id] = (delivery.claim, now + LEASE)
            worker.deliveries.append(delivery)

    async def _send(self, *, worker: Worker, **_: Any) -> None:
        held = await self.store.are_held(worker.deliveries)
        for delivery in worker.deliveries:
            subscription = delivery.subscription
            if subscription.id in held:
                assert subscription.wanted <= self.seq
                document = self.document(subscription.path, self.seq)
                self.subscribers[self._key(subscription)].document = document
                worker.sent.append((delivery, self.seq, "of " + document))
        worker.deliveries.clear()

    async def _report(self, *, worker: Worker, pick: int, number: int, **_: Any) -> None:
        """Success most of the time. What failed may have arrived all the same, and its answer been lost."""
        outcomes: list[DeliveryOutcome] = []
        for delivery, seq, digest in worker.sent:
            id_ = delivery.subscription.id
            if number == 0:
                due_at = (None, self.clock() + timedelta(minutes=pick))[pick % 2]
                outcomes.append(DeliveryFailed(delivery=delivery, error="500", due_at=due_at))
            elif number == 1 and self.held[id_][0] == delivery.claim:
                outcomes.append(DeliveryRefused(delivery=delivery))
                self.subscribers = {key: one for key, one in self.subscribers.items() if one.id != id_}
            else:
                outcomes.append(DeliverySucceeded(delivery=delivery, seq=seq, digest=digest))
            self._let_go(delivery)
        for delivery in worker.deliveries:
            outcomes.append(DeliveryReturned(delivery=delivery))
            self._let_go(delivery)
        await self.store.report_deliveries(outcomes)
        worker.sent.clear()
        worker.deliveries.clear()

    def _let_go(self, delivery: Delivery) -> None:
        id_ = delivery.subscription.id
        if self.held[id_][0] == delivery.claim:
            del self.held[id_]

    async def _die(self, *, worker: Worker, **_: Any) -> None:
        self.workers[self.workers.index(worker)] = Worker()

    async def _wait(self, *, pick: int, number: int, **_: Any) -> None:
        self.clock.advance(minutes=(pick - 1) * number)

    async def _expire(self, *, number: int, **_: Any) -> None:
        await self.store.expire_subscriptions(limit=1 + number)

    async def _work(self, **_: Any) -> None:
        """All that is due, by one worker."""
        for _round in range(200):
            due_at = await self.store.next_push_at()
            if due_at is None or due_at > self.clock():
                return
            for step in ("take_request", "verify", "expand", "take_topic", "look", "spread", "take", "send", "report"):
                await getattr(self, f"_{step}")(worker=self.workers[0], pick=0, number=2)
        raise AssertionError("it never ends")

    def _key(self, subscription: Subscription) -> Key:
        return (name_of(subscription), subscription.path)

    async def check(self) -> None:
        """Nobody changes anything any more: what is owed is delivered."""
        for worker in self.workers:
            await self._die(worker=worker)
        self.clock.now = self.latest = self.latest + timedelta(hours=25)
        for _round in range(3):
            await self._work()
            self.latest = self.clock.advance(minutes=1)
        kept = {self._key(one): one for one in await self.store.list_subscriptions(limit=99)}
        for key, subscriber in self.subscribers.items():
            one = kept.pop(key, None)
            if one is None or one.expires_at <= self.clock():
                assert subscriber.expires_at <= self.clock(), "it is gone"
                continue
            assert one.due_at is None
            if not one.last_error:
                assert subscriber.document == self.document(key[1], self.seq), key
        assert kept == {}
        assert await self.store.next_push_at() is None


KINDS = (
    "publish", "publish", "publish", "ask", "ask", "take_request", "verify", "expand", "take_topic", "look", "spread", "take",
    "send", "report", "die", "wait", "expire", "work", "work",
)  # fmt: skip
STEPS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 5), st.integers(0, 5), st.integers(0, 3)), max_size=45
)
Step = tuple[str, int, int, int]
PRELUDE: Sequence[Step] = (("ask", 0, 1, 1), ("ask", 1, 1, 1), ("work", 0, 0, 0))
"""Two who subscribe to one feed."""


async def play(url: str, steps: Sequence[Step]) -> None:
    clock = SettableClock()
    store = await open_store(url, clock=clock, migrate=True, synchronous="NORMAL")
    assert isinstance(store, SQLStore)
    try:
        rig = Rig(store, clock, clock())
        for step in (*PRELUDE, *steps):
            await rig.step(*step)
        await rig.check()
    finally:
        await store.close()


def test_every_subscriber_ends_with_the_newest(stores: Stores) -> None:
    stores.play_any(play, examples=12, steps=STEPS)


@pytest.mark.nightly
def test_every_subscriber_ends_with_the_newest_whatever_comes(stores: Stores) -> None:
    stores.play_any(play, examples=3000, steps=STEPS)
