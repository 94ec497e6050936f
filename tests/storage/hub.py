"""What the tests of the hub's store are written with: subscribers, and workers that do one step, or all there is to do."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from storage.model import (
    ClaimedRequest,
    ClaimedTopic,
    Delivery,
    DeliverySucceeded,
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


async def ask(store: Store, request: SubscriptionRequest, most: int = 100) -> None:
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
