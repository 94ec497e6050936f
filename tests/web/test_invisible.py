"""What readers cannot see moves nothing that readers poll."""

from datetime import timedelta

import pytest

from storage.model import ArticleStatus, CommentStatus
from tests.kinds.newsroom import LIST_AFTER
from tests.web.changes import ARTICLE_FEEDS, COMMENT_FEEDS, Poller, thread_feeds
from tests.web.site import Client, Site

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]

PAGES = (
    "/",
    "/2023/03/01/",
    "/section/world/",
    "/comments/",
    "/feeds/",
    "/sitemap.xml",
    "/sitemap-1.xml",
    "/news-sitemap.xml",
)


async def test_no_feed_and_no_page_moves(site: Site, client: Client) -> None:
    """One after the other, with a poll of everything in between."""
    room, clock = site.newsroom, site.clock
    article = await room.publish("harbour-reopens", sections=("world/africa", "business"))
    other = await room.publish("floods")
    approved = await room.reply(article, "Miriam")
    clock.advance(minutes=11)
    feeds = ARTICLE_FEEDS | COMMENT_FEEDS | thread_feeds(article, other)
    poller = Poller(site, client, feeds | {*PAGES, article.path, other.path})
    assert await poller.moved() == set()

    async def check(what: str) -> None:
        assert await poller.moved() == set(), what

    draft = await room.publish("draft", status=ArticleStatus.DRAFT)
    await check("a draft")
    draft = await room.edit(draft, headline="A better headline", sections=("business",))
    await check("an edited draft")
    await room.edit(draft, status=ArticleStatus.WITHDRAWN)
    await check("a draft thrown away")
    await room.publish("next-week", clock() + timedelta(days=7))
    await check("a scheduled article")
    embargoed = await room.publish("embargoed", embargoed_until=clock() + timedelta(days=3))
    await check("an embargoed article")
    await room.edit(embargoed, headline="Still embargoed")
    await check("an edit under embargo")
    pending = await room.reply(article, "Held", status=CommentStatus.PENDING)
    await check("a comment that waits")
    answer = await room.reply(article, "Held too", parent=approved, status=CommentStatus.PENDING)
    await check("an answer that waits")
    await room.moderate(pending, CommentStatus.SPAM)
    await room.moderate(answer, CommentStatus.TRASH)
    await check("comments refused")
    await room.moderate(answer, CommentStatus.PENDING)
    await check("a comment taken out of the trash to wait")
    await room.edit(article, editorial_note="Call the harbour master again.")
    await check("an editor's note")
    await room.edit(article, editorial_note="")
    await check("its removal")
    await room.edit(other)
    await check("an edit that changes nothing")
    clock.advance(minutes=30)
    await check("time")


async def test_what_the_page_alone_shows_moves_no_feed(site: Site, client: Client) -> None:
    article = await site.newsroom.publish("harbour-reopens", sections=("world/africa", "business"))
    page = await client.ask(article.path)
    poller = Poller(site, client, ARTICLE_FEEDS | COMMENT_FEEDS | thread_feeds(article))
    await poller.moved()
    await site.newsroom.edit(article, comments_open=False)
    assert await poller.moved() == set()
    assert (await client.ask(article.path, If_None_Match=page.etag)).status == 200


async def test_approving_an_old_comment_moves_what_shows_it(site: Site, client: Client) -> None:
    room, clock = site.newsroom, site.clock
    article = await room.publish("harbour-reopens", sections=("world/africa",))
    other = await room.publish("floods", sections=("business",))
    pending = await room.reply(article, "Held", status=CommentStatus.PENDING)
    clock.advance(hours=9)
    poller = Poller(site, client, ARTICLE_FEEDS | COMMENT_FEEDS | thread_feeds(article, other))
    await poller.moved()
    await room.moderate(pending, CommentStatus.APPROVED)
    without = frozenset(path for path in ARTICLE_FEEDS if path.startswith("/section/business/"))
    assert await poller.moved() == (ARTICLE_FEEDS - without) | COMMENT_FEEDS | thread_feeds(article)


async def test_a_busy_thread_moves_article_feeds_once_in_ten_minutes(site: Site, client: Client) -> None:
    room, clock = site.newsroom, site.clock
    article = await room.publish("harbour-reopens", sections=("world/africa", "business"))
    poller = Poller(site, client, ARTICLE_FEEDS | COMMENT_FEEDS | thread_feeds(article))
    await poller.moved()
    threads = COMMENT_FEEDS | thread_feeds(article)
    first = await room.reply(article, "One")
    listed_at = clock()
    assert await poller.moved() == threads | ARTICLE_FEEDS, "the first is shown at once"
    for name in ("Two", "Three", "Four"):
        clock.advance(minutes=1)
        await room.reply(article, name)
        assert await poller.moved() == threads, "the others wait"
    assert "<slash:comments>1</slash:comments>" in (await client.ask("/feed.rss")).text
    clock.now = listed_at + LIST_AFTER - timedelta(seconds=3)
    assert await poller.moved() == set()
    clock.now = listed_at + LIST_AFTER
    assert await poller.moved() == ARTICLE_FEEDS, "the count of a thread gone quiet"
    assert "<slash:comments>4</slash:comments>" in (await client.ask("/feed.rss")).text
    clock.advance(hours=1)
    assert await poller.moved() == set()
    await room.moderate(first, CommentStatus.TRASH)
    assert await poller.moved() == threads | ARTICLE_FEEDS, "one that goes counts as one that comes"
    assert "<slash:comments>3</slash:comments>" in (await client.ask("/feed.rss")).text


async def test_an_answer_shows_whom_it_answers_until_that_goes(site: Site, client: Client) -> None:
    room = site.newsroom
    article = await room.publish("harbour-reopens")
    first = await room.reply(article, "Miriam")
    await room.reply(article, "Jonas", parent=first)
    assert "In reply to" in (await client.ask("/comments/feed.rss")).text
    await room.moderate(first, CommentStatus.SPAM)
    feed = (await client.ask("/comments/feed.rss")).text
    assert "In reply to" not in feed
    assert "Miriam" not in feed
    assert "Jonas" in feed
