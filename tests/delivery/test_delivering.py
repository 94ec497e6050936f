"""What subscribers receive, byte for byte, and what becomes of it where they do not take it."""

import asyncio
import hashlib
import hmac
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from feeds.delivery.admission import scopes_of
from feeds.delivery.backoff import SERIES
from feeds.delivery.carrier import Pace
from feeds.formats import FORMATS
from feeds.topics import kept_topic
from storage.model import Algorithm, PushContent, RequestMode
from tests.delivery.hub import PACE, WORLD, Hub, hub_of, opened_hub
from tests.delivery.subscribers import Answer, Held, Sink, drip, drop, hang, is_signed, reset, status
from tests.kinds.newsroom import FOUNDED, SettableClock
from tests.server.wire import PATIENCE, until
from tests.web.site import BASE, open_site

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("extension", FORMATS)
async def test_a_delivery_is_the_feed_as_it_is_polled(hub: Hub, subscribers: Sink, extension: str) -> None:
    callback = subscribers.callback()
    path = f"/section/world/feed{extension}"
    await hub.subscribe(callback, path)
    await hub.site.newsroom.publish("ferry")
    await until(lambda: len(callback.posts) == 1)
    [post] = callback.posts
    assert b"Ferry" in post.body
    assert post.body == await hub.polled(path)
    assert post.fields["content-type"] == FORMATS[extension].media_type
    assert post.fields["link"] == f'<{BASE}{path}>; rel="self", <{BASE}/hub>; rel="hub"'
    assert post.fields["content-length"] == str(len(post.body))
    assert not post.fields.keys() & {"content-encoding", "transfer-encoding", "x-hub-signature"}


@pytest.mark.parametrize("algorithm", Algorithm)
async def test_it_is_signed_with_the_subscribers_secret(hub: Hub, subscribers: Sink, algorithm: Algorithm) -> None:
    callback = subscribers.callback()
    await hub.subscribe(callback, secret="sécret", algorithm=algorithm)
    await hub.site.newsroom.publish("ferry")
    await until(lambda: len(callback.posts) == 1)
    [post] = callback.posts
    digest = hmac.new("sécret".encode(), post.body, getattr(hashlib, algorithm)).hexdigest()
    assert post.fields["x-hub-signature"] == f"{algorithm}={digest}"


async def test_a_search_can_be_subscribed_to(hub: Hub, subscribers: Sink) -> None:
    callback = subscribers.callback()
    await hub.subscribe(callback, "/search/feed.rss?q=ferry")
    await hub.site.newsroom.publish("harbour")
    await hub.quiet()
    assert callback.posts == [], "its bytes did not change"
    await hub.site.newsroom.publish("ferry")
    await until(lambda: len(callback.posts) == 1)
    assert callback.posts[0].fields["link"].startswith(f'<{BASE}/search/feed.rss?q=ferry>; rel="self", ')
    assert b"Harbour" not in callback.newest


async def test_subscribers_to_searches_are_taken_for_so_many(tmp_path: Path, subscribers: Sink) -> None:
    """Others are denied, but whoever has one renews it, and shares it."""
    async with (
        open_site(tmp_path, SettableClock(), hub_searches=2) as site,
        hub_of(site, subscribers) as hub,
    ):
        one, two, three, four = (subscribers.callback(f"/{number}") for number in range(4))
        await hub.subscribe(one, "/search/feed.rss?q=ferry")
        await hub.subscribe(two, "/search/feed.rss?q=harbour")
        await hub.ask(three, "/search/feed.rss?q=storm")
        await until(lambda: three.modes == ["subscribe", "denied"])
        for callback in (one, four):
            assert (await hub.subscribe(callback, "/search/feed.rss?q=ferry")).path == "/search/feed.rss?q=ferry"
        assert {subscription.callback for subscription in await hub.all()} == {one.url, two.url, four.url}


async def test_a_thread_is_made_again_for_what_is_in_it_alone(hub: Hub, subscribers: Sink) -> None:
    """Its address tells nothing of its article's number, by which the log names what was changed."""
    article = await hub.site.newsroom.publish("ferry")
    path = f"{article.path}feed.rss"
    topic = kept_topic(path)
    assert topic is not None
    expected = {f"article:{article.id}", f"comments:article:{article.id}", "site"}
    assert set(await scopes_of(hub.site.state, topic)) == expected
    callback = subscribers.callback()
    await hub.subscribe(callback, path)
    await hub.site.newsroom.publish("harbour")
    await hub.quiet()
    assert callback.posts == []
    await hub.site.newsroom.reply(article, "Ann")
    await until(lambda: len(callback.posts) == 1)
    await hub.quiet()
    moved = await hub.site.newsroom.edit(article, slug="ship")
    await hub.quiet()
    assert (await hub.of(callback)).path == f"{moved.path}feed.rss"
    await hub.site.newsroom.reply(moved, "Bob")
    await until(lambda: b"Bob" in callback.newest)


async def test_whoever_subscribes_to_the_same_is_sent_the_same(hub: Hub, subscribers: Sink) -> None:
    callbacks = [subscribers.callback(f"/{number}", host=number % 3) for number in range(40)]
    for callback in callbacks:
        await hub.ask(callback, WORLD, secret=callback.url)
    await hub.quiet()
    await hub.site.newsroom.publish("ferry")
    await hub.quiet()
    assert all(is_signed(post, callback.url) for callback in callbacks for post in callback.posts)
    assert {callback.newest for callback in callbacks} == {await hub.polled(WORLD)}
    assert {len(callback.posts) for callback in callbacks} == {1}


async def test_updates_that_come_while_one_is_under_way_are_one(hub: Hub, subscribers: Sink) -> None:
    callback, held = subscribers.callback(), Held()
    await hub.subscribe(callback)
    callback.takes = held
    await hub.site.newsroom.publish("ferry")
    await until(lambda: len(callback.posts) == 1)
    for number in range(5):
        await hub.site.newsroom.publish(f"story-{number}")
    held.release()
    await hub.quiet()
    assert len(callback.posts) == 2
    assert callback.newest == await hub.polled()


@pytest.mark.parametrize(
    ("trouble", "said", "counted"),
    [
        (status(500), "the callback answers 500", "status_5xx"),
        (status(404), "the callback answers 404", "status_4xx"),
        (status(302, Location="/elsewhere"), "the callback answers 302", "status_3xx"),
        (reset, "", "unreachable"),
    ],
)
async def test_what_fails_is_tried_again_within_half_a_minute(
    hub: Hub, subscribers: Sink, trouble: Answer, said: str, counted: str
) -> None:
    callback, elsewhere, other = (subscribers.callback(path) for path in ("/hook", "/elsewhere", "/other"))
    await hub.subscribe(callback)
    await hub.subscribe(other)
    callback.takes = trouble
    hub.site.state.deliveries.clear()
    await hub.site.newsroom.publish("ferry")
    await hub.quiet()
    assert hub.site.state.deliveries == {counted: 1, "sent": 1}
    one = await hub.of(callback)
    assert one.last_error.startswith(said)
    assert one.last_error
    assert one.attempts == 1
    assert one.due_at is not None
    assert timedelta(0) < one.due_at - hub.site.clock() <= timedelta(seconds=30)
    assert other.newest == await hub.polled(), "nobody else is held up"
    callback.takes = status(200)
    before = len(callback.posts)
    hub.advance(seconds=30)
    await hub.quiet()
    assert callback.newest == await hub.polled()
    assert len(callback.posts) == before + 1
    assert (await hub.of(callback)).last_error == ""
    assert elsewhere.posts == elsewhere.gets == []
    assert len(other.posts) == 1


@pytest.mark.parametrize("trouble", [hang, drip])
async def test_who_does_not_answer_in_time_is_tried_again(impatient: Hub, subscribers: Sink, trouble: Answer) -> None:
    hub, callback = impatient, subscribers.callback()
    await hub.ask(callback)
    for _ in range(3):
        await hub.quiet()
        hub.advance(minutes=5)
    callback.takes = trouble
    await hub.site.newsroom.publish("ferry")
    await hub.quiet()
    one = await hub.of(callback)
    assert one.last_error.startswith("no answer within")
    assert one.attempts == 1
    assert hub.site.state.deliveries["too_slow"] == 1
    callback.takes = status(200)
    for _ in range(3):
        hub.advance(minutes=5)
        await hub.quiet()
    assert callback.newest == await hub.polled()
    assert (await hub.of(callback)).last_error == ""


async def test_an_answer_that_breaks_off_is_an_answer(hub: Hub, subscribers: Sink) -> None:
    """Of its body nothing is wanted: the status has been said."""
    callback = subscribers.callback()
    await hub.subscribe(callback)
    callback.takes = drop
    await hub.site.newsroom.publish("ferry")
    await hub.quiet()
    assert len(callback.posts) == 1
    assert (await hub.of(callback)).due_at is None


async def test_a_host_that_is_down_for_an_hour_gets_the_newest_when_it_is_back(hub: Hub, subscribers: Sink) -> None:
    callbacks = [subscribers.callback(f"/{number}") for number in range(6)]
    other = subscribers.callback(host=1)
    for callback in (*callbacks, other):
        await hub.ask(callback)
    await hub.quiet()
    for callback in callbacks:
        callback.takes = status(500)
    began = hub.site.clock()
    published = 0
    while hub.site.clock() - began < timedelta(hours=1):
        if published < 4:
            await hub.site.newsroom.publish(f"story-{published}")
            published += 1
        hub.advance(seconds=60)
        await hub.quiet()
    asked = sum(len(callback.posts) for callback in callbacks)
    assert asked < 6 * 12, "the pauses grow, and its other subscribers know of its trouble"
    assert other.newest == await hub.polled()
    assert len(other.posts) == published
    for callback in callbacks:
        callback.takes = status(204)
    hub.advance(hours=1)
    await hub.quiet()
    # One of them has found out that the host is back.
    hub.advance(seconds=20)
    await hub.quiet()
    assert {callback.newest for callback in callbacks} == {await hub.polled()}


async def test_after_a_day_of_failures_it_waits_for_the_next_update(hub: Hub, subscribers: Sink) -> None:
    callback = subscribers.callback()
    await hub.subscribe(callback, lease=timedelta(days=30))
    callback.takes = status(404)
    await hub.site.newsroom.publish("ferry")
    await hub.quiet()
    for _ in range(SERIES + 5):
        hub.advance(hours=6)
        await hub.quiet()
    assert len(callback.posts) == SERIES
    one = await hub.of(callback)
    assert (one.due_at, one.last_error) == (None, "the callback answers 404")
    callback.takes = status(204)
    await hub.site.newsroom.publish("harbour")
    await hub.quiet()
    assert callback.newest == await hub.polled()


async def test_a_name_that_leads_elsewhere_once_it_was_verified_is_sent_nothing(
    tmp_path: Path, subscribers: Sink
) -> None:
    places = ["127.0.1.1"]

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return places

    callback = subscribers.callback(host="reader.example")
    callback.verifies = lambda asked, writer: status(
        200, asked.query["hub.challenge"].encode(), Connection="close"
    )(asked, writer)  # fmt: skip
    async with open_site(tmp_path, SettableClock(FOUNDED)) as site, hub_of(site, subscribers, resolve=resolve) as hub:
        await site.newsroom.publish("first")
        await hub.subscribe(callback)
        places[:] = ["127.0.1.1", "10.0.0.1"]
        await site.newsroom.publish("ferry")
        await hub.quiet()
        assert callback.posts == []
        assert "is not on the public Internet" in (await hub.of(callback)).last_error
        places[:] = ["127.0.1.2"]
        hub.advance(seconds=30)
        await hub.quiet()
        assert callback.newest == await hub.polled()


async def test_retry_after_is_waited_for(hub: Hub, subscribers: Sink) -> None:
    callback = subscribers.callback()
    await hub.subscribe(callback)
    callback.takes = status(429, Retry_After="600")
    await hub.site.newsroom.publish("ferry")
    await hub.quiet()
    callback.takes = status(204)
    hub.advance(seconds=590)
    await hub.quiet()
    assert len(callback.posts) == 1
    hub.advance(seconds=10)
    await hub.quiet()
    assert len(callback.posts) == 2


async def test_gone_ends_the_subscription(hub: Hub, subscribers: Sink) -> None:
    callback = subscribers.callback()
    await hub.subscribe(callback)
    callback.takes = status(410)
    await hub.site.newsroom.publish("ferry")
    await hub.quiet()
    assert await hub.all() == ()
    assert hub.site.state.deliveries["gone"] == 1
    await hub.site.newsroom.publish("harbour")
    await hub.quiet()
    assert len(callback.posts) == 1


async def test_a_lease_that_is_over_ends_it(hub: Hub, subscribers: Sink) -> None:
    callback = subscribers.callback()
    await hub.subscribe(callback, lease=timedelta(days=1))
    hub.advance(days=1, seconds=1)
    await hub.site.newsroom.publish("ferry")
    await hub.quiet()
    assert callback.posts == []


async def test_a_host_that_hangs_holds_up_no_other(hub: Hub, subscribers: Sink) -> None:
    """More subscriptions of it than there are places, and they came first."""
    hanging = [subscribers.callback(f"/{number}") for number in range(80)]
    well = [subscribers.callback(f"/{number}", host=1) for number in range(10)]
    for callback in (*hanging, *well):
        await hub.ask(callback)
    await hub.quiet()
    held = Held()
    for callback in hanging:
        callback.takes = held
    await hub.site.newsroom.publish("ferry")
    await until(lambda: all(callback.posts for callback in well))
    assert sum(len(callback.posts) for callback in hanging) == PACE.per_host
    held.release()
    await hub.quiet()
    assert {callback.newest for callback in hanging} == {await hub.polled()}


async def test_a_host_with_very_many_subscriptions_leaves_room_for_others(tmp_path: Path, subscribers: Sink) -> None:
    """Not even what waits for it may fill all that waits."""
    pace = Pace(at_once=4, per_host=1, timeout=PATIENCE)
    async with opened_hub(tmp_path, subscribers, pace=pace) as hub:
        hanging = [subscribers.callback(f"/{number}") for number in range(90)]
        well = [subscribers.callback(f"/{number}", host=1) for number in range(3)]
        for callback in (*hanging, *well):
            await hub.ask(callback)
        await hub.quiet()
        held = Held()
        for callback in hanging:
            callback.takes = held
        await hub.site.newsroom.publish("ferry")
        while not all(callback.posts for callback in well):
            await asyncio.sleep(0.01)
            # What its line had no room for may be claimed again.
            hub.advance(seconds=1)
        assert sum(len(callback.posts) for callback in hanging) == 1
        held.release()


async def test_who_unsubscribes_while_it_waits_is_sent_nothing(hub: Hub, subscribers: Sink) -> None:
    hanging = [subscribers.callback(f"/{number}") for number in range(PACE.per_host)]
    leaving, held = subscribers.callback("/leaving"), Held()
    for callback in (*hanging, leaving):
        await hub.ask(callback)
        await hub.quiet()
    for callback in hanging:
        callback.takes = held
    await hub.site.newsroom.publish("ferry")
    await until(lambda: all(callback.posts for callback in hanging))
    await hub.ask(leaving, mode=RequestMode.UNSUBSCRIBE)
    await hub.is_so(hub.lacks(leaving))
    held.release()
    await hub.quiet()
    assert leaving.posts == []


async def test_only_what_changed_is_sent_on_a_setting(hub: Hub, subscribers: Sink) -> None:
    room, full, changes = hub.site.newsroom, subscribers.callback("/full"), subscribers.callback("/changes")
    ferry = await room.publish("ferry")
    await hub.subscribe(full, "/feed.atom")
    await hub.subscribe(changes, "/feed.atom", content=PushContent.CHANGES)

    async def sent() -> tuple[Sequence[str], Sequence[str]]:
        await hub.quiet()
        names = ("first", "ferry", "harbour", "bridge")
        whole, part = (
            [name for name in names if f"All about {name}".encode() in callback.newest] for callback in (full, changes)
        )
        return whole, part

    hub.advance(seconds=1)
    await room.publish("harbour")
    assert await sent() == (["first", "ferry", "harbour"], ["harbour"])
    hub.advance(seconds=1)
    await room.publish("bridge")
    assert await sent() == (["first", "ferry", "harbour", "bridge"], ["bridge"])
    await room.withdraw(ferry)
    assert await sent() == (["first", "harbour", "bridge"], [])
    assert b"deleted-entry" in changes.newest, "the tombstone tells of it"
    assert changes.posts[-1].fields["link"] == full.posts[-1].fields["link"]


async def test_a_format_that_knows_no_tombstones_is_sent_whole_after_a_withdrawal(hub: Hub, subscribers: Sink) -> None:
    room, changes = hub.site.newsroom, subscribers.callback("/changes")
    ferry = await room.publish("ferry")
    await hub.subscribe(changes, content=PushContent.CHANGES)
    await room.withdraw(ferry)
    await hub.quiet()
    assert changes.newest == await hub.polled()
    await room.publish("harbour")
    await hub.quiet()
    assert b"All about harbour" in changes.newest
    assert b"All about first" not in changes.newest


async def test_what_a_worker_had_in_hand_is_the_next_ones_at_once(
    tmp_path: Path, subscribers: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock of the leases stands still."""
    monkeypatch.setattr("feeds.delivery.carrier._GRACE", 0.01)
    callbacks, held = [subscribers.callback(f"/{number}") for number in range(12)], Held()
    async with open_site(tmp_path, SettableClock(FOUNDED)) as site:
        await site.newsroom.publish("first")
        async with hub_of(site, subscribers) as hub:
            for callback in callbacks:
                await hub.ask(callback)
            await hub.quiet()
            for callback in callbacks:
                callback.takes = held
            await site.newsroom.publish("ferry")
            await until(lambda: sum(len(callback.posts) for callback in callbacks) == PACE.per_host)
        tried = [callback for callback in callbacks if callback.posts]
        held.release()
        async with hub_of(site, subscribers) as hub:
            await hub.quiet()
            newest = await hub.polled()
            assert {callback.newest for callback in callbacks} == {newest}
            assert {len(callback.posts) for callback in callbacks if callback not in tried} == {1}
            assert {len(callback.posts) for callback in tried} == {2}
