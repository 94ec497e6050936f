"""Every address that WordPress gave out leads to where it is now, in one step."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from storage.model import Article, ArticleRecord, ArticleStatus, Author, Tag
from tests.kinds.newsroom import SettableClock, story
from tests.web.site import Client, Site, client_of, open_site

pytestmark = pytest.mark.anyio

PAGE = "/2023/03/22/harbour-reopens/"
SHAPES = {
    "/feed/": "/feed.rss",
    "/feed": "/feed.rss",
    "/feed/rss2/": "/feed.rss",
    "/feed/rss/": "/feed.rss",
    "/feed/atom/": "/feed.atom",
    "/feed/atom": "/feed.atom",
    "/?feed=rss2": "/feed.rss",
    "/?feed=rss": "/feed.rss",
    "/?feed=feed": "/feed.rss",
    "/?feed=atom": "/feed.atom",
    "/?feed=atom&utm_source=x": "/feed.atom",
    "/wp-rss2.php": "/feed.rss",
    "/wp-rss.php": "/feed.rss",
    "/wp-feed.php": "/feed.rss",
    "/wp-atom.php": "/feed.atom",
    "/comments/feed/": "/comments/feed.rss",
    "/comments/feed/atom/": "/comments/feed.atom",
    "/?feed=comments-rss2": "/comments/feed.rss",
    "/?feed=comments-atom": "/comments/feed.atom",
    "/wp-commentsrss2.php": "/comments/feed.rss",
    "/category/world/": "/section/world/",
    "/category/world": "/section/world/",
    "/category/world/feed/": "/section/world/feed.rss",
    "/category/world/feed/atom/": "/section/world/feed.atom",
    "/category/world/?feed=rss2": "/section/world/feed.rss",
    "/category/world/africa/": "/section/world/africa/",
    "/category/world/africa/feed/": "/section/world/africa/feed.rss",
    "/category/africa/feed/": "/section/world/africa/feed.rss",
    "/section/world/?feed=atom": "/section/world/feed.atom",
    "/2023/feed/": "/2023/feed.rss",
    "/2023/03/feed/atom/": "/2023/03/feed.atom",
    "/2023/03/22/feed/": "/2023/03/22/feed.rss",
    "/2023/03/22/?feed=atom": "/2023/03/22/feed.atom",
    "/harbour-reopens/": PAGE,
    "/harbour-reopens": PAGE,
    "/harbour-reopens/feed/": f"{PAGE}feed.rss",
    "/harbour-reopens/feed/atom/": f"{PAGE}feed.atom",
    "/harbour-reopens/?feed=rss2": f"{PAGE}feed.rss",
    "/?p=123": PAGE,
    "/?p=123&preview=true": PAGE,
    "/?p=123&feed=rss2": f"{PAGE}feed.rss",
    "/?feed=atom&p=123": f"{PAGE}feed.atom",
    "/2022/12/31/harbour/": PAGE,
    "/2022/12/31/harbour": PAGE,
    "/2022/12/31/harbour/feed/": f"{PAGE}feed.rss",
    "/2022/12/31/harbour/feed.json": f"{PAGE}feed.json",
    f"{PAGE}feed/": f"{PAGE}feed.rss",
    f"{PAGE}feed/atom/": f"{PAGE}feed.atom",
    f"{PAGE}?feed=rss2": f"{PAGE}feed.rss",
    "/?name=harbour-reopens": PAGE,
    "/?name=harbour-reopens&feed=rss2": f"{PAGE}feed.rss",
    "/?feed=comments-rss2&p=123": f"{PAGE}feed.rss",
    "/wp-commentsrss2.php?p=123": f"{PAGE}feed.rss",
    "/wp-rss2.php?p=123": f"{PAGE}feed.rss",
    "/?category_name=world/africa": "/section/world/africa/",
    "/?category_name=africa&feed=atom": "/section/world/africa/feed.atom",
    "/?m=20230322": "/2023/03/22/",
    "/?m=202303&feed=rss2": "/2023/03/feed.rss",
    "/tag/nato/feed/": "/tag/nato/feed.rss",
    "/tag/nato/feed/atom/": "/tag/nato/feed.atom",
    "/author/jane/feed/": "/author/jane/feed.rss",
    "/author/jane": "/author/jane/",
    "/?tag=nato&feed=rss2": "/tag/nato/feed.rss",
    "/?author_name=jane": "/author/jane/",
    "/?s=two+words": "/search?q=two+words",
    "/?s=two%20words&feed=rss2": "/search/feed.rss?q=two+words",
    "/feed/rdf/": "/feed.rdf",
    "/wp-rdf.php": "/feed.rdf",
    "/?feed=rdf": "/feed.rdf",
    "/category/world/feed/rdf/": "/section/world/feed.rdf",
    "/%C3%BCber-den-fluss/": "/2023/03/22/%C3%BCber-den-fluss/",
    "/%c3%bcber-den-fluss/feed/": "/2023/03/22/%C3%BCber-den-fluss/feed.rss",
}


def imported(slug: str, *old_paths: str, status: ArticleStatus = ArticleStatus.PUBLISHED) -> ArticleRecord:
    at = datetime(2023, 3, 22, 9, tzinfo=UTC)
    article: Article = story(
        slug, at, ZoneInfo("UTC"), sections=("world/africa",), status=status, tags=(Tag(slug="nato", name="NATO"),),
        authors=(Author(slug="jane", name="Jane"),),
    )  # fmt: skip
    return ArticleRecord(article=article, old_paths=old_paths)


@pytest.fixture(scope="module")
async def moved_in(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """A newsroom that came from WordPress."""
    clock = SettableClock(datetime(2023, 3, 22, 12, tzinfo=UTC))
    async with open_site(tmp_path_factory.mktemp("site"), clock) as site:
        gone = imported("gone", "/gone/", "/?p=7")
        await site.state.store.import_articles(
            [
                imported("harbour-reopens", "/harbour-reopens/", "/?p=123", "/2022/12/31/harbour/"),
                imported("über-den-fluss", "/über-den-fluss/"),
                imported("draft", "/draft/", "/?p=8", status=ArticleStatus.DRAFT),
                replace(gone, article=replace(gone.article, status=ArticleStatus.WITHDRAWN, gone_at=clock())),
            ]
        )
        yield site


@pytest.fixture
async def reader(moved_in: Site) -> AsyncIterator[Client]:
    async with client_of(moved_in) as client:
        yield client


@pytest.mark.parametrize("path", SHAPES)
async def test_an_old_address_leads_to_the_present_one(reader: Client, path: str) -> None:
    for method in ("GET", "HEAD"):
        reply = await reader.ask(path, method=method)
        assert (reply.status, reply.fields["location"]) == (301, SHAPES[path])
        assert reply.fields["cache-control"] == "public, max-age=3600"
    assert (await reader.ask(SHAPES[path])).status == 200, "in one step"


@pytest.mark.parametrize(
    "path",
    [
        "/gone/",
        "/gone",
        "/gone/feed/",
        "/?p=7",
        "/?p=7&feed=atom",
        "/2023/03/22/gone/",
        "/2023/03/22/gone/feed/",
        "/2023/03/22/gone/feed.json",
    ],
)
async def test_what_was_withdrawn_is_410_at_every_address(reader: Client, path: str) -> None:
    assert (await reader.ask(path)).status == 410


@pytest.mark.parametrize(
    "path",
    [
        "/draft/",
        "/draft/feed/",
        "/?p=8",
        "/2023/03/22/draft/",
        "/2023/03/22/draft/feed.rss",
        "/?p=124",
        "/?p=1234",
        "/harbour/",
        "/harbour-reopens/feed/json2/",
        "/category/nowhere/",
        "/category/",
        "/2023/04/31/harbour/",
        "/page/2/",
        "/xmlrpc.php",
        "/wp-json/",
        "/wp-rss2.phpx",
        "/?feed=bogus",
        "/?feed=comments-bogus",
        "/section/world/?feed=bogus",
        "/?feed=rss2&cat=2",
        "/?feed=rss2&cat=-2",
        "/?feed=rss2&m=x",
        "/?feed=rss2&page_id=2",
        "/?feed=rss2&author=1",
        "/?feed=rss2&name=nowhere",
    ],
)
async def test_nothing_is_guessed(reader: Client, path: str) -> None:
    assert (await reader.ask(path)).status == 404


@pytest.mark.parametrize(
    "query", ["?s=20", "?p=3", "?feed=", "?s=20&utm_medium=x", "?p=&s=", "?m=x&cat=&tag=a/b", "?name=&feed="]
)
async def test_a_parameter_of_wordpress_that_means_nothing_here_is_ignored(reader: Client, query: str) -> None:
    """As `?s=20`, which a network adds to what is shared on it."""
    for path in (PAGE, "/section/world/", "/2023/03/22/", "/comments/"):
        plain, asked = await reader.ask(path), await reader.ask(path + query)
        assert (asked.status, asked.etag) == (200, plain.etag)
    assert (await reader.ask("/?feed=")).status == 200


async def test_a_slug_of_two_categories_is_not_guessed_between(site: Site, client: Client) -> None:
    from storage.model import Section

    await site.state.store.add_section(Section(path="business/africa", title="Africa", created_at=site.clock()))
    assert (await client.ask("/category/africa/feed/")).status == 404
    reply = await client.ask("/category/business/africa/feed/")
    assert reply.fields["location"] == "/section/business/africa/feed.rss"
