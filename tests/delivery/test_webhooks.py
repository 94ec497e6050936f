"""Webhooks of partners: each change that concerns them, signed, within the terms of when it is sent, until it is taken."""

import json
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from hmac import digest
from pathlib import Path
from typing import Any

import pytest

from feeds.delivery.signing import webhook_signature
from feeds.newsroom.partners.webhooks import create_webhook
from feeds.outbound import Networks
from storage.errors import Conflict, Invalid, NotFound
from storage.model import Source, Webhook
from tests.delivery.hub import Hub, opened_hub
from tests.delivery.subscribers import Asked, Callback, Sink, status
from tests.partners.partner import Asker, Partners
from tests.web.site import client_of

pytestmark = pytest.mark.anyio


@dataclass
class Desk:
    hub: Hub
    partners: Partners

    @property
    def store(self) -> Any:
        return self.hub.store

    async def hook(self, asker: Asker, callback: Callback) -> str:
        """Its secret."""
        sealing, networks = self.hub.site.state.sealing, Networks.of("127.0.0.0/8")
        data = {"url": callback.url}
        await self.hub.quiet()
        _, secret = await create_webhook(self.store, asker.partner.name, data, sealing=sealing, networks=networks)
        return secret

    async def of(self, asker: Asker) -> Webhook:
        [one] = await self.store.list_webhooks(asker.partner.name)
        found: Webhook = one
        return found


@pytest.fixture
async def desk(tmp_path: Path, subscribers: Sink) -> AsyncIterator[Desk]:
    async with opened_hub(tmp_path, subscribers, outbound_allow="127.0.0.0/8") as hub, client_of(hub.site) as client:
        yield Desk(hub, Partners(hub.site, client))


def told(callback: Callback) -> list[tuple[str, str | None]]:
    """Of each message, the action and the headline."""
    datas = [json.loads(post.body)["data"] for post in callback.posts]
    return [(data["action"], data["article"] and data["article"]["headline"].lower()) for data in datas]


def is_signed(post: Asked, secret: str) -> bool:
    """As the specification has a receiver do it."""
    message, at = post.fields["webhook-id"], post.fields["webhook-timestamp"]
    key = b64decode(secret.removeprefix("whsec_"))
    expected = b64encode(digest(key, f"{message}.{at}.".encode() + post.body, sha256)).decode()
    return f"v1,{expected}" in post.fields["webhook-signature"].split(" ")


def test_the_signature_is_that_of_the_specifications_example() -> None:
    secret, message = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    said = webhook_signature(secret, message, 1614265330, b'{"test": 2432232314}')
    assert said == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_each_change_is_told_signed_and_taken(desk: Desk, subscribers: Sink) -> None:
    room = desk.hub.site.newsroom
    rome, callback = await desk.partners.add(sections=("world",)), subscribers.callback("/rome")
    secret = await desk.hook(rome, callback)
    storm = await room.publish("storm", sections=("world",))
    await room.publish("shares", sections=("business",))
    await desk.hub.quiet()
    storm = await room.edit(storm, headline="Storm over Rome")
    await desk.hub.quiet()
    await room.withdraw(storm)
    await desk.hub.quiet()
    assert [action for action, _ in told(callback)] == ["insert", "edit", "withdraw"]
    first, second, third = [json.loads(post.body) for post in callback.posts]
    assert first["type"] == "article.insert"
    assert second["data"]["article"]["headline"] == "Storm over Rome"
    assert second["data"]["article"]["body_html"]
    assert third["data"] == {"action": "withdraw", "guid": storm.guid, "article": None}
    assert all(is_signed(post, secret) for post in callback.posts)
    assert len({post.fields["webhook-id"] for post in callback.posts}) == 3
    one = await desk.of(rome)
    assert (one.waiting, one.acknowledged_at) == (0, desk.hub.site.clock())
    assert desk.hub.site.state.webhook_messages == {"sent": 3}
    assert secret not in one.secret
    receipt = (await desk.store.last_receipts())[rome.partner.id]
    assert (receipt.action, receipt.guid, receipt.at) == ("withdraw", storm.guid, one.acknowledged_at)
    assert (await desk.store.withdrawal_known(storm.id))[rome.partner.id] == receipt.at, "takedowns know of it"


async def test_who_takes_that_narrower_terms_take_an_article_knows_of_its_withdrawal(
    desk: Desk, subscribers: Sink
) -> None:
    rome, callback = await desk.partners.add(), subscribers.callback("/rome")
    await desk.hook(rome, callback)
    storm = await desk.hub.site.newsroom.publish("storm", sections=("world",))
    await desk.hub.quiet()
    kept = await desk.store.get_partner("Rome Weekly")
    callback.takes = status(500)
    narrower = replace(kept, terms=replace(kept.terms, sections=("business",)))
    await desk.store.update_partner(narrower, if_version=kept.version)
    await desk.hub.quiet()
    await desk.hub.site.newsroom.withdraw(storm)
    assert told(callback)[:2] == [("insert", "storm"), ("withdraw", None)]
    assert await desk.store.withdrawal_known(storm.id) == {rome.partner.id: None}, "it did not take it"
    callback.takes = status(204)
    desk.hub.site.clock.advance(hours=1)
    await desk.hub.quiet()
    assert await desk.store.withdrawal_known(storm.id) == {rome.partner.id: desk.hub.site.clock()}


async def test_what_fails_comes_again_as_the_same_and_withdrawals_come_first(desk: Desk, subscribers: Sink) -> None:
    room = desk.hub.site.newsroom
    rome, callback = await desk.partners.add(), subscribers.callback("/rome")
    old, other = await room.publish("old"), await room.publish("other")
    await desk.hook(rome, callback)
    callback.takes = status(500)
    await room.publish("primary")
    await desk.hub.quiet()
    sent = len(callback.posts)
    assert sent == 1
    for name in ("second", "third"):
        await room.publish(name)
    await room.edit(other, headline="Other, corrected")
    await desk.hub.quiet()
    assert len(callback.posts) == sent, "it waits for its pause"
    callback.takes = status(204)
    await room.withdraw(old)
    await desk.hub.quiet()
    actions = [action for action, _ in told(callback)]
    assert actions == ["insert", "withdraw", "edit", "insert", "insert", "insert"], (
        "what is to be taken down waits for nothing"
    )
    assert callback.posts[0].fields["webhook-id"] == callback.posts[-1].fields["webhook-id"]
    assert (await desk.of(rome)).last_error == ""


async def test_it_is_told_the_newest_alone_of_what_waited(desk: Desk, subscribers: Sink) -> None:
    room = desk.hub.site.newsroom
    rome, callback = await desk.partners.add(), subscribers.callback("/rome")
    await desk.hook(rome, callback)
    callback.takes = status(503)
    storm = await room.publish("storm")
    await desk.hub.quiet()
    storm = await room.edit(storm, headline="Storm, corrected")
    await desk.hub.quiet()
    callback.takes, sent = status(200), len(callback.posts)
    await room.withdraw(storm)
    # It waits for no pause; what is under way when an hour passes is sent again, by the same id.
    await desk.hub.quiet()
    desk.hub.advance(hours=1)
    await desk.hub.quiet()
    assert told(callback)[sent:] == [("withdraw", None)]


async def test_nothing_goes_to_who_may_not_have_it(desk: Desk, subscribers: Sink) -> None:
    """An agency's copy, what is under embargo, what other terms hide: also of what waited when that came to be so."""
    room, store = desk.hub.site.newsroom, desk.store
    plain, early = await desk.partners.add("Plain"), await desk.partners.add("Early", embargoed=True)
    callbacks = subscribers.callback("/plain"), subscribers.callback("/early")
    for asker, callback in zip((plain, early), callbacks, strict=True):
        await desk.hook(asker, callback)
    await store.withhold_source("Agency")
    await room.publish("agencycopy", source=Source(name="Agency"))
    until = desk.hub.site.clock() + timedelta(hours=9)
    await room.publish("secretive", embargoed_until=until)
    await desk.hub.quiet()
    assert [told(callback) for callback in callbacks] == [[], [("insert", "secretive")]]
    for callback in callbacks:
        callback.takes = status(500)
    await room.publish("reuterscopy", source=Source(name="Reuters"))
    await desk.hub.quiet()
    # From here on what came before it was withheld says nothing.
    for callback in callbacks:
        callback.posts.clear()
        callback.takes = status(204)
    await store.withhold_source("Reuters")
    terms = replace(early.partner.terms, embargoed=False)
    await store.update_partner(replace(early.partner, terms=terms), if_version=1)
    desk.hub.advance(hours=1)
    await desk.hub.quiet()
    for callback in callbacks:
        assert {headline for _, headline in told(callback)} <= {None, "first"}, "of what is hidden now no text"
    assert ("withdraw", None) in told(callbacks[1]), "other terms are told as what they take away"
    desk.hub.advance(hours=8)
    await store.run_due()
    await desk.hub.quiet()
    for callback in callbacks:
        assert told(callback)[-1] == ("insert", "secretive")


@pytest.mark.parametrize("how", ["key", "over", "partner", "410"])
async def test_it_ends_with_the_last_key_and_as_it_is_asked_to(desk: Desk, subscribers: Sink, how: str) -> None:
    room, store = desk.hub.site.newsroom, desk.store
    ends = desk.hub.site.clock() + timedelta(days=1)
    rome = await desk.partners.add(until=ends if how == "over" else None)
    callback = subscribers.callback("/rome")
    await desk.hook(rome, callback)
    callback.takes = status(410 if how == "410" else 500)
    await room.publish("storm")
    await desk.hub.quiet()
    sent = len(callback.posts)
    assert sent == 1
    if how == "key":
        await store.revoke_partner_key("Rome Weekly", "first")
    elif how == "partner":
        await store.remove_partner("Rome Weekly")
    callback.takes = status(204)
    desk.hub.advance(days=1)
    await room.publish("flood")
    await desk.hub.quiet()
    assert len(callback.posts) == sent
    if how == "partner":
        with pytest.raises(NotFound):
            await desk.of(rome)
        return
    one = await desk.of(rome)
    counted = desk.hub.site.state.webhook_messages
    assert counted["gone"] == 1 if how == "410" else counted["status_5xx"], counted
    why = "it is answered 410" if how == "410" else "no key of the partner opens anything any more"
    assert (one.ended_why, one.waiting, one.due_at) == (why, 0, None)
    assert not await store.is_push_used()


async def test_what_cannot_be_is_refused_before_anything_is_kept(desk: Desk, subscribers: Sink) -> None:
    rome, callback = await desk.partners.add(), subscribers.callback("/rome")
    sealing = desk.hub.site.state.sealing
    for url in (
        "",
        "rome.example",
        "ftp://rome.example/",
        "http://10.0.0.1/",
        "http://rome.example:25/",
        "http://r.example/#a",
    ):
        with pytest.raises(Invalid):
            await create_webhook(desk.store, "rome weekly", {"url": url}, sealing=sealing, networks=Networks())
    await desk.hook(rome, callback)
    with pytest.raises(Conflict, match="already"):
        await desk.hook(rome, callback)
    await desk.store.revoke_partner_key("Rome Weekly", "first")
    with pytest.raises(Conflict, match="make one first"):
        await desk.hook(rome, subscribers.callback("/other"))
    one = await desk.of(rome)
    with pytest.raises(NotFound):
        await desk.store.remove_webhook("Rome Weekly", one.id + 1)
    await desk.store.remove_webhook("Rome Weekly", one.id)
    assert await desk.store.list_webhooks("Rome Weekly") == ()
