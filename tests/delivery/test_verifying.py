"""Nobody is sent anything who was not asked whether they want it (WebSub, section 5.3)."""

from datetime import timedelta

import pytest

from feeds.delivery.intent import ATTEMPTS
from storage.model import RequestMode
from tests.delivery.hub import RSS, WORLD, Hub
from tests.delivery.subscribers import Answer, Sink, drip, drop, echo, hang, reset, status
from tests.server.wire import until
from tests.web.site import BASE

pytestmark = pytest.mark.anyio


async def test_a_subscriber_is_asked_about_the_topic_as_it_named_it(hub: Hub, subscribers: Sink) -> None:
    callback = subscribers.callback("/hook", query="?id=7&x=%2F")
    await hub.ask(callback, WORLD, asked=f"{BASE}/category/world/feed/atom/", lease=timedelta(days=3))
    await hub.is_so(hub.has(callback))
    [asked] = callback.gets
    assert asked.target.startswith("/hook?id=7&x=%2F&hub.mode=subscribe&")
    assert asked.query | {"hub.challenge": ""} == {
        "id": "7",
        "x": "/",
        "hub.mode": "subscribe",
        "hub.topic": f"{BASE}/category/world/feed/atom/",
        "hub.challenge": "",
        "hub.lease_seconds": "259200",
    }
    assert "content-length" not in asked.fields
    one = await hub.of(callback)
    assert (one.path, one.expires_at - one.verified_at) == (WORLD, timedelta(days=3))


async def test_a_challenge_is_echoed_with_a_line_end_by_some(hub: Hub, subscribers: Sink) -> None:
    callback = subscribers.callback()
    callback.verifies = lambda asked, writer: status(202, asked.query["hub.challenge"].encode() + b"\r\n")(
        asked, writer
    )
    await hub.subscribe(callback)
    await hub.site.newsroom.publish("ferry")
    await until(lambda: len(callback.posts) == 1)


@pytest.mark.parametrize(
    "answer",
    [
        status(404),
        status(403, b"challenge-0"),
        status(200, b"something else"),
        status(200),
        status(204),
        status(302, Location="/elsewhere"),
        status(200, b"challenge-0" + b"x" * 200),
    ],
)
async def test_who_does_not_confirm_is_not_subscribed(hub: Hub, subscribers: Sink, answer: Answer) -> None:
    callback = subscribers.callback()
    elsewhere = subscribers.callback("/elsewhere")
    callback.verifies = answer
    await hub.ask(callback)
    await until(lambda: bool(callback.gets))
    await hub.quiet()
    assert await hub.all() == ()
    assert await hub.store.next_push_at() is None, "it is not asked again"
    assert elsewhere.gets == [], "a redirect is no answer"


@pytest.mark.parametrize("trouble", [drop, reset, status(500), status(503), status(429), None])
async def test_who_cannot_be_reached_is_asked_again(hub: Hub, subscribers: Sink, trouble: Answer | None) -> None:
    callback = subscribers.callback()
    callback.verifies = trouble or echo
    if trouble is None:
        # Nobody is there.
        callback.url = callback.url.replace(f":{subscribers.port}", ":1080")
    await hub.ask(callback)
    await hub.quiet()
    assert await hub.all() == ()
    for pause in ATTEMPTS[:-1]:
        hub.advance(seconds=pause.total_seconds())
        await hub.quiet()
    if trouble is not None:
        assert len(callback.gets) == len(ATTEMPTS)
        callback.verifies = echo
    hub.advance(seconds=ATTEMPTS[-1].total_seconds())
    await hub.quiet()
    if trouble is not None:
        assert len(await hub.all()) == 1
    assert await hub.store.next_push_at() is None, "after that nobody asks any more"


@pytest.mark.parametrize("trouble", [hang, drip])
async def test_who_does_not_answer_in_time_is_asked_again(impatient: Hub, subscribers: Sink, trouble: Answer) -> None:
    hub, callback = impatient, subscribers.callback()
    callback.verifies = trouble
    await hub.ask(callback)
    await until(lambda: len(callback.gets) == 1)
    await hub.quiet()
    assert await hub.all() == ()
    callback.verifies = echo
    for pause in ATTEMPTS:
        hub.advance(seconds=pause.total_seconds())
        await hub.quiet()
    assert len(await hub.all()) == 1


async def test_an_unsubscription_is_verified_too(hub: Hub, subscribers: Sink) -> None:
    callback = subscribers.callback()
    await hub.subscribe(callback)
    callback.verifies = status(404)
    await hub.ask(callback, mode=RequestMode.UNSUBSCRIBE)
    await hub.quiet()
    assert len(await hub.all()) == 1, "somebody else asked for it"
    await hub.site.newsroom.publish("ferry")
    await until(lambda: len(callback.posts) == 1)
    callback.verifies = echo
    await hub.ask(callback, mode=RequestMode.UNSUBSCRIBE)
    await hub.quiet()
    assert await hub.all() == ()
    assert callback.modes == ["subscribe", "unsubscribe", "unsubscribe"]
    assert "hub.lease_seconds" not in callback.gets[-1].query
    await hub.site.newsroom.publish("harbour")
    await hub.quiet()
    assert len(callback.posts) == 1


async def test_a_renewal_lasts_from_its_verification_on_and_sends_nothing(hub: Hub, subscribers: Sink) -> None:
    callback = subscribers.callback()
    first = await hub.subscribe(callback)
    hub.advance(days=9)
    await hub.ask(callback)
    await hub.quiet()
    again = await hub.of(callback)
    assert (again.id, again.expires_at) == (first.id, first.expires_at + timedelta(days=9))
    hub.advance(days=9)
    await hub.site.newsroom.publish("ferry")
    await until(lambda: len(callback.posts) == 1)


async def test_each_challenge_is_another(hub: Hub, subscribers: Sink) -> None:
    callback = subscribers.callback()
    for _ in range(3):
        await hub.ask(callback)
        await hub.quiet()
    assert len({asked.query["hub.challenge"] for asked in callback.gets}) == 3


async def test_whose_feed_is_withdrawn_is_told(hub: Hub, subscribers: Sink) -> None:
    callback, other = subscribers.callback(), subscribers.callback("/other")
    article = await hub.site.newsroom.publish("ferry")
    await hub.subscribe(callback, f"{article.path}feed.rss")
    await hub.subscribe(other, RSS)
    callback.verifies = status(500)
    await hub.site.newsroom.withdraw(article)
    await until(lambda: callback.modes == ["subscribe", "denied"])
    assert callback.gets[1].query["hub.topic"] == f"{BASE}{article.path}feed.rss"
    assert "withdrawn" in callback.gets[1].query["hub.reason"]
    await hub.quiet()
    assert [one.callback for one in await hub.all()] == [other.url]
    assert len(callback.gets) == 2, "whatever it answers, it is told once"
