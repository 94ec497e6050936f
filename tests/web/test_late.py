"""What arrives late, over HTTP: in every list's feed, in its deltas, and until its week is over."""

from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from feeds.formats import FORMATS
from feeds.kinds.late import LATE_SHOWN
from storage.model import Article, Author, Comment, CommentStatus, Tag
from tests.kinds.newsroom import SettableClock
from tests.web.site import Site, client_of, open_site

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]

ARTICLES = (
    "/", "/2023/03/", "/2023/", "/section/world/", "/section/world/africa/", "/tag/nato/", "/author/ann/", "/search/",
)  # fmt: skip
COMMENTS = ("/comments/", "/section/world/comments/", "/section/world/africa/comments/")


def feed(page: str, extension: str = ".json") -> str:
    return f"{page}feed{extension}" + ("?q=story" if page == "/search/" else "")


@pytest.fixture
async def small(tmp_path: Path, store_url: str) -> AsyncIterator[Site]:
    """Feeds of two entries, over three articles with a comment each; of one article a comment waits that is older than all."""
    clock = SettableClock()
    async with open_site(tmp_path, clock, database_url=store_url, feed_items=2) as site:
        clock.advance(days=3)
        for number in range(3):
            clock.advance(hours=2)
            article = await publish(site, f"story-{number}")
            if number == 0:
                await site.newsroom.reply(article, "Held", status=CommentStatus.PENDING)
            clock.advance(minutes=5)
            await site.newsroom.reply(article, f"Reader{number}")
        clock.advance(hours=2)
        yield site


async def publish(site: Site, slug: str, ago: timedelta = timedelta()) -> Article:
    return await site.newsroom.publish(
        slug,
        site.clock() - ago,
        sections=("world/africa",),
        tags=(Tag(slug="nato", name="NATO"),),
        authors=(Author(slug="ann", name="Ann"),),
    )


async def held(site: Site) -> Comment:
    [comment] = await site.newsroom.store.list_comments(status=CommentStatus.PENDING, limit=9)
    return comment


async def arrive(site: Site) -> dict[str, str]:
    """An old article and an old comment come; the guid that each feed is to show."""
    old = await publish(site, "story-of-old", timedelta(days=2))
    comment = await site.newsroom.moderate(await held(site), CommentStatus.APPROVED)
    return {page: (comment.guid if page in COMMENTS else old.guid) for page in (*ARTICLES, *COMMENTS)}


@pytest.mark.parametrize("extension", FORMATS)
async def test_it_is_in_every_list_and_in_every_format(small: Site, extension: str) -> None:
    async with client_of(small) as client:
        for page, guid in (await arrive(small)).items():
            shown = await client.ask(feed(page, extension))
            assert guid.removeprefix("urn:test:") in shown.text, page
            older = await client.ask(f"{feed(page, extension)}{'&' if '?' in feed(page) else '?'}paged=2")
            assert guid.removeprefix("urn:test:") in older.text, f"{page}: and at its place"


async def test_who_has_the_feed_is_sent_it_alone(small: Site) -> None:
    async with client_of(small) as client:
        pages = [page for page in (*ARTICLES, *COMMENTS) if page != "/search/"]
        known = {page: await client.ask(feed(page, ".atom")) for page in pages}
        small.clock.advance(seconds=3)
        arrived = await arrive(small)
        small.clock.advance(seconds=3)
        for page, reply in known.items():
            delta = await client.ask(feed(page, ".atom"), A_IM="feed", If_None_Match=reply.etag)
            assert (delta.status, delta.text.count("<entry")) == (226, 1), page
            assert arrived[page] in delta.text, page
            dated = await client.ask(feed(page, ".atom"), If_Modified_Since=reply.fields["last-modified"])
            assert (dated.status, arrived[page] in dated.text) == (200, True), page


async def test_its_week_ends_by_the_clock(small: Site) -> None:
    async with client_of(small) as client:
        at = small.clock()
        arrived = await arrive(small)
        # The month of these is not over yet, and what changes with it does not count here.
        ends = at + LATE_SHOWN
        small.clock.now = ends - timedelta(seconds=20)
        before = {page: await client.ask(feed(page)) for page in arrived}
        for page, reply in before.items():
            assert arrived[page] in reply.text, page
            assert "max-age=20" in reply.fields["cache-control"], page
            for condition in ({"If-None-Match": reply.etag}, {"If-Modified-Since": reply.fields["last-modified"]}):
                assert (await client.ask(feed(page), condition)).status == 304, page
        small.clock.now = ends
        for page, reply in before.items():
            for condition in ({"If-None-Match": reply.etag}, {"If-Modified-Since": reply.fields["last-modified"]}):
                after = await client.ask(feed(page), condition)
                assert (after.status, arrived[page] in after.text) == (200, False), page
        small.clock.advance(seconds=5)
        for page in arrived:
            date = parsedate_to_datetime((await client.ask(feed(page))).fields["last-modified"])
            assert date == ends.replace(microsecond=0), page


async def test_what_arrived_late_and_is_withdrawn_leaves_a_tombstone(small: Site) -> None:
    async with client_of(small) as client:
        arrived = await arrive(small)
        [old] = [one for one in await small.newsroom.store.list_articles(limit=9) if one.slug == "story-of-old"]
        small.clock.advance(minutes=1)
        known = {page: await client.ask(feed(page, ".atom")) for page in ARTICLES}
        await small.newsroom.withdraw(old)
        for page, reply in known.items():
            polled = await client.ask(feed(page, ".atom"), If_None_Match=reply.etag)
            stones = f'deleted-entry ref="{arrived[page]}"' in polled.text
            assert (polled.status, stones) == (200, page != "/search/"), page
