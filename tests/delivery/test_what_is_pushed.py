"""Whatever changes what a feed shows is pushed, and nothing else is."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from storage.model import Article, ArticleStatus, Comment, CommentStatus
from tests.delivery.hub import Hub, opened_hub
from tests.delivery.subscribers import Callback, Sink
from tests.kinds.newsroom import Newsroom

pytestmark = pytest.mark.anyio

HOME, WORLD, AFRICA, BUSINESS, ALL = (
    "/feed.rss", "/section/world/feed.rss", "/section/world/africa/feed.rss", "/section/business/feed.rss",
    "/comments/feed.rss",
)  # fmt: skip


@dataclass
class Told:
    """Subscribers of feeds, one of each, and what came."""

    hub: Hub
    callbacks: dict[str, Callback] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)
    thread: str = ""

    @property
    def room(self) -> Newsroom:
        return self.hub.site.newsroom

    async def news(self) -> set[str]:
        """The feeds of which something came since; each once, and as it is now."""
        await self.hub.quiet()
        told = {path: callback for path, callback in self.callbacks.items() if callback.posts}
        for path, callback in told.items():
            assert len(callback.posts) == 1, path
            assert callback.newest == await self.hub.polled(path)
            callback.posts.clear()
        return set(told)


@pytest.fixture
async def told(tmp_path: Path, subscribers: Sink, store_url: str) -> AsyncIterator[Told]:
    async with opened_hub(tmp_path, subscribers, store_url) as hub:
        told = Told(hub)
        ferry = told.articles["ferry"] = await told.room.publish("ferry", sections=("world/africa",))
        told.articles["harbour"] = await told.room.publish("harbour", sections=("business",))
        told.comments["held"] = await told.room.reply(ferry, "Miriam", status=CommentStatus.PENDING)
        told.articles["tonight"] = await told.room.publish("tonight", hub.site.clock() + timedelta(hours=5))
        told.articles["embargoed"] = await told.room.publish(
            "embargoed", hub.site.clock(), embargoed_until=hub.site.clock() + timedelta(hours=6)
        )
        told.articles["draft"] = await told.room.publish("draft", status=ArticleStatus.DRAFT)
        told.thread = f"{ferry.path}feed.rss"
        for number, path in enumerate((HOME, WORLD, AFRICA, BUSINESS, ALL, told.thread)):
            told.callbacks[path] = subscribers.callback(f"/{number}")
            await hub.ask(told.callbacks[path], path)
        await hub.quiet()
        assert len(await hub.all()) == 6
        yield told


async def publish(told: Told) -> set[str]:
    told.articles["bridge"] = await told.room.publish("bridge", sections=("business",))
    return {HOME, BUSINESS}


async def schedule(told: Told) -> set[str]:
    told.hub.advance(hours=5)
    return {HOME, WORLD}


async def embargo_ends(told: Told) -> set[str]:
    told.hub.advance(hours=1)
    return {HOME, WORLD}


async def correct(told: Told) -> set[str]:
    await told.room.edit(told.articles["harbour"], body_html="<p>It was another harbour.</p>")
    return {HOME, BUSINESS}


async def withdraw(told: Told) -> set[str]:
    await told.room.withdraw(told.articles["harbour"])
    return {HOME, BUSINESS}


async def approve(told: Told) -> set[str]:
    """The first comment of an article is counted at once."""
    await told.room.moderate(told.comments["held"], CommentStatus.APPROVED)
    return {ALL, told.thread, HOME, WORLD, AFRICA}


async def approve_another(told: Told) -> set[str]:
    await told.room.reply(told.articles["ferry"], "Ann")
    return {ALL, told.thread}


async def count_comments(told: Told) -> set[str]:
    told.hub.advance(minutes=11)
    return {HOME, WORLD, AFRICA}


async def move(told: Told) -> set[str]:
    await told.room.edit(told.articles["bridge"], sections=("world/africa",))
    return {HOME, BUSINESS, AFRICA, WORLD}


async def arrive_late(told: Told) -> set[str]:
    await told.room.publish("old", told.hub.site.clock() - timedelta(days=9), sections=("business",))
    return {HOME, BUSINESS}


async def rename(told: Told) -> set[str]:
    [africa] = [one for one in await told.room.store.get_sections() if one.path == "world/africa"]
    await told.room.store.update_section(replace(africa, title="The Continent"))
    return {HOME, WORLD, AFRICA}


async def test_whatever_a_feed_shows_is_pushed_once(told: Told) -> None:
    for write in (
        publish, correct, approve, approve_another, count_comments, move, arrive_late, rename, withdraw, schedule,
        embargo_ends,
    ):  # fmt: skip
        expected = await write(told)
        assert await told.news() == expected, write.__name__


async def draft(told: Told) -> None:
    await told.room.publish("another", status=ArticleStatus.DRAFT)
    await told.room.edit(told.articles["draft"], headline="Nobody sees this")


async def hold(told: Told) -> None:
    await told.room.reply(told.articles["ferry"], "Jonas", status=CommentStatus.PENDING)


async def spam(told: Told) -> None:
    await told.room.moderate(told.comments["held"], CommentStatus.SPAM)


async def note(told: Told) -> None:
    await told.room.edit(told.articles["ferry"], editorial_note="Ask the harbour master.")


async def put_off(told: Told) -> None:
    await told.room.edit(told.articles["tonight"], published_at=told.hub.site.clock() + timedelta(days=2))


async def test_what_no_reader_sees_is_not_pushed(told: Told) -> None:
    for write in (draft, hold, note, put_off, spam):
        await write(told)
        assert await told.news() == set(), write.__name__
    await told.room.publish("bridge", sections=("business",))
    assert await told.news() == {HOME, BUSINESS}, "nothing is stuck"


async def test_a_thread_whose_article_moves_is_followed(told: Told) -> None:
    moved = await told.room.edit(told.articles["ferry"], slug="night-ferry")
    await told.hub.quiet()
    callback = told.callbacks[told.thread]
    callback.posts.clear()
    await told.room.reply(moved, "Jonas")
    await told.hub.quiet()
    [post] = callback.posts
    assert post.body == await told.hub.polled(f"{moved.path}feed.rss")
    assert f'{moved.path}feed.rss>; rel="self"' in post.fields["link"]
