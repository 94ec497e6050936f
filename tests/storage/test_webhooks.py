"""Webhooks of partners: any order of what happens to a queue, on both engines."""

from datetime import timedelta
from random import Random

import pytest

from storage.errors import Conflict, Invalid, NotFound
from storage.model import Action, NewEvent, Partner, PartnerKey, Webhook
from storage.protocol import Store
from tests.storage.newsroom import FOUNDED, SettableClock

pytestmark = pytest.mark.anyio

LEASE = timedelta(minutes=1)
URGENCY = [Action.WITHDRAW, Action.EDIT, Action.INSERT]


async def partner(store: Store, name: str = "Rome", *, lasts: timedelta | None = None) -> Partner:
    made = await store.add_partner(Partner(name=name))
    ends = None if lasts is None else FOUNDED + lasts
    await store.add_partner_key(name, PartnerKey(name="one", hash=f"of {name}", created_at=FOUNDED, expires_at=ends))
    return made


async def hook(store: Store, name: str = "Rome", url: str = "https://rome.example/") -> Webhook:
    return await store.add_webhook(name, url=url, secret="sealed", cursor="0", set_id=1, number=0)


async def queue(store: Store, name: str, cursor: str, *events: NewEvent) -> None:
    [one] = await store.list_webhooks(name)
    await store.queue_events(one, events, cursor=cursor, set_id=1, number=int(cursor), of_set=1)


def event(action: Action, article_id: int, message: str = "") -> NewEvent:
    return NewEvent(
        message=message or f"{action} {article_id}", action=action, article_id=article_id, guid=f"guid {article_id}"
    )


async def test_any_order_of_steps_sends_the_newest_of_each_once_the_most_urgent_first(
    store: Store, clock: SettableClock
) -> None:
    random = Random(7)
    made = await partner(store)
    await hook(store)
    waiting: dict[int, NewEvent] = {}
    failed: dict[str, int] = {}
    taken: list[str] = []
    for step in range(1, 80):
        clock.advance(seconds=1)
        if random.random() < 0.5:
            said = event(random.choice(URGENCY), random.randrange(5), f"message {step}")
            await queue(store, "Rome", str(step), said)
            waiting.pop(said.article_id, None)
            waiting[said.article_id] = said
        for delivery in await store.claim_webhooks(limit=9, lease=LEASE):
            expected = min(waiting.values(), key=lambda one: (failed.get(one.message, 0), URGENCY.index(one.action)))
            assert delivery.message == expected.message
            assert delivery.partner.id == made.id
            assert await store.claim_webhooks(limit=9, lease=LEASE) == (), "one at a time"
            match random.randrange(3):
                case 0:
                    await store.fail_event(delivery, "500", due_at=clock())
                    failed[delivery.message] = failed.get(delivery.message, 0) + 1
                case 1:
                    await store.return_event(delivery, due_at=clock())
                case 2:
                    await store.acknowledge_event(delivery)
                    taken.append(delivery.message)
                    del waiting[delivery.article_id]
                    receipt = (await store.last_receipts())[made.id]
                    assert (receipt.message, receipt.at) == (delivery.message, clock())
                    assert (await store.partner_visits())[made.id].at == clock(), "who answers has been here"
            await store.acknowledge_event(delivery)
        [one] = await store.list_webhooks("Rome")
        assert one.waiting == len(waiting)
        assert (one.due_at is None) == (not waiting)
    assert len(taken) == len(set(taken)) > 5


async def test_a_claim_that_was_lost_says_nothing_and_one_that_ran_out_is_given_again(
    store: Store, clock: SettableClock
) -> None:
    await partner(store)
    await hook(store)
    await queue(store, "Rome", "1", event(Action.INSERT, 1))
    assert await store.next_push_at() == clock()
    [lost] = await store.claim_webhooks(limit=9, lease=LEASE)
    clock.advance(minutes=2)
    [held] = await store.claim_webhooks(limit=9, lease=LEASE)
    assert (held.message, held.webhook.attempts) == (lost.message, 2)
    for report in (store.acknowledge_event(lost), store.end_webhook(lost, "gone")):
        await report
    assert await store.last_receipts() == {}
    await store.fail_event(held, "no\0text", due_at=None)
    [one] = await store.list_webhooks("Rome")
    assert (one.due_at, one.attempts, one.waiting, one.last_error) == (None, 0, 1, "no\ufffdtext")
    await queue(store, "Rome", "2", event(Action.INSERT, 2))
    [again] = await store.claim_webhooks(limit=9, lease=LEASE)
    assert again.article_id == 2, "what failed least"


async def test_of_two_workers_that_queue_one_does(store: Store) -> None:
    await partner(store)
    one = await hook(store)
    for message in ("first", "second"):
        await store.queue_events(one, [event(Action.INSERT, 1, message)], cursor="1", set_id=1, number=1, of_set=1)
    [delivery] = await store.claim_webhooks(limit=9, lease=LEASE)
    assert delivery.message == "first"
    [behind] = await store.webhooks_behind(limit=9)
    assert behind.webhook.id == one.id, "the log of its set has no such entry: a backup was put in its place"


async def test_without_a_key_none_is_made_and_none_is_entitled(store: Store, clock: SettableClock) -> None:
    await store.add_partner(Partner(name="Bare"))
    with pytest.raises(Conflict, match="make one first"):
        await hook(store, "Bare")
    with pytest.raises(NotFound):
        await hook(store, "Nobody")
    await partner(store, lasts=timedelta(days=1))
    with pytest.raises(Invalid):
        await hook(store, url=f"https://rome.example/{'x' * 2_000}")
    await hook(store)
    with pytest.raises(Conflict, match="already"):
        await hook(store)
    assert await store.is_push_used()
    await queue(store, "Rome", "1", event(Action.INSERT, 1), event(Action.WITHDRAW, 2))
    [delivery] = await store.claim_webhooks(limit=9, lease=LEASE)
    assert (delivery.is_entitled, delivery.action) == (True, Action.WITHDRAW)
    await store.return_event(delivery, due_at=clock())
    clock.now = FOUNDED + timedelta(days=1)
    [delivery] = await store.claim_webhooks(limit=9, lease=LEASE)
    assert not delivery.is_entitled
    await store.end_webhook(delivery, "no key")
    [one] = await store.list_webhooks("Rome")
    assert (one.ended_at, one.ended_why, one.waiting, one.due_at) == (clock(), "no key", 0, None)
    assert not await store.is_push_used()
    assert await store.webhooks_behind(limit=9) == ()


async def test_receipts_are_let_go_with_the_log(store: Store, clock: SettableClock) -> None:
    made = await partner(store)
    await hook(store)
    await queue(store, "Rome", "1", event(Action.INSERT, 1), event(Action.INSERT, 2))
    [delivery] = await store.claim_webhooks(limit=9, lease=LEASE)
    await store.acknowledge_event(delivery)
    clock.advance(days=31)
    await store.prune_sets(keep_log=30 * 86_400, keep_unused=30 * 86_400)
    [one] = await store.list_webhooks("Rome")
    assert (one.waiting, one.acknowledged_at) == (1, None)
    assert made.id not in await store.last_receipts()
