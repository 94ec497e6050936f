"""What changes reaches who subscribes to it: once, to its end, whoever dies on the way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from storage.model import DeliveryFailed, DeliveryRefused, DeliveryReturned, DeliverySucceeded
from storage.protocol import PUT_OFF_AT_MOST, Store
from tests.storage.hub import (
    HOME,
    LEASE,
    WORLD,
    Newsstand,
    ask,
    asks,
    claim_request,
    name_of,
    subscribe,
    unsubscribe,
)
from tests.storage.newsroom import SettableClock, edit, prune, story

pytestmark = pytest.mark.anyio


@pytest.fixture
def stand(store: Store) -> Newsstand:
    return Newsstand(store)


async def publish(stand: Newsstand, slug: str, *sections: str) -> None:
    await stand.store.add_article(story(slug, sections=sections))
    for path in (HOME, WORLD) if "world" in sections else (HOME,):
        stand.documents[path] = slug


async def test_who_subscribes_is_sent_what_changes_from_then_on(stand: Newsstand) -> None:
    await publish(stand, "before")
    subscription = await subscribe(stand.store, "ann")
    assert (subscription.path, subscription.due_at) == (HOME, None)
    await stand.work()
    assert stand.take() == []
    await publish(stand, "after")
    await stand.work()
    assert stand.take() == [("ann", "after")]
    kept = await stand.store.get_subscription(subscription.id)
    assert kept.delivered == kept.wanted == await stand.store.last_seq()
    assert (kept.due_at, kept.attempts, kept.last_delivered_at) == (None, 0, stand.store.now())


async def test_a_change_elsewhere_and_one_that_reaches_no_byte_are_sent_to_nobody(stand: Newsstand) -> None:
    await subscribe(stand.store, "ann", WORLD)
    await publish(stand, "first", "world")
    await stand.work()
    stand.take()
    await publish(stand, "elsewhere", "business")
    await stand.work()
    seen = await stand.store.list_articles(limit=5)
    await edit(stand.store, next(one for one in seen if one.slug == "first"), headline="Another")
    await stand.work()
    assert stand.take() == []


async def test_what_changed_between_a_request_and_its_first_look_is_sent(stand: Newsstand) -> None:

    await publish(stand, "before")
    await ask(stand.store, asks("ann"))
    await publish(stand, "meanwhile")
    claimed = await claim_request(stand.store)
    await stand.store.confirm_subscription(claimed, path=HOME, scopes=("home",))
    await stand.work()
    assert stand.take() == [("ann", "meanwhile")]


async def test_updates_coalesce_and_the_newest_goes_to_all(stand: Newsstand) -> None:
    for name in ("ann", "bob", "eve"):
        await subscribe(stand.store, name)
    await stand.work()
    for slug in ("one", "two"):
        await publish(stand, slug)
        while await stand.store.expand_changes(limit=1):
            pass
        await stand.look(await stand.store.claim_topics(limit=5, lease=LEASE))
        assert await stand.store.spread_topics(limit=2) == 2
        await publish(stand, slug + ", more of it")
        await stand.store.expand_changes(limit=9)
        assert await stand.store.claim_topics(limit=5, lease=LEASE) == (), "it is being spread"
        assert await stand.store.spread_topics(limit=2) == 1
    await stand.work()
    newest = "two, more of it"
    assert stand.take() == [("ann", newest), ("bob", newest), ("eve", newest)]


async def test_an_edit_taken_back_while_it_was_delivered_reaches_who_saw_it(stand: Newsstand) -> None:
    await subscribe(stand.store, "ann")
    await subscribe(stand.store, "bob")
    await publish(stand, "one")
    while await stand.store.expand_changes(limit=9):
        pass
    await stand.look(await stand.store.claim_topics(limit=5, lease=LEASE))
    await stand.store.spread_topics(limit=9)
    [ann, bob] = await stand.store.claim_deliveries(limit=9, lease=LEASE)
    await stand.send([ann])
    await publish(stand, "two")
    await stand.send([bob])
    await publish(stand, "three")
    stand.documents[HOME] = "one"
    stand.take()
    await stand.work()
    assert stand.take() == [("bob", "one")]


async def test_a_worker_that_dies_loses_nothing(stand: Newsstand, clock: SettableClock) -> None:
    subscription = await subscribe(stand.store, "ann")
    await stand.work()
    await publish(stand, "one")
    await stand.store.expand_changes(limit=9)
    [dead] = await stand.store.claim_topics(limit=1, lease=LEASE)
    assert await stand.store.claim_topics(limit=1, lease=LEASE) == ()
    assert await stand.store.next_push_at() == clock() + LEASE
    clock.advance(minutes=1)
    [topic] = await stand.store.claim_topics(limit=1, lease=LEASE)
    assert topic.attempt == 2
    await stand.store.looked_at(dead, seq=dead.raised, digest="an older look")
    assert await stand.store.spread_topics(limit=9) == 0, "the claim was lost"
    await stand.look([topic])
    await stand.store.spread_topics(limit=9)
    [lost] = await stand.store.claim_deliveries(limit=9, lease=LEASE)
    assert await stand.store.claim_deliveries(limit=9, lease=LEASE) == ()
    clock.advance(minutes=1)
    assert await stand.store.are_held([lost]) == frozenset()
    [again] = await stand.store.claim_deliveries(limit=9, lease=LEASE)
    assert again.subscription.attempts == 2
    assert await stand.store.are_held([lost, again]) == {subscription.id}
    await stand.store.report_deliveries([DeliveryRefused(delivery=lost)])
    await stand.send([again])
    kept = await stand.store.get_subscription(subscription.id)
    for late in (lost, again):
        await stand.store.report_deliveries([DeliverySucceeded(delivery=late, seq=0, digest="too late")])
        await stand.store.report_deliveries([DeliveryRefused(delivery=late)])
    assert await stand.store.get_subscription(subscription.id) == kept
    await stand.work()
    assert stand.take() == [("ann", "one")]


async def test_nobody_who_unsubscribed_or_expired_is_sent_anything(stand: Newsstand, clock: SettableClock) -> None:
    await subscribe(stand.store, "ann")
    await subscribe(stand.store, "bob", lease=timedelta(minutes=1))
    await subscribe(stand.store, "eve")
    await stand.work()
    await publish(stand, "one")
    await stand.store.expand_changes(limit=9)
    await stand.look(await stand.store.claim_topics(limit=9, lease=LEASE))
    await stand.store.spread_topics(limit=9)
    [ann] = await stand.store.claim_deliveries(limit=1, lease=LEASE)
    assert await stand.store.are_held([ann]) == {ann.subscription.id}
    await unsubscribe(stand.store, "ann")
    assert await stand.store.are_held([ann]) == frozenset()
    await stand.store.report_deliveries([DeliveryFailed(delivery=ann, error="late", due_at=None)])
    clock.advance(minutes=1)
    await stand.work()
    assert stand.take() == [("eve", "one")]
    assert [name_of(one) for one in await stand.store.list_subscriptions(limit=9)] == ["eve"]


async def due_delivery(stand: Newsstand, slug: str) -> None:
    """Publish, and have it spread."""
    await publish(stand, slug)
    while await stand.store.expand_changes(limit=9):
        pass
    await stand.look(await stand.store.claim_topics(limit=9, lease=LEASE))
    while await stand.store.spread_topics(limit=9):
        pass


async def test_a_failure_is_tried_again_and_given_up_until_the_next_update(
    stand: Newsstand, clock: SettableClock
) -> None:
    store = stand.store
    subscription = await subscribe(store, "ann")
    await due_delivery(stand, "one")
    [first] = await store.claim_deliveries(limit=1, lease=LEASE)
    later = clock() + timedelta(seconds=20)
    await store.report_deliveries([DeliveryFailed(delivery=first, error="500 \0\ud800", due_at=later)])
    kept = await store.get_subscription(subscription.id)
    assert (kept.last_error, kept.last_error_at, kept.attempts) == ("500 \ufffd\ufffd", clock(), 1)
    assert await store.list_subscriptions(failing=True, limit=9) == (kept,)
    assert await store.next_push_at() == later == kept.due_at
    assert await store.claim_deliveries(limit=1, lease=LEASE) == ()
    clock.now = later
    [second] = await store.claim_deliveries(limit=1, lease=LEASE)
    await store.report_deliveries([DeliveryFailed(delivery=second, error="timeout", due_at=None)])
    assert await store.next_push_at() is None
    await due_delivery(stand, "two")
    [third] = await store.claim_deliveries(limit=1, lease=LEASE)
    assert third.subscription.attempts == 1
    await due_delivery(stand, "three")
    await store.report_deliveries([DeliveryFailed(delivery=third, error="timeout", due_at=None)])
    await stand.work()
    assert stand.take() == [("ann", "three")], "what came while it was tried is not given up with it"
    kept = await store.get_subscription(subscription.id)
    assert (kept.last_error, kept.last_error_at) == ("", clock())


async def test_a_failure_waits_its_time_even_if_there_is_more_to_send(stand: Newsstand, clock: SettableClock) -> None:
    await subscribe(stand.store, "ann")
    await due_delivery(stand, "one")
    [first] = await stand.store.claim_deliveries(limit=1, lease=LEASE)
    far = clock() + 9 * PUT_OFF_AT_MOST
    await stand.store.report_deliveries([DeliveryFailed(delivery=first, error="e", due_at=far)])
    await due_delivery(stand, "two")
    assert await stand.store.claim_deliveries(limit=1, lease=LEASE) == ()
    assert await stand.store.next_push_at() == clock() + PUT_OFF_AT_MOST
    clock.now += PUT_OFF_AT_MOST
    await stand.work()
    assert stand.take() == [("ann", "two")]


async def test_what_is_returned_counts_as_no_attempt(stand: Newsstand, clock: SettableClock) -> None:
    for name in ("ann", "bob"):
        await subscribe(stand.store, name)
    await due_delivery(stand, "one")
    ann, bob = await stand.store.claim_deliveries(limit=9, lease=LEASE)
    soon = clock() + timedelta(seconds=5)
    await stand.store.report_deliveries([DeliveryReturned(delivery=ann), DeliveryReturned(delivery=bob, due_at=soon)])
    [again] = await stand.store.claim_deliveries(limit=9, lease=LEASE)
    assert again.subscription == ann.subscription
    clock.now = soon
    await stand.work()
    assert stand.take() == [("bob", "one")]


async def test_a_subscriber_that_is_gone_is_forgotten_and_so_is_a_topic_without_any(stand: Newsstand) -> None:
    await subscribe(stand.store, "ann")
    await due_delivery(stand, "one")
    await stand.store.report_deliveries(
        [DeliveryRefused(delivery=one) for one in await stand.store.claim_deliveries(limit=9, lease=LEASE)]
    )
    assert await stand.store.list_subscriptions(limit=9) == ()
    counts = await stand.store.push_counts()
    assert (counts.topics, counts.subscriptions, counts.unread) == (0, 0, 0)
    await publish(stand, "two")
    assert await stand.store.next_push_at() is None
    assert await stand.store.expand_changes(limit=9) == 0


async def test_what_is_due_longest_comes_first(stand: Newsstand, clock: SettableClock) -> None:
    for name in ("zoe", "ann", "bob"):
        await subscribe(stand.store, name)
    await due_delivery(stand, "one")
    claimed = await stand.store.claim_deliveries(limit=2, lease=LEASE)
    assert [name_of(one.subscription) for one in claimed] == ["zoe", "ann"]
    await stand.store.report_deliveries(
        [DeliveryReturned(delivery=one, due_at=clock() + timedelta(seconds=n)) for n, one in enumerate(claimed)]
    )
    clock.advance(seconds=9)
    claimed = await stand.store.claim_deliveries(limit=9, lease=LEASE)
    assert [name_of(one.subscription) for one in claimed] == ["zoe", "bob", "ann"]


async def test_a_clock_put_back_delays_for_a_day_at_most(stand: Newsstand, clock: SettableClock) -> None:
    await subscribe(stand.store, "ann", lease=timedelta(days=400))
    clock.advance(days=300)
    await due_delivery(stand, "one")
    clock.advance(days=-299)
    assert await stand.store.claim_deliveries(limit=9, lease=LEASE) == ()
    await stand.store.expire_subscriptions(limit=9)
    await stand.work()
    assert stand.take() == [("ann", "one")]


async def test_a_log_let_go_unread_raises_what_it_did(stand: Newsstand, clock: SettableClock) -> None:

    await subscribe(stand.store, "ann", lease=timedelta(days=400))
    await subscribe(stand.store, "bob", WORLD, lease=timedelta(days=400))
    await stand.work()
    await publish(stand, "one")
    for slug in ("two", "three"):
        clock.advance(days=100)
        await stand.store.add_article(story(slug))
    stand.documents[HOME] = "three"
    await prune(stand.store, timedelta(days=1))
    assert await stand.store.expand_changes(limit=9) == 1
    topics = await stand.store.claim_topics(limit=9, lease=LEASE)
    assert [topic.path for topic in topics] == [HOME]
    await stand.look(topics)
    await stand.work()
    assert stand.take() == [("ann", "three")]


async def test_another_log_raises_every_topic(stand: Newsstand) -> None:
    """And what is known of who has which document was true of the other: it may have been sent another."""
    await subscribe(stand.store, "ann", WORLD)
    await subscribe(stand.store, "bob", HOME)
    await publish(stand, "one", "world")
    await stand.work()
    stand.take()
    await stand.store.supersede_log(9_000)
    stand.documents[WORLD] = "as the standby has it"
    await publish(stand, "two")
    stand.documents[HOME] = "one"
    await stand.work()
    assert stand.take() == [("ann", "as the standby has it"), ("bob", "one")]


async def test_a_look_that_is_too_old_is_followed_by_another(stand: Newsstand, clock: SettableClock) -> None:
    store = stand.store
    await subscribe(store, "ann")
    await stand.work()
    await publish(stand, "one")
    await store.expand_changes(limit=9)
    [topic] = await store.claim_topics(limit=9, lease=LEASE)
    await store.looked_at(topic, seq=topic.raised - 1, digest="behind")
    assert await store.claim_topics(limit=9, lease=LEASE) == ()
    while await store.spread_topics(limit=9):
        pass
    clock.advance(seconds=1)
    [again] = await store.claim_topics(limit=9, lease=LEASE)
    assert again == replace(topic, claim=again.claim, digest="behind")
    await store.looked_at(again, seq=0, digest="before the first look")
    assert (await store.push_counts()).due == 1, "of what was seen first"
    clock.advance(seconds=1)
    await stand.work()
    assert stand.take() == [("ann", "one")]


async def test_a_look_can_be_put_off(stand: Newsstand, clock: SettableClock) -> None:
    await subscribe(stand.store, "ann")
    [topic] = await stand.store.claim_topics(limit=9, lease=LEASE)
    await stand.store.put_off_topic(topic, due_at=clock() + timedelta(minutes=3))
    clock.advance(minutes=2)
    assert await stand.store.claim_topics(limit=9, lease=LEASE) == ()
    clock.advance(minutes=1)
    [again] = await stand.store.claim_topics(limit=9, lease=LEASE)
    assert again.attempt == 2


async def test_an_edit_taken_back_before_it_was_sent_is_sent_to_nobody(stand: Newsstand) -> None:
    await subscribe(stand.store, "ann")
    await publish(stand, "one")
    await stand.work()
    await due_delivery(stand, "two")
    assert (await stand.store.push_counts()).due == 1
    await publish(stand, "three")
    stand.documents[HOME] = "one"
    stand.take()
    await stand.store.expand_changes(limit=9)
    await stand.look(await stand.store.claim_topics(limit=9, lease=LEASE))
    await stand.work()
    assert stand.take() == []
    assert await stand.store.next_push_at() is None


async def test_what_failed_may_have_arrived(stand: Newsstand) -> None:
    await subscribe(stand.store, "ann")
    await publish(stand, "one")
    await stand.work()
    await due_delivery(stand, "two")
    [failed] = await stand.store.claim_deliveries(limit=9, lease=LEASE)
    await stand.store.report_deliveries([DeliveryFailed(delivery=failed, error="timeout", due_at=None)])
    await publish(stand, "three")
    stand.documents[HOME] = "one"
    stand.take()
    await stand.work()
    assert stand.take() == [("ann", "one")]


async def test_what_is_newest_when_it_is_asked_for_is_not_sent(stand: Newsstand) -> None:
    """Neither to the first of a feed, whatever else came before anybody looked, nor to one that comes before a look."""
    await publish(stand, "one", "world")
    await subscribe(stand.store, "ann", WORLD)
    await publish(stand, "elsewhere", "business")
    await stand.work()
    await publish(stand, "two", "world")
    await subscribe(stand.store, "bob", WORLD)
    await publish(stand, "elsewhere too", "business")
    await stand.work()
    assert stand.take() == [("ann", "two")]


async def test_who_came_before_a_look_is_told_when_the_feed_is_as_at_the_look_before(stand: Newsstand) -> None:
    await subscribe(stand.store, "ann")
    await publish(stand, "one")
    await stand.work()
    await publish(stand, "two")
    await subscribe(stand.store, "bob")
    await publish(stand, "three")
    stand.documents[HOME] = "one"
    stand.take()
    await stand.work()
    assert stand.take() == [("bob", "one")]


async def test_feeds_that_depend_on_one_scope_have_room_for_so_many(stand: Newsstand) -> None:
    assert not await stand.store.has_room(HOME, scope="home", most=0)
    assert await stand.store.has_room(HOME, scope="home", most=1)
    await subscribe(stand.store, "ann", HOME)
    await subscribe(stand.store, "bob", WORLD)
    assert await stand.store.has_room(HOME, scope="home", most=0), "it is there"
    assert not await stand.store.has_room("/search/feed.rss?q=a", scope="home", most=1)
    assert await stand.store.has_room("/search/feed.rss?q=a", scope="home", most=2)
