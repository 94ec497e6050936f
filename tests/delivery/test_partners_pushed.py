"""Partners are pushed their feeds by the hub: what their terms grant when it is sent, and nothing once a key opens nothing."""

import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from storage.model import Source
from tests.delivery.hub import Hub, opened_hub
from tests.delivery.subscribers import Callback, Sink, status
from tests.partners.partner import Asker, Partners, basic
from tests.web.site import BASE, Client, Reply, client_of

pytestmark = pytest.mark.anyio

FEED = f"{BASE}/partner/feed.json"


@dataclass
class Desk:
    """A newsroom with partners who subscribe by its hub."""

    hub: Hub
    client: Client
    partners: Partners

    async def send(self, callback: Callback, topic: str = FEED, authorization: str = "", **fields: str) -> Reply:
        form = {"hub.mode": "subscribe", "hub.topic": topic, "hub.callback": callback.url}
        form |= {f"hub.{name}": value for name, value in fields.items()}
        headers = {"content-type": "application/x-www-form-urlencoded"}
        if authorization:
            headers["authorization"] = authorization
        return await self.client.ask("/hub", headers, method="POST", content=urlencode(form).encode())

    async def subscribe(self, asker: Asker, callback: Callback, topic: str = FEED, **fields: str) -> None:
        reply = await self.send(callback, topic, f"Bearer {asker.key}", **fields)
        assert reply.status == 202, reply.text
        await self.hub.quiet()

    async def publish(self, name: str, **fields: Any) -> Any:
        return await self.hub.site.newsroom.publish(name, **fields)


@pytest.fixture
async def desk(tmp_path: Path, subscribers: Sink) -> AsyncIterator[Desk]:
    async with opened_hub(tmp_path, subscribers, outbound_allow="127.0.0.0/8") as hub, client_of(hub.site) as client:
        yield Desk(hub, client, Partners(hub.site, client))


def titles(callback: Callback) -> list[str]:
    """Of the entries that it was sent last; one that is withdrawn has but a tombstone."""
    return [item["title"] for item in json.loads(callback.newest)["items"]]


def denials(callback: Callback) -> list[str]:
    return [asked.query["hub.reason"] for asked in callback.gets if asked.query["hub.mode"] == "denied"]


async def test_each_way_to_say_who_it_is_subscribes_and_no_other(desk: Desk, subscribers: Sink) -> None:
    rome = await desk.partners.add()
    strict = await desk.partners.add("Strict", key_in_path=False)
    in_path = FEED.replace("/partner/", f"/partner/{rome.key}/")
    ways = (
        (FEED, f"Bearer {rome.key}", 202),
        (FEED, basic("rome weekly", rome.key), 202),
        (in_path, "", 202),
        (FEED, "", 401),
        (FEED, "Bearer dlp_unknown", 401),
        (FEED, basic("Strict", rome.key), 401),
        (FEED.replace("/partner/", f"/partner/{strict.key}/"), "", 403),
        (f"{BASE}/partner/section/nowhere/feed.json", f"Bearer {rome.key}", 404),
        (f"{BASE}/partner/comments/feed.json", f"Bearer {rome.key}", 404),
    )
    for number, (topic, authorization, expected) in enumerate(ways):
        callback = subscribers.callback(f"/way-{number}")
        reply = await desk.send(callback, topic, authorization)
        assert reply.status == expected, (topic, reply.text)
        assert rome.key not in reply.text
        await desk.hub.quiet()
        assert callback.modes == (["subscribe"] if expected == 202 else [])
        if expected == 202:
            assert callback.gets[0].query["hub.topic"] == FEED, "it is asked about the address without the key"
        elif expected == 401:
            assert "www-authenticate" in reply.fields
    assert "dlp_" not in repr(await desk.hub.all())


async def test_it_is_sent_what_it_would_be_given(desk: Desk, subscribers: Sink) -> None:
    rome = await desk.partners.add(sections=("world",))
    late = await desk.partners.add("Late", delay=3600)
    by_rome, by_late = subscribers.callback("/rome"), subscribers.callback("/late")
    secret = "their own, in UTF-8: \u00e9"
    await desk.subscribe(rome, by_rome, secret=secret)
    await desk.subscribe(late, by_late)
    [kept] = [one.secret for one in await desk.hub.all() if one.callback == by_rome.url]
    assert secret not in kept, "it is not kept as it was given"
    article = await desk.publish("storm", sections=("world",))
    await desk.publish("shares", sections=("business",))
    await desk.hub.quiet()
    assert (len(by_rome.posts), len(by_late.posts)) == (1, 0), "the view makes it due, not the publication"
    post = by_rome.posts[0]
    answer = await rome.ask("/feed.json")
    assert post.body == answer.body
    assert post.fields["link"].startswith(f'<{FEED}>; rel="self", <{BASE}/hub>; rel="hub"')
    assert answer.fields["link"].startswith(f'<{FEED}>; rel="self", <{BASE}/hub>; rel="hub"')
    expected = hmac.digest(secret.encode(), post.body, sha256).hex()
    assert post.fields["x-hub-signature"] == f"sha256={expected}"
    desk.hub.advance(hours=1)
    await desk.hub.quiet()
    assert by_late.newest == (await late.ask("/feed.json")).body
    assert b"storm" in by_late.newest
    await desk.hub.site.newsroom.withdraw(article)
    await desk.hub.quiet()
    for asker, callback in ((rome, by_rome), (late, by_late)):
        assert callback.newest == (await asker.ask("/feed.json")).body
        assert not any("storm" in title.lower() for title in titles(callback))


async def test_terms_are_those_of_when_it_is_sent(desk: Desk, subscribers: Sink) -> None:
    """Also of what failed under other terms, and is tried again."""
    store = desk.hub.store
    rome = await desk.partners.add(sections=("world",))
    callback = subscribers.callback("/rome")
    await desk.subscribe(rome, callback)
    callback.takes = status(500)
    await desk.publish("storm", sections=("world",))
    await desk.hub.quiet()
    assert b"storm" in callback.newest
    terms = replace(rome.partner.terms, sections=("business",))
    await store.update_partner(replace(rome.partner, terms=terms), if_version=1)
    callback.takes = status(204)
    desk.hub.advance(minutes=1)
    await desk.publish("shares", sections=("business",))
    await desk.hub.quiet()
    assert b"shares" in callback.newest
    assert not any("storm" in title.lower() for title in titles(callback))
    assert callback.newest == (await rome.ask("/feed.json")).body
    sent = len(callback.posts)
    await desk.publish("flood", sections=("world",))
    await desk.hub.quiet()
    assert len(callback.posts) == sent, "it follows the view of the present terms"


async def test_nothing_goes_to_who_may_not_have_it(desk: Desk, subscribers: Sink) -> None:
    """An agency's copy that is withheld, what is under embargo, and what is no more: to no subscriber, public or partner."""
    store, room = desk.hub.store, desk.hub.site.newsroom
    plain, early = await desk.partners.add("Plain"), await desk.partners.add("Early", embargoed=True)
    callbacks = {name: subscribers.callback(f"/{name}") for name in ("plain", "early", "public")}
    await desk.subscribe(plain, callbacks["plain"])
    await desk.subscribe(early, callbacks["early"])
    await desk.hub.subscribe(callbacks["public"], "/feed.json")
    until = desk.hub.site.clock() + timedelta(hours=2)

    async def have(word: str) -> set[str]:
        """Who was ever sent it."""
        await desk.hub.quiet()
        return {name for name, one in callbacks.items() if any(word.encode() in post.body for post in one.posts)}

    async def show(word: str) -> set[str]:
        """Of whom the newest has it."""
        await desk.hub.quiet()
        return {name for name, one in callbacks.items() if any(word in title.lower() for title in titles(one))}

    await room.publish("secretive", embargoed_until=until)
    assert await have("secretive") == {"early"}
    await store.withhold_source("Agency")
    await room.publish("agencycopy", source=Source(name="Agency"))
    assert await have("agencycopy") == {"public"}
    await room.publish("other", source=Source(name="Reuters"))
    assert await have("other") == {"plain", "early", "public"}
    await store.withhold_source("reuters")
    assert await show("other") == {"public"}
    desk.hub.advance(hours=2)
    await store.run_due()
    assert await show("secretive") == {"plain", "early", "public"}


@pytest.mark.parametrize("how", ["key", "partner", "over", "key over"])
async def test_whose_key_ends_is_denied_and_what_was_due_is_dropped(desk: Desk, subscribers: Sink, how: str) -> None:
    store, clock = desk.hub.store, desk.hub.site.clock
    end = clock() + timedelta(days=1)
    rome = await desk.partners.add(until=end if how == "over" else None)
    if how == "key over":
        rome = replace(rome, key=await desk.partners.key("Rome Weekly", "short", end))
    callback, other = subscribers.callback("/rome"), subscribers.callback("/other")
    await desk.subscribe(rome, callback)
    await desk.subscribe(await desk.partners.add("Other"), other)
    lease = int(callback.gets[0].query["hub.lease_seconds"])
    assert lease == (86_400 if "over" in how else 864_000), "no longer than the key"
    callback.takes = status(500)
    await desk.publish("storm")
    await desk.hub.quiet()
    assert (await desk.hub.of(callback)).due_at is not None
    sent = len(callback.posts)
    match how:
        case "key":
            await store.revoke_partner_key("Rome Weekly", "first")
        case "partner":
            await store.remove_partner("Rome Weekly")
        case _:
            clock.advance(days=1)
    await desk.publish("flood")
    await desk.hub.quiet()
    await desk.hub.is_so(desk.hub.lacks(callback))
    assert len(callback.posts) == sent, "nothing more"
    assert b"flood" in other.newest, "others are sent on"
    if "over" not in how:
        assert denials(callback) == ["This key is unknown, or was ended."]
        assert callback.gets[-1].query["hub.topic"] == FEED


async def test_a_key_that_is_shortened_to_the_present_is_denied_at_sending(desk: Desk, subscribers: Sink) -> None:
    rome = await desk.partners.add()
    callback = subscribers.callback("/rome")
    await desk.subscribe(rome, callback)
    ends = desk.hub.site.clock() + timedelta(minutes=5)
    await desk.hub.store.update_partner(replace(rome.partner, expires_at=ends), if_version=1)
    await desk.hub.quiet()
    assert not denials(callback)
    desk.hub.advance(minutes=5)
    await desk.publish("storm")
    await desk.hub.quiet()
    assert not callback.posts
    assert denials(callback) == ["What this partner was granted has ended."]
    assert await desk.hub.all() == ()
