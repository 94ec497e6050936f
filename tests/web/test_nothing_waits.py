"""Nothing tells that something unpublished waits: two newsrooms that differ in nothing else answer alike."""

import shutil
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeds.web.discovery.files import FILES
from feeds.web.pages.assets import ASSETS
from storage.model import ArticleStatus, CommentStatus
from tests.kinds.newsroom import SettableClock
from tests.web.site import BASE, Client, Reply, Site, client_of, in_every_format, open_site

pytestmark = pytest.mark.anyio

NOON = datetime(2023, 3, 22, 12, tzinfo=UTC)
DUE = NOON + timedelta(seconds=50)
"""When the first of what waits becomes public: sooner than any answer may be kept."""
PUBLIC, OLD = "/2023/03/20/harbour-reopens/", "/2023/03/18/came-late/"
PAGES_ASKED_OF = (
    PUBLIC, OLD, "/2023/03/22/tonight/", "/2023/03/22/under-embargo/", "/2023/03/22/draft/", "/2023/03/10/to-come-late/", "/?p=2",
)  # fmt: skip
LISTS = (
    "/", "/2023/03/20/", "/2023/03/22/", "/2023/03/23/", "/2023/03/", "/2023/", "/section/world/", "/section/business/",
    "/tag/nato/", "/tag/secret/", "/author/jane-doe/", "/author/deep-throat/", "/comments/", "/section/world/comments/",
    "/2023/03/19/", "/2023/03/18/", "/2023/03/21/", "/2023/02/", "/2023/04/", "/2022/", "/2024/", OLD,
    "/section/business/comments/", "/2023/03/10/", "/2023/03/12/", "/2019/01/01/", "/2019/06/01/", "/2019/", "/2020/05/",
    PUBLIC, "/2023/03/22/tonight/", "/2023/03/22/under-embargo/", "/2023/03/22/draft/",
)  # fmt: skip
OTHERS = (
    "/search?q=secret", "/search/feed.rss?q=secret", "/search/feed.atom?q=harbour", "/feeds/", "/feeds.opml", "/sitemap.xml",
    "/sitemap/1.xml", "/news-sitemap.xml", "/robots.txt", "/nothing-here/", "/tonight/", "/?p=2", "/healthz", "/readyz",
    "/api/openapi.json", "/static/feed.css", f"{PUBLIC}?parent=1",
    "/search/feed.json?q=harbour+-secret", "/search/feed.rss?q=-secret", "/sitemap-0.xml", "/sitemap-1.xml", "/sitemap-2.xml",
    "/oembed", "/archive/",
    "/feed.rss?before=2023-03-22T12:00:00Z", "/page/2/", "/?before=1",
    *(f"/oembed?format={format}&url={BASE}{path}" for path in PAGES_ASKED_OF for format in ("json", "xml")),
    *(path for path, _ in FILES), *(asset.path for asset in ASSETS.values()),
)  # fmt: skip
PATHS = (*LISTS, *in_every_format(*LISTS), *OTHERS)


@pytest.fixture
async def newsrooms(tmp_path: Path) -> AsyncIterator[tuple[Site, Site]]:
    """The same newsroom twice, with clocks of their own that both stand at NOON; in the second all sorts of things wait."""
    clock = SettableClock(datetime(2023, 3, 20, 9, tzinfo=UTC))
    async with open_site(tmp_path / "open", clock) as site:
        for number in range(3):
            await site.newsroom.publish(f"harbour-{number}", clock.now - timedelta(hours=number))
        article = await site.newsroom.publish("harbour-reopens", sections=("world/africa",))
        clock.now += timedelta(minutes=5)
        await site.newsroom.publish("came-late", clock.now - timedelta(days=2), headline="Late harbour")
        await site.newsroom.reply(article, "Miriam")
        clock.now = NOON - timedelta(minutes=30)
    shutil.copytree(tmp_path / "open", tmp_path / "waiting")
    async with (
        open_site(tmp_path / "open", SettableClock(clock.now)) as open_one,
        open_site(tmp_path / "waiting", SettableClock(clock.now)) as waiting,
    ):
        # Whatever is there is known to readers who asked before.
        for site in (open_one, waiting):
            async with client_of(site) as client:
                await answers(client)
        await keep_waiting(waiting)
        for site in (open_one, waiting):
            site.clock.now = NOON
        yield open_one, waiting


async def keep_waiting(site: Site) -> None:
    room, articles = site.newsroom, await site.state.store.list_articles(limit=9)
    [article] = [one for one in articles if one.slug == "harbour-reopens"]
    await room.publish("tonight", DUE, headline="Secret deal", editorial_note="secret")
    await room.publish("under-embargo", embargoed_until=DUE + timedelta(seconds=5), sections=("business",))
    await room.publish("much-later", NOON + timedelta(days=300))
    await room.publish("to-come-late", NOON - timedelta(days=12), embargoed_until=DUE + timedelta(seconds=9))
    await room.publish("before-all", datetime(2019, 1, 1, 12, tzinfo=UTC), status=ArticleStatus.DRAFT)
    draft = await room.publish("draft", status=ArticleStatus.DRAFT, headline="A secret draft")
    await room.edit(draft, body_html="<p>Secret.</p>")
    await room.withdraw(await room.publish("thrown-away", status=ArticleStatus.DRAFT))
    await room.edit(
        await room.publish("lapsed", status=ArticleStatus.DRAFT, body_html="<p>Secret harbour</p>"), correction="None."
    )
    held = await room.reply(article, "Held", status=CommentStatus.PENDING, body_html="<p>Secret.</p>")
    await room.reply(article, "Spam", status=CommentStatus.SPAM)
    await room.moderate(held, CommentStatus.TRASH)
    await room.moderate(held, CommentStatus.PENDING)


async def answers(client: Client) -> Mapping[tuple[str, str], tuple[int, object, bytes]]:
    """Every header field and every byte, of GET and HEAD."""

    def shown(reply: Reply) -> tuple[int, object, bytes]:
        return reply.status, reply.fields.raw, reply.body

    return {
        (method, path): shown(await client.ask(path, method=method, Accept_Encoding="gzip"))
        for path in PATHS
        for method in ("GET", "HEAD", "OPTIONS")
    }


async def test_until_its_moment_every_answer_is_as_if_nothing_waited(newsrooms: tuple[Site, Site]) -> None:
    open_one, waiting = newsrooms
    async with client_of(open_one) as ordinary, client_of(waiting) as told:
        tag = (await ordinary.ask("/feed.rss")).etag
        for until_due in (50, 20.3, 1, 0.000001):
            open_one.clock.now = waiting.clock.now = DUE - timedelta(seconds=until_due)
            expected, got = await answers(ordinary), await answers(told)
            assert expected[("GET", "/feed.rss")][0] == 200
            assert {key: got[key] for key in got if got[key] != expected[key]} == {}, until_due
            for condition in ({"If-None-Match": tag}, {"If-Modified-Since": "Wed, 22 Mar 2023 11:45:00 GMT"}):
                short = [await client.ask("/feed.rss", condition) for client in (ordinary, told)]
                assert [reply.status for reply in short] == [304, 304]
                assert short[0].fields.raw == short[1].fields.raw
        # It was no empty question: what waited is there at its moment.
        waiting.clock.now = DUE
        assert "Secret deal" in (await told.ask("/feed.rss")).text
