"""What the tests of the hub's store are written with: subscribers, and workers that do one step, or all there is to do."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from storage.clock import Clock
from storage.model import (
    ClaimedRequest,
    ClaimedTopic,
    Delivery,
    DeliveryFailed,
    DeliveryRefused,
    DeliveryReturned,
    DeliverySucceeded,
    PushContent,
    RequestMode,
    Subscription,
    SubscriptionRequest,
)
from storage.protocol import Store

LEASE = timedelta(minutes=1)
HOME = "/feed.rss"
WORLD = "/section/world/feed.rss"
SCOPES = {HOME: ("home",), WORLD: ("section:world",)}
"""Of the feeds that are subscribed to."""


def asks(name: str, path: str = HOME, mode: RequestMode = RequestMode.SUBSCRIBE, **given: Any) -> SubscriptionRequest:
    """What a subscriber asks of the hub."""
    fields: dict[str, Any] = {
        "callback": f"https://{name}.example/callback",
        "callback_host": f"{name}.example",
        "asked": f"https://news.example{path}",
        "path": path,
        "mode": mode,
    }
    return SubscriptionRequest(**(fields | given))


async def ask(store: Store, request: SubscriptionRequest, most: int = 10_000) -> None:
    await store.request_subscription(request, most=most, most_per_host=most, most_per_client=most)


async def claim_request(store: Store) -> ClaimedRequest:
    [claimed] = await store.claim_requests(limit=1, lease=LEASE)
    return claimed


async def subscribe(store: Store, name: str, path: str = HOME, **given: Any) -> Subscription:
    """Ask, and mean it."""
    await ask(store, asks(name, path, **given))
    made = await store.confirm_subscription(await claim_request(store), path=path, scopes=SCOPES[path])
    assert made is not None
    return made


async def unsubscribe(store: Store, name: str, path: str = HOME) -> None:
    await ask(store, asks(name, path, RequestMode.UNSUBSCRIBE))
    assert await store.confirm_unsubscription(await claim_request(store))


@dataclass
class Newsstand:
    """What the feeds are now, as whoever renders them would find them: of a path its document's digest."""

    store: Store
    documents: dict[str, str] = field(default_factory=dict)
    sent: list[tuple[str, str]] = field(default_factory=list)
    """Name of the subscriber, and what it was sent."""

    def document(self, path: str) -> str:
        return self.documents.get(path, "nothing")

    async def look(self, topics: Collection[ClaimedTopic]) -> None:
        for topic in topics:
            await self.store.looked_at(topic, seq=await self.store.last_seq(), digest=self.document(topic.path))

    async def send(self, deliveries: Collection[Delivery]) -> None:
        seq = await self.store.last_seq()
        outcomes = []
        for delivery in deliveries:
            document = self.document(delivery.subscription.path)
            self.sent.append((name_of(delivery.subscription), document))
            outcomes.append(DeliverySucceeded(delivery=delivery, seq=seq, digest=document))
        await self.store.report_deliveries(outcomes)

    async def work(self, *, limit: int = 100) -> None:
        """Do all that is due."""
        while await self._step(limit):
            pass

    async def _step(self, limit: int) -> bool:
        """One round of all that workers do; whether there was anything to do."""
        expanded = await self.store.expand_changes(limit=limit)
        topics = await self.store.claim_topics(limit=limit, lease=LEASE)
        await self.look(topics)
        spread = await self.store.spread_topics(limit=limit)
        deliveries = await self.store.claim_deliveries(limit=limit, lease=LEASE)
        await self.send(deliveries)
        return bool(expanded or topics or spread or deliveries)

    def take(self) -> list[tuple[str, str]]:
        """What was sent since this was asked last, by subscriber."""
        taken, self.sent = sorted(self.sent), []
        return taken


def name_of(subscription: Subscription) -> str:
    return subscription.callback.removeprefix("https://").partition(".")[0]


async def use_all(store: Store, publish: Callable[[str], Awaitable[object]], clock: Clock) -> None:
    """Every call that workers and people make, but for counts; `publish` raises HOME and WORLD."""
    stand, past = Newsstand(store), clock() - LEASE
    for name in ("ann", "bob", "eve"):
        await subscribe(store, name, WORLD)
    await subscribe(store, "ann", WORLD)
    await subscribe(store, "bob", HOME)
    await stand.work()
    await publish("one")
    stand.documents |= {HOME: "one", WORLD: "one"}
    await store.expand_changes(limit=9)
    first, *topics = await store.claim_topics(limit=9, lease=LEASE)
    await store.put_off_topic(first, due_at=past)
    await stand.look([*topics, *await store.claim_topics(limit=9, lease=LEASE)])
    while await store.spread_topics(limit=1):
        pass
    sent, failed, returned, refused = await store.claim_deliveries(limit=4, lease=LEASE)
    await store.are_held([sent])
    await store.report_deliveries(
        [
            DeliverySucceeded(delivery=sent, seq=1, digest="too old"),
            DeliveryFailed(delivery=failed, error="500", due_at=past),
            DeliveryReturned(delivery=returned),
            DeliveryRefused(delivery=refused),
        ]
    )
    await store.next_push_at()
    await store.is_push_used()
    await ask(store, asks("zoe"))
    await store.put_off_request(await claim_request(store), due_at=past)
    await store.drop_request(await claim_request(store))
    await unsubscribe(store, "nobody", HOME)
    made = await subscribe(store, "zoe", HOME, lease=timedelta(0))
    await store.expire_subscriptions(limit=9)
    made = await subscribe(store, "zoe", HOME)
    await store.set_subscription(made.id, content=PushContent.CHANGES)
    for failing in (False, True):
        await store.list_subscriptions(failing=failing, limit=2)
        await store.list_subscriptions(path=HOME, failing=failing, after=1, limit=2)
    await store.remove_subscription(made.id)
    await subscribe(store, "kim", HOME)
    await stand.work()
    await publish("two")
    await store.expand_changes(limit=9)
    merged, moved = await store.claim_topics(limit=9, lease=LEASE)
    await store.move_topic(merged, path=moved.path, scopes=("home",))
    await store.move_topic(moved, path="/elsewhere/feed.rss", scopes=("home",))
    await stand.work()
    await publish("three")
    await store.expand_changes(limit=9)
    for topic in await store.claim_topics(limit=9, lease=LEASE):
        await store.end_topic(topic, reason="gone")
