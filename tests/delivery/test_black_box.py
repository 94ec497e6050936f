"""What a subscriber sees of the hub, over sockets alone: discovery, subscription, notification, as websub.rocks asks it of hubs."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.delivery.hub import PACE, Hub, hub_of
from tests.delivery.subscribers import Asked, Callback, Sink, is_signed, status
from tests.kinds.newsroom import FOUNDED, SettableClock
from tests.server.listening import listening
from tests.server.wire import Answer, dial, until
from tests.web.site import BASE, open_site

pytestmark = pytest.mark.anyio


@dataclass
class Outside:
    """Somebody who knows nothing of the newsroom but a page's or a feed's address."""

    hub: Hub
    port: int

    async def get(self, url: str) -> Answer:
        async with dial(self.port) as wire:
            return await wire.ask(url.removeprefix(BASE))

    async def discover(self, url: str) -> dict[str, str]:
        """The addresses by relation in the Link field: 'self' and 'hub'."""
        link = (await self.get(url)).field("link") or ""
        return {rel: target for target, rel in re.findall(r'<([^>]*)>; rel="(self|hub)"', link)}

    async def ask(self, hub_url: str, **parameters: str) -> int:
        body = urlencode({f"hub.{name}": value for name, value in parameters.items()}).encode()
        async with dial(self.port) as wire:
            answer = await wire.ask(
                hub_url.removeprefix(BASE), method="POST", body=body, Content_Type="application/x-www-form-urlencoded"
            )
        return answer.status

    async def subscribe(self, callback: Callback, url: str = f"{BASE}/feed.rss", **parameters: str) -> str:
        """Find the hub of an address, ask it, confirm; the topic."""
        found = await self.discover(url)
        asked = {"mode": "subscribe", "topic": found["self"], "callback": callback.url} | parameters
        before = len(callback.gets)
        assert await self.ask(found["hub"], **asked) == 202
        await until(lambda: len(callback.gets) > before)
        await self.hub.quiet()
        return found["self"]

    async def notified(self, callback: Callback, headline: str) -> Asked:
        """What comes when an article is published; nothing had come before."""
        assert callback.posts == []
        await self.hub.site.newsroom.publish(headline)
        await self.hub.quiet()
        [post] = callback.posts
        return post


@pytest.fixture
async def outside(tmp_path: Path, subscribers: Sink) -> AsyncIterator[Outside]:
    async with open_site(tmp_path, SettableClock(FOUNDED), outbound_allow="127.0.0.0/8") as site:
        await site.newsroom.publish("first")
        async with listening(site.app, site.state) as server, hub_of(site, subscribers, pace=PACE) as hub:
            yield Outside(hub, server.port)


@pytest.mark.parametrize("address", ["/feed.rss", "/section/world/feed.atom", "/feed.json", "/comments/feed.rdf", "/"])
async def test_a_typical_subscription(outside: Outside, subscribers: Sink, address: str) -> None:
    callback = subscribers.callback(query="?id=7")
    topic = await outside.subscribe(callback, BASE + address)
    query = callback.gets[0].query
    assert query.pop("hub.challenge")
    assert query == {"id": "7", "hub.mode": "subscribe", "hub.topic": topic, "hub.lease_seconds": "864000"}
    room = outside.hub.site.newsroom
    article = await room.publish("ferry")
    if "comments" in address:
        await room.reply(article, "Miriam")
    await outside.hub.quiet()
    polled = await outside.get(topic)
    post = callback.posts[-1]
    assert post.body == polled.body
    assert post.fields["content-type"] == polled.field("content-type")
    assert re.findall(r'<([^>]*)>; rel="(\w+)"', post.fields["link"]) == [(topic, "self"), (f"{BASE}/hub", "hub")]
    assert "x-hub-signature" not in post.fields


async def test_a_subscription_with_a_secret(outside: Outside, subscribers: Sink) -> None:
    callback = subscribers.callback()
    await outside.subscribe(callback, secret="qrstuv & wxyz")
    assert is_signed(await outside.notified(callback, "ferry"), "qrstuv & wxyz")


async def test_further_parameters_are_ignored(outside: Outside, subscribers: Sink) -> None:
    callback = subscribers.callback()
    await outside.subscribe(callback, foo="bar", **{"bar.baz": "x", "lease_seconds": "7200"})
    assert callback.gets[0].query["hub.lease_seconds"] == "7200"
    await outside.notified(callback, "ferry")


async def test_subscribing_again_is_one_subscription(outside: Outside, subscribers: Sink) -> None:
    callback = subscribers.callback()
    await outside.subscribe(callback, secret="of before")
    await outside.subscribe(callback, secret="of now")
    assert callback.modes == ["subscribe"] * 2
    assert is_signed(await outside.notified(callback, "ferry"), "of now")


async def test_who_unsubscribes_is_notified_no_more(outside: Outside, subscribers: Sink) -> None:
    callback, other = subscribers.callback(), subscribers.callback("/other")
    topic = await outside.subscribe(callback)
    await outside.subscribe(other)
    assert await outside.ask(f"{BASE}/hub", mode="unsubscribe", topic=topic, callback=callback.url) == 202
    await until(lambda: callback.modes == ["subscribe", "unsubscribe"])
    await outside.hub.quiet()
    await outside.notified(other, "ferry")
    assert callback.posts == []


async def test_who_did_not_ask_is_sent_nothing(outside: Outside, subscribers: Sink) -> None:
    callback, other = subscribers.callback(), subscribers.callback("/other")
    callback.verifies = status(404)
    await outside.subscribe(callback)
    await outside.subscribe(other)
    await outside.notified(other, "ferry")
    assert callback.posts == []


async def test_an_address_of_before_is_verified_as_it_was_named(outside: Outside, subscribers: Sink) -> None:
    callback = subscribers.callback()
    named = f"{BASE}/category/world/feed/"
    assert await outside.ask(f"{BASE}/hub", mode="subscribe", topic=named, callback=callback.url) == 202
    await until(lambda: len(callback.gets) == 1)
    await outside.hub.quiet()
    assert callback.gets[0].query["hub.topic"] == named
    post = await outside.notified(callback, "ferry")
    assert post.fields["link"].startswith(f'<{BASE}/section/world/feed.rss>; rel="self", ')
    assert await outside.ask(f"{BASE}/hub", mode="unsubscribe", topic=named, callback=callback.url) == 202
    await until(lambda: len(callback.gets) == 2)
    await outside.hub.quiet()
    assert await outside.hub.all() == ()


async def test_a_publishers_ping_changes_nothing(outside: Outside, subscribers: Sink) -> None:
    callback = subscribers.callback()
    topic = await outside.subscribe(callback)
    assert await outside.ask(f"{BASE}/hub", mode="publish", url=topic) in (202, 204)
    await outside.hub.quiet()
    assert callback.posts == []
    await outside.notified(callback, "ferry")
