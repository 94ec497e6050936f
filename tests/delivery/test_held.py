"""The newsroom's own webhooks: what waits for a moderator is told, signed, together, until it is taken; no reader waits for it."""

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from feeds.newsroom.commenting import reply
from feeds.newsroom.held_webhooks import create_held_webhook
from feeds.outbound import Networks
from storage.errors import Conflict, Invalid, NotFound
from storage.model import Comment, CommentStatus
from tests.delivery.hub import Hub, opened_hub
from tests.delivery.subscribers import Callback, Held, Sink, status
from tests.delivery.test_webhooks import is_signed

pytestmark = pytest.mark.anyio


@pytest.fixture
async def hub(tmp_path: Path, subscribers: Sink, store_url: str) -> AsyncIterator[Hub]:
    async with opened_hub(tmp_path, subscribers, store_url, outbound_allow="127.0.0.0/8") as hub:
        yield hub


async def hook(hub: Hub, callback: Callback) -> str:
    """Its secret."""
    sealing, networks = hub.site.state.sealing, Networks.of("127.0.0.0/8")
    _, secret = await create_held_webhook(hub.store, {"url": callback.url}, sealing=sealing, networks=networks)
    return secret


async def send(hub: Hub, number: int, **fields: Any) -> Comment:
    state = hub.site.state
    sent = {
        "author_name": f"Zoe {number}",
        "author_email": f"zoe{number}@secret.example",
        "body": f"<b>So</b> {number}.",
    }
    return await reply(state.store, 1, sent | fields, policy=state.comment_policy, clock=state.clock)


def documented() -> Any:
    page = (Path(__file__).parents[2] / "docs" / "moderation.md").read_text()
    [sample] = re.findall(r"```json\n(\{\n.*?\n\})\n```", page, re.S)
    return json.loads(sample)


def shape(value: Any) -> Any:
    """Names and types alone."""
    match value:
        case dict():
            return {name: shape(inner) for name, inner in value.items()}
        case list():
            return [shape(inner) for inner in value[:1]]
    return type(value)


def told(callback: Callback) -> list[list[int]]:
    """Of each message, the comments."""
    return [[one["id"] for one in json.loads(post.body)["data"]["comments"]] for post in callback.posts]


async def test_what_waits_is_told_signed_and_together(hub: Hub, subscribers: Sink) -> None:
    before = await send(hub, 0)
    callback = subscribers.callback("/chat")
    secret = await hook(hub, callback)
    await hub.quiet()
    assert callback.posts == [], f"{before.id} was there already"
    first = await send(hub, 1)
    await hub.quiet()
    [post] = callback.posts
    assert is_signed(post, secret)
    assert b"secret.example" not in post.body
    message = json.loads(post.body)
    assert shape(message) == shape(documented()), "docs/moderation.md has it so"
    assert message["type"] == "comments.held"
    assert (message["data"]["waiting"], message["data"]["queue"]) == (2, "https://news.example/desk/")
    [one] = message["data"]["comments"]
    assert one["url"] == f"https://news.example/desk/comments/{first.id}/"
    assert (one["author_name"], one["held_why"]) == ("Zoe 1", ["new"])
    assert one["article"]["headline"] == "First"
    # Within a minute nothing more comes; then all in one, but for what was decided meanwhile, and never what nobody holds.
    more = [await send(hub, number) for number in range(2, 30)]
    await hub.store.moderate([more[0].id], CommentStatus.SPAM, by="desk:ann", list_after=timedelta())
    await hub.quiet()
    assert len(callback.posts) == 1
    hub.advance(minutes=1)
    await hub.quiet()
    assert told(callback)[1:] == [[comment.id for comment in more[1:21]]], "the first of them; the queue has all"
    hub.advance(minutes=1)
    await hub.quiet()
    assert len(callback.posts) == 2
    [kept] = await hub.store.list_held_webhooks()
    assert (kept.waiting, kept.attempts, kept.last_error) == (0, 0, "")
    assert secret not in kept.secret
    assert hub.site.state.webhook_messages == {"sent": 2}


async def test_what_fails_comes_again_as_the_same_and_no_reader_waits(hub: Hub, subscribers: Sink) -> None:
    callback, held = subscribers.callback("/chat"), Held()
    await hook(hub, callback)
    callback.takes = held
    await send(hub, 1)
    hub.site.state.hub_asked.set()

    async def is_asked() -> bool:
        return len(callback.posts) == 1

    await hub.is_so(is_asked)
    # While it does not answer, readers write.
    second = await send(hub, 2)
    callback.takes = status(503)
    held.release()
    await hub.quiet()
    hub.advance(minutes=1)
    await hub.quiet()
    assert told(callback)[-1][-1] == second.id
    [kept] = await hub.store.list_held_webhooks()
    assert (kept.last_error, kept.waiting) == ("it is answered 503", 1)
    callback.takes = status(204)
    hub.advance(hours=1)
    await hub.quiet()
    tried = [post.fields["webhook-id"] for post in callback.posts]
    assert len(tried) == 3
    assert tried[0] != tried[1] == tried[2], "the first was taken"
    # What is decided before it could be told is told to nobody.
    callback.takes = status(500)
    hub.advance(hours=1)
    last = await send(hub, 3)
    await hub.quiet()
    await hub.store.moderate([last.id], CommentStatus.APPROVED, by="desk:ann", list_after=timedelta())
    sent = len(callback.posts)
    hub.advance(hours=7)
    await hub.quiet()
    assert len(callback.posts) == sent
    assert (await hub.store.list_held_webhooks())[0].due_at is None


async def test_it_ends_as_it_is_asked_to_and_goes_to_public_addresses_alone(hub: Hub, subscribers: Sink) -> None:
    callback = subscribers.callback("/chat")
    await hook(hub, callback)
    with pytest.raises(Conflict):
        await hook(hub, callback)
    callback.takes = status(410)
    await send(hub, 1)
    await hub.quiet()
    [ended] = await hub.store.list_held_webhooks()
    assert (ended.ended_why, ended.due_at) == ("it is answered 410", None)
    await send(hub, 2)
    hub.advance(hours=1)
    await hub.quiet()
    assert len(callback.posts) == 1
    await hook(hub, callback)
    [again] = await hub.store.list_held_webhooks()
    assert again.id != ended.id
    await hub.store.remove_held_webhook(again.id)
    with pytest.raises(NotFound):
        await hub.store.remove_held_webhook(again.id)
    for url in ("ftp://x.example/", "http://127.0.0.1/x", "http://[::1]/", "http://x.example:25/", "x"):
        with pytest.raises(Invalid):
            await create_held_webhook(hub.store, {"url": url}, sealing=hub.site.state.sealing, networks=Networks())
