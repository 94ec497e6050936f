"""What was asked of the hub: kept until it is meant or not, the newest of each subscriber, and never too much of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from storage.errors import Invalid, NotFound, TooMany
from storage.model import Algorithm, PushContent, RequestMode
from storage.protocol import PUT_OFF_AT_MOST, Store
from tests.storage.copies import rows_of
from tests.storage.hub import HOME, LEASE, SCOPES, WORLD, Newsstand, ask, asks, claim_request, subscribe, unsubscribe
from tests.storage.newsroom import FOUNDED, SettableClock, story
from tests.stores import EMBEDDED

pytestmark = pytest.mark.anyio


async def test_what_was_asked_waits_as_it_was_asked(store: Store, clock: SettableClock) -> None:
    asked = asks(
        "ann", "/search/feed.rss?q=été", lease=timedelta(days=3), secret="hidden", algorithm=Algorithm.SHA512,
        content=PushContent.CHANGES, client="of an address",
    )  # fmt: skip
    assert await store.next_push_at() is None
    assert not await store.is_push_used()
    before = await store.last_seq()
    await ask(store, asked)
    assert await store.last_seq() == before, "no Change tells of it"
    assert await store.next_push_at() == clock()
    assert await store.is_push_used()
    claimed = await claim_request(store)
    assert (claimed.request, claimed.asked_at, claimed.attempt) == (asked, clock(), 1)
    assert await store.claim_requests(limit=9, lease=LEASE) == ()
    later = clock() + timedelta(seconds=30)
    await store.put_off_request(claimed, due_at=later)
    assert await store.next_push_at() == later
    clock.now = later
    again = await claim_request(store)
    assert (again.id, again.attempt) == (claimed.id, 2)
    await store.drop_request(claimed)
    assert await store.next_push_at() == later + LEASE, "the claim was lost"
    await store.drop_request(again)
    assert await store.next_push_at() is None
    assert not await store.is_push_used()
    assert await store.list_subscriptions(limit=9) == ()


async def test_what_is_meant_becomes_a_subscription(store: Store) -> None:
    made = await subscribe(store, "ann", lease=timedelta(days=3), secret="hidden")
    assert (made.path, made.callback, made.asked) == (
        HOME,
        "https://ann.example/callback",
        "https://news.example/feed.rss",
    )
    assert (made.secret, made.algorithm, made.content) == ("hidden", Algorithm.SHA256, PushContent.FULL)
    assert (made.created_at, made.verified_at, made.expires_at) == (FOUNDED, FOUNDED, FOUNDED + timedelta(days=3))
    assert (made.due_at, made.attempts, made.last_error, made.last_delivered_at) == (None, 0, "", None)
    assert "hidden" not in repr(made)
    assert await store.get_subscription(made.id) == made
    assert await store.claim_requests(limit=9, lease=LEASE) == ()


async def test_a_renewal_keeps_what_it_does_not_name(store: Store, clock: SettableClock) -> None:
    made = await subscribe(store, "ann", secret="one")
    set_ = await store.set_subscription(made.id, content=PushContent.CHANGES, algorithm=Algorithm.SHA1)
    assert set_ == replace(made, content=PushContent.CHANGES, algorithm=Algorithm.SHA1)
    clock.advance(days=1)
    renewed = await subscribe(store, "ann", secret="two", lease=timedelta(days=1))
    ends = FOUNDED + timedelta(days=2)
    assert renewed == replace(set_, secret="two", verified_at=clock(), expires_at=ends)
    clock.now = ends
    anew = await subscribe(store, "ann")
    assert anew.id > made.id, "it had expired"
    assert (anew.content, anew.created_at) == (PushContent.FULL, ends)
    assert await store.list_subscriptions(limit=9) == (anew,)


async def test_a_newer_request_takes_the_place_of_an_older_one(store: Store) -> None:
    await ask(store, asks("ann", secret="one"))
    older = await claim_request(store)
    await ask(store, asks("ann", mode=RequestMode.UNSUBSCRIBE))
    assert await store.confirm_subscription(older, path=HOME, scopes=()) is None
    await store.drop_request(older)
    await store.put_off_request(older, due_at=FOUNDED)
    newer = await claim_request(store)
    assert newer.request.mode is RequestMode.UNSUBSCRIBE
    assert not await store.confirm_unsubscription(older)
    assert await store.confirm_unsubscription(newer)
    assert await store.list_subscriptions(limit=9) == ()


async def test_who_unsubscribes_is_known_by_what_was_asked(store: Store) -> None:
    here = await subscribe(store, "ann")
    await subscribe(store, "ann", WORLD)
    await unsubscribe(store, "ann", WORLD)
    await unsubscribe(store, "bob")
    assert await store.list_subscriptions(limit=9) == (here,)


async def test_no_more_may_wait_than_is_allowed(store: Store) -> None:
    bounds = {"most": 4, "most_per_host": 3, "most_per_client": 2}
    given = [
        (asks("a1", callback_host="a", client="x"), ""),
        (asks("a2", callback_host="a", client="x", mode=RequestMode.UNSUBSCRIBE), ""),
        (asks("b1", callback_host="b", client="x"), "most_per_client"),
        (asks("a1", callback_host="a", client="x", secret="again"), ""),
        (asks("a3", callback_host="a"), ""),
        (asks("a4", callback_host="a"), "most_per_host"),
        (asks("b2", callback_host="b"), ""),
        (asks("c1", callback_host="c"), "most"),
    ]
    for request, passed in given:
        if passed:
            with pytest.raises(TooMany) as error:
                await store.request_subscription(request, **bounds)
            assert error.value.bound == passed
        else:
            await store.request_subscription(request, **bounds)
    assert (await store.push_counts()).requests == 4
    await store.drop_request(await claim_request(store))
    await store.request_subscription(asks("c1", callback_host="c"), **bounds)


@pytest.mark.parametrize(
    ("name", "text"),
    [("callback", "https://é.example/" + "é" * 700), ("asked", "x" * 1301), ("path", "x" * 2001), ("callback", "a\0"),
     ("secret", "\ud800"), ("client", "x" * 2001)],
)  # fmt: skip
async def test_what_cannot_be_kept_is_refused(store: Store, name: str, text: str) -> None:
    given: dict[str, Any] = {name: text}
    wrong = asks("ann", **given)
    with pytest.raises(Invalid):
        await ask(store, wrong)
    with pytest.raises(Invalid):
        await store.add_subscription(wrong, scopes=())
    assert await store.next_push_at() is None


async def test_the_longest_of_all_is_kept(store: Store) -> None:
    long = asks("ann", callback="https://" + "é" * 646, asked="x" * 1300, path="/" + "é" * 999, secret="x" * 200)
    kept = await store.add_subscription(long, scopes=("home",))
    await ask(store, long)
    assert (kept.callback, kept.asked, kept.path) == (long.callback, long.asked, long.path)


async def test_requests_that_nobody_verified_for_a_day_go(store: Store, clock: SettableClock) -> None:
    await ask(store, asks("ann"))
    clock.now += PUT_OFF_AT_MOST / 2
    await ask(store, asks("bob"))
    assert await store.expire_subscriptions(limit=9) == 0
    clock.now += PUT_OFF_AT_MOST / 2
    assert await store.expire_subscriptions(limit=9) == 1
    assert (await claim_request(store)).request == asks("bob")


async def test_no_hash_of_an_address_is_kept_for_more_than_thirty_days(store: Store, clock: SettableClock) -> None:
    await ask(store, asks("ann", client="of an address"))
    clock.advance(days=29)
    assert (await store.run_due()).next_at == FOUNDED + timedelta(days=30)
    clock.advance(days=1, hours=1)
    assert (await store.run_due()).next_at is None
    assert (await claim_request(store)).request == asks("ann")


async def test_a_feed_that_moved_takes_its_subscribers_along(store: Store) -> None:
    stand = Newsstand(store)
    made = await subscribe(store, "ann", WORLD)
    [topic] = await store.claim_topics(limit=9, lease=LEASE)
    assert await store.move_topic(topic, path="/section/planet/feed.rss", scopes=("section:planet",))
    stand.documents["/section/planet/feed.rss"] = "planet"
    await stand.work()
    await store.add_article(story("one", sections=("world",)))
    assert (await store.get_subscription(made.id)).path == "/section/planet/feed.rss"
    await store.expand_changes(limit=9)
    assert await store.claim_topics(limit=9, lease=LEASE) == ()


async def test_a_feed_that_moved_to_another_is_one_with_it(store: Store, clock: SettableClock) -> None:
    stand = Newsstand(store, {HOME: "home", WORLD: "world"})
    for name in ("ann", "bob"):
        await subscribe(store, name, WORLD)
    await subscribe(store, "eve", HOME)
    await stand.work()
    await store.add_article(story("one", sections=("world",)))
    stand.documents |= {WORLD: "world, one", HOME: "home, one"}
    await store.expand_changes(limit=9)
    await stand.look(await store.claim_topics(limit=9, lease=LEASE))
    while await store.spread_topics(limit=9):
        pass
    on_the_way = await store.claim_deliveries(limit=1, lease=LEASE)
    await store.add_article(story("two", sections=("world",)))
    await store.expand_changes(limit=9)
    [world] = [topic for topic in await store.claim_topics(limit=9, lease=LEASE) if topic.path == WORLD]
    assert await store.move_topic(world, path=HOME, scopes=("home",))
    await stand.send(on_the_way)
    stand.documents[HOME] = "home, two"
    clock.now += LEASE
    stand.take()
    await stand.work()
    assert stand.take() == [("ann", "home, two"), ("bob", "home, two"), ("eve", "home, two")]
    assert {one.path for one in await store.list_subscriptions(limit=9)} == {HOME}
    assert (await store.push_counts()).topics == 1


async def test_a_renewal_by_an_old_address_follows_the_feed(store: Store) -> None:
    stand = Newsstand(store, {HOME: "home", WORLD: "world"})
    await subscribe(store, "ann", WORLD)
    await subscribe(store, "bob", HOME)
    await stand.work()
    await ask(store, asks("ann", WORLD))
    claimed = await claim_request(store)
    renewed = await store.confirm_subscription(claimed, path=HOME, scopes=SCOPES[HOME])
    assert renewed is not None
    assert (renewed.path, renewed.asked) == (HOME, asks("ann", WORLD).asked)
    await stand.work()
    assert stand.take() == [("ann", "home")], "its document is another: rel=self is"
    assert (await store.push_counts()).topics == 1


async def test_a_feed_that_is_gone_ends_its_subscriptions_and_they_are_told(store: Store) -> None:
    for name in ("ann", "bob", "eve"):
        await subscribe(store, name)
    await ask(store, asks("eve", secret="asked again"))
    [topic] = await store.claim_topics(limit=9, lease=LEASE)
    assert await store.end_topic(topic, reason="The feed is gone.")
    assert await store.list_subscriptions(limit=9) == ()
    requests = {one.request.callback: one.request for one in await store.claim_requests(limit=9, lease=LEASE)}
    assert len(requests) == 3
    denied = requests["https://ann.example/callback"]
    assert (denied.mode, denied.reason, denied.asked) == (RequestMode.DENIED, "The feed is gone.", asks("ann").asked)
    assert requests["https://eve.example/callback"] == asks("eve", secret="asked again")
    assert (await store.push_counts()).requests == 1
    assert await store.end_topic(topic, reason="twice")


async def test_many_leave_a_topic_in_many_steps(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.sql.push_topics.AT_ONCE", 2)
    for number in range(4):
        await subscribe(store, f"s{number}", WORLD)
    await subscribe(store, "eve", HOME)
    topics = {topic.path: topic for topic in await store.claim_topics(limit=9, lease=LEASE)}
    moved = [await store.move_topic(topics[WORLD], path=HOME, scopes=("home",)) for _ in range(3)]
    assert moved == [False, False, True]
    assert len(await store.list_subscriptions(path=HOME, limit=9)) == 5
    ended = [await store.end_topic(topics[HOME], reason="gone") for _ in range(3)]
    assert ended == [False, False, True]
    assert await store.list_subscriptions(limit=9) == ()
    assert len(await store.claim_requests(limit=9, lease=LEASE)) == 5


async def test_people_list_and_remove(store: Store) -> None:
    made = [await subscribe(store, name) for name in ("zoe", "ann")]
    made.append(await store.add_subscription(asks("bob", WORLD, algorithm=Algorithm.SHA1), scopes=SCOPES[WORLD]))
    assert made[2].algorithm is Algorithm.SHA1
    assert await store.list_subscriptions(limit=9) == tuple(made)
    assert await store.list_subscriptions(limit=1) == tuple(made[:1])
    assert await store.list_subscriptions(after=made[0].id, limit=1) == (made[1],)
    assert await store.list_subscriptions(path=HOME, after=made[0].id, limit=9) == (made[1],)
    assert await store.list_subscriptions(path=WORLD, limit=9) == (made[2],)
    assert await store.list_subscriptions(path="/nowhere\0", limit=9) == ()
    await store.remove_subscription(made[1].id)
    for call in (store.remove_subscription, store.get_subscription, store.set_subscription):
        with pytest.raises(NotFound):
            await call(made[1].id)
    counts = await store.push_counts()
    assert (counts.topics, counts.subscriptions, counts.due, counts.due_since) == (2, 2, 0, None)


async def test_expired_subscriptions_go_oldest_first(store: Store, clock: SettableClock) -> None:
    made = [await subscribe(store, f"s{days}", lease=timedelta(days=days)) for days in (3, 1, 2, 9)]
    clock.advance(days=3)
    assert await store.expire_subscriptions(limit=2) == 2
    assert await store.list_subscriptions(limit=9) == (made[0], made[3])
    assert await store.expire_subscriptions(limit=2) == 1
    assert await store.expire_subscriptions(limit=2) == 0
    clock.advance(days=9)
    assert await store.expire_subscriptions(limit=2) == 1
    assert (await store.push_counts()).topics == 0


@EMBEDDED
async def test_a_damaged_row_takes_nothing_from_the_others(store: Store, store_url: str) -> None:

    await subscribe(store, "ann")
    bob = await subscribe(store, "bob")
    rows_of(store_url, "UPDATE subscriptions SET algorithm = 'rot13', due_at = 0 WHERE callback LIKE '%ann%'")
    rows_of(store_url, f"UPDATE subscriptions SET due_at = 0 WHERE id = {bob.id}")
    assert [one.id for one in await store.list_subscriptions(limit=9)] == [bob.id]
    assert [one.subscription.id for one in await store.claim_deliveries(limit=9, lease=LEASE)] == [bob.id]
