"""Withdrawn: 410 where it stood, a tombstone where it was listed, for as long as it would be in the window."""

from pathlib import Path

import feedparser
import pytest
from lxml import etree

from feeds.formats import FORMATS
from storage.model import ArticleStatus, CommentStatus
from tests.kinds.newsroom import SettableClock
from tests.web.changes import ARTICLE_FEEDS, COMMENT_FEEDS, Poller, thread_feeds
from tests.web.site import Client, Site, client_of, in_every_format, open_site

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]

AT = "{http://purl.org/atompub/tombstones/1.0}"


async def tombstones(client: Client, path: str) -> dict[str, str]:
    """ref -> when of an Atom feed."""
    feed = etree.fromstring((await client.ask(path)).body)
    return {stone.get("ref", ""): stone.get("when", "") for stone in feed.iter(f"{AT}deleted-entry")}


async def ids(client: Client, path: str) -> list[str]:
    return [entry.id for entry in feedparser.parse((await client.ask(path)).body).entries]


async def test_it_is_gone_from_everywhere_and_said_so(site: Site, client: Client) -> None:
    room = site.newsroom
    article = await room.publish("harbour-reopens", sections=("world/africa", "business"))
    kept = await room.publish("floods", sections=("world/africa", "business"))
    comment = await room.reply(article, "Miriam")
    poller = Poller(site, client, ARTICLE_FEEDS | COMMENT_FEEDS | thread_feeds(kept))
    await poller.moved()
    gone_at = site.clock()
    await room.withdraw(article)
    assert await poller.moved() == ARTICLE_FEEDS | COMMENT_FEEDS
    for path in [article.path, article.path.rstrip("/"), *in_every_format(article.path), f"{article.path}feed/"]:
        for method in ("GET", "HEAD"):
            reply = await client.ask(path, method=method)
            assert reply.status == 410, path
            assert reply.fields["cache-control"] == "no-store"
    when = f"{gone_at:%Y-%m-%dT%H:%M:%S}+00:00"
    for path in sorted(ARTICLE_FEEDS):
        if path.endswith(".atom"):
            assert await tombstones(client, path) == {article.guid: when}, path
        assert article.headline not in (await client.ask(path)).text
    assert await tombstones(client, "/comments/feed.atom") == {comment.guid: when}
    assert comment.guid not in (await client.ask("/comments/feed.rss")).text


async def test_a_tombstone_leaves_with_its_place_in_the_window(tmp_path: Path, store_url: str) -> None:
    async with (
        open_site(tmp_path, SettableClock(), database_url=store_url, feed_items=3) as site,
        client_of(site) as client,
    ):
        room, clock = site.newsroom, site.clock
        first = await room.publish("first")
        clock.advance(minutes=1)
        second = await room.publish("second")
        clock.advance(minutes=1)
        await room.withdraw(first)
        await room.withdraw(second)
        seen = []
        for number in range(4):
            seen.append(set(await tombstones(client, "/section/world/feed.atom")))
            clock.advance(minutes=1)
            await room.publish(f"newer-{number}")
        both = {first.guid, second.guid}
        assert seen == [both, both, both, set()], "three newer entries fill the window"
        assert set(await tombstones(client, "/2023/03/01/feed.atom")) == both, "a day's feed shows the whole day"
        assert set(await tombstones(client, "/2023/03/feed.atom")) == set()


async def test_published_again_it_is_newer_than_its_tombstone(site: Site, client: Client) -> None:
    room, clock = site.newsroom, site.clock
    article = await room.publish("harbour-reopens")
    comment = await room.reply(article, "Miriam")
    clock.advance(minutes=1)
    await room.withdraw(article)
    (when,) = (await tombstones(client, "/feed.atom")).values()
    # In the very same second.
    await room.edit(article, status=ArticleStatus.PUBLISHED)
    assert await tombstones(client, "/feed.atom") == {}
    feed = feedparser.parse((await client.ask("/feed.atom")).body)
    (entry,) = feed.entries
    assert entry.id == article.guid
    assert entry.updated > when
    assert (await client.ask(article.path)).status == 200
    (again,) = feedparser.parse((await client.ask("/comments/feed.atom")).body).entries
    assert again.id == comment.guid
    assert await tombstones(client, "/comments/feed.atom") == {}


async def test_a_move_leaves_no_tombstone_and_an_address_that_leads_on(site: Site, client: Client) -> None:
    room = site.newsroom
    article = await room.publish("harbour-reopens", sections=("world/africa",))
    moved = await room.edit(article, slug="harbour-open-again", sections=("business",))
    for path in (
        "/feed.atom",
        "/section/world/africa/feed.atom",
        "/section/world/feed.atom",
        "/section/business/feed.atom",
    ):
        assert await tombstones(client, path) == {}
    assert await ids(client, "/section/world/feed.atom") == []
    assert await ids(client, "/section/business/feed.atom") == [article.guid]
    for path in ("", *(f"feed{extension}" for extension in FORMATS)):
        reply = await client.ask(article.path + path)
        assert (reply.status, reply.fields["location"]) == (301, moved.path + path)
    await room.withdraw(moved)
    for path in (article.path, moved.path, f"{article.path}feed.rss", f"{moved.path}feed.rss"):
        assert (await client.ask(path)).status == 410


async def test_what_was_never_public_leaves_no_trace(site: Site, client: Client) -> None:
    room, clock = site.newsroom, site.clock
    draft = await room.publish("draft", status=ArticleStatus.DRAFT)
    scheduled = await room.publish("scheduled", clock.now.replace(year=2024))
    held = await room.reply(await room.publish("harbour-reopens"), "Held", status=CommentStatus.PENDING)
    await room.withdraw(draft)
    await room.withdraw(scheduled)
    await room.moderate(held, CommentStatus.TRASH)
    clock.now = clock.now.replace(year=2025)
    for path in in_every_format("/2024/03/01/", "/2023/03/01/", "/comments/", "/"):
        text = (await client.ask(path)).text
        assert draft.guid not in text
        assert scheduled.guid not in text
        assert held.guid not in text
    for article in (draft, scheduled):
        assert (await client.ask(article.path)).status == 404
        assert (await client.ask(f"{article.path}feed.rss")).status == 404


async def test_a_comment_that_goes_leaves_a_tombstone_and_may_come_back(site: Site, client: Client) -> None:
    room, clock = site.newsroom, site.clock
    article = await room.publish("harbour-reopens")
    comment = await room.reply(article, "Miriam")
    clock.advance(minutes=1)
    await room.moderate(comment, CommentStatus.SPAM)
    for path in ("/comments/feed.atom", f"{article.path}feed.atom"):
        assert set(await tombstones(client, path)) == {comment.guid}
        assert await ids(client, path) == []
    (when,) = (await tombstones(client, "/comments/feed.atom")).values()
    await room.moderate(comment, CommentStatus.APPROVED)
    for path in ("/comments/feed.atom", f"{article.path}feed.atom"):
        assert await tombstones(client, path) == {}
        (entry,) = feedparser.parse((await client.ask(path)).body).entries
        assert entry.updated > when


async def test_an_address_is_never_given_to_another_article(site: Site, client: Client) -> None:
    room = site.newsroom
    article = await room.publish("harbour-reopens")
    await room.withdraw(article)
    second = await room.publish("harbour-reopens", guid="urn:test:second")
    assert second.path == "/2023/03/01/harbour-reopens-2/"
    assert (await client.ask(article.path)).status == 410
    assert (await client.ask(second.path)).status == 200
