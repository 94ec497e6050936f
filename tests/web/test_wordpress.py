"""Every address that WordPress gave out leads to where it is now, in one step."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

import feedparser
import pytest

from storage.model import (
    Alias,
    Article,
    ArticleRecord,
    ArticleStatus,
    Author,
    Comment,
    CommentStatus,
    Page,
    PageStatus,
    Tag,
)
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
    "/?tag=nato": "/tag/nato/",
    "/?cat=7": "/section/world/",
    "/?cat=8": "/section/world/africa/",
    "/?cat=7&feed=rss2": "/section/world/feed.rss",
    "/?cat=7&paged=3": "/section/world/",
    "/?author=3": "/author/jane/",
    "/?author=3&feed=atom": "/author/jane/feed.atom",
    "/wp-rss2.php?cat=7": "/section/world/feed.rss",
    "/search/two+words/": "/search?q=two+words",
    "/search/two%20words/feed/rss2/": "/search/feed.rss?q=two+words",
    "/search/words/page/2/": "/search?q=words",
    "/?s=words&paged=2": "/search?q=words",
    "/page/2/": "/",
    "/page/2": "/",
    "/category/world/page/7/": "/section/world/",
    "/section/world/page/7/": "/section/world/",
    "/tag/nato/page/2/": "/tag/nato/",
    "/author/jane/page/2": "/author/jane/",
    "/2023/page/2/": "/2023/",
    "/2023/03/page/2/": "/2023/03/",
    "/2023/03/22/page/2/": "/2023/03/22/",
    "/harbour-reopens/comment-page-2/": PAGE + "?comments=2",
    f"{PAGE}comment-page-2/": PAGE + "?comments=2",
    "/feed/?paged=1": "/feed.rss?paged=1",
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
        await site.state.store.import_aliases(
            [
                Alias("/?cat=7", "/section/world/"),
                Alias("/?cat=8", "/section/world/africa/"),
                Alias("/?author=3", "/author/jane/"),
                Alias("/?author=4", "/author/admin/"),
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
        # Where an article or a section is can change, and change back; the shape of an address leads on for good.
        kept = 60 if SHAPES[path].startswith((PAGE, "/2023/03/22/%", "/section/")) or "author=" in path else 3600
        assert reply.fields["cache-control"] == f"public, max-age={kept}"
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
        "/2023/03/22/gone/feed.xml",
        "/2023/03/22/gone/comment-page-2/",
        "/2023/03/22/gone/comment-page-2",
        "/2023/03/22/gone/?cpage=2",
        "/2023/03/22/gone/?comments=2",
        "/2023/03/22/gone/?comment=2",
        "/2023/03/22/gone/?feed=rss2",
        "/gone/comment-page-2/",
        "/gone/feed/atom/",
        "/gone/feed.json",
        "/?p=7&cpage=2",
        "/?name=gone",
        "/?name=gone&feed=rss2",
        "/?feed=comments-rss2&p=7",
        "/wp-commentsrss2.php?p=7",
        "/wp-rss2.php?p=7",
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
        "/?feed=rss2&author=4",
        "/nowhere/page/2/",
        "/page/x/",
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


PAGED_FEEDS = {
    "/feed/?paged={}": "/feed.rss?paged={}",
    "/?feed=atom&paged={}": "/feed.atom?paged={}",
    "/category/world/feed/?paged={}": "/section/world/feed.rss?paged={}",
    "/?cat=7&feed=rss2&paged={}": "/section/world/feed.rss?paged={}",
    "/tag/nato/feed/?paged={}": "/tag/nato/feed.rss?paged={}",
    "/author/jane/feed/atom/?paged={}": "/author/jane/feed.atom?paged={}",
    "/2023/feed/?paged={}": "/2023/feed.rss?paged={}",
    "/?s=words&feed=rss2&paged={}": "/search/feed.rss?q=words&paged={}",
    "/comments/feed/?paged={}": "/comments/feed.rss?paged={}",
}


@pytest.fixture(scope="module")
async def busy(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """120 articles that came from WordPress, and as many comments on the first."""
    clock = SettableClock(datetime(2023, 3, 22, 12, tzinfo=UTC))
    async with open_site(tmp_path_factory.mktemp("busy"), clock) as site:
        records = [imported(f"words-{number}") for number in range(120)]
        at = clock()
        thread = tuple(
            Comment(
                id=number, guid=f"urn:test:{number}", article_id=0, author_name="Kofi", author_email="k@example.org",
                body_html="<p>Words.</p>", status=CommentStatus.APPROVED, created_at=at,
            )
            for number in range(1, 121)
        )  # fmt: skip
        await site.state.store.import_articles([replace(records[0], comments=thread), *records[1:]])
        await site.state.store.import_aliases([Alias("/?cat=7", "/section/world/")])
        # A day later: the latest feed shows all of the day that is not over.
        clock.advance(days=10)
        yield site


@pytest.mark.parametrize("path", PAGED_FEEDS)
async def test_whoever_walks_a_feed_by_numbers_sees_every_entry_once_and_an_end(busy: Site, path: str) -> None:
    async with client_of(busy) as client:
        seen: list[str] = []
        for number in range(1, 4):
            moved = await client.ask(path.format(number))
            assert (moved.status, moved.fields["location"]) == (301, PAGED_FEEDS[path].format(number))
            page = await client.ask(moved.fields["location"])
            assert page.status == 200
            parsed = feedparser.parse(page.body)
            seen += [entry.id for entry in parsed.entries]
        assert (len(seen), len(set(seen))) == (120, 120)
        for end in (4, 999_999_999):
            assert (await client.ask(PAGED_FEEDS[path].format(end))).status == 404


@pytest.mark.parametrize("number", ["", "0", "1", "01", "x", "-2", "1.5", "\u0662"])
async def test_what_is_no_number_of_a_page_is_the_first(busy: Site, number: str) -> None:
    async with client_of(busy) as client:
        first = await client.ask("/feed.rss")
        asked = await client.ask(f"/feed.rss?{urlencode({'paged': number})}")
        assert (asked.status, asked.etag) == (200, first.etag)


async def test_a_numbered_page_links_to_the_next_by_a_cursor(busy: Site) -> None:
    async with client_of(busy) as client:
        page = (await client.ask("/feed.json?paged=2")).body
        following = json.loads(page)["next_url"]
        by_cursor = await client.ask(urlsplit(following).path + "?" + urlsplit(following).query)
        by_number = await client.ask("/feed.json?paged=3")
        assert "before=" in following
        assert json.loads(by_cursor.body)["items"] == json.loads(by_number.body)["items"]


async def test_a_day_is_one_page(busy: Site) -> None:
    async with client_of(busy) as client:
        assert (await client.ask("/2023/03/22/feed.rss?paged=1")).status == 200
        assert (await client.ask("/2023/03/22/feed.rss?paged=2")).status == 404


async def test_an_address_by_number_follows_its_section(busy: Site) -> None:
    """Of a section that is deleted it is gone, as the section's own is."""
    from storage.model import Section

    store = busy.state.store
    await store.add_section(Section(path="passing", title="Passing", created_at=busy.clock()))
    await store.import_aliases([Alias("/?cat=99", "/section/passing/"), Alias("/?cat=7", "/section/passing/")])
    async with client_of(busy) as client:
        assert (await client.ask("/?cat=99")).fields["location"] == "/section/passing/"
        assert (await client.ask("/?cat=7")).fields["location"] == "/section/world/", "the first one stays"
        await store.delete_section("passing")
        assert (await client.ask("/?cat=99")).status == 410
        assert (await client.ask("/?cat=99&feed=rss2")).status == 410


@pytest.mark.parametrize("query", ["", "?withcomments=1"])
@pytest.mark.parametrize(
    "path", ["/about/feed/", "/about/feed/atom/", "/about/feed", "/about/rss/", "/about/?feed=rss2"]
)
async def test_the_feed_of_a_pages_comments_has_ended(site: Site, client: Client, path: str, query: str) -> None:
    """A page has no comments here. Not found is what readers ask for time and again."""
    await site.state.store.add_page(Page(path="/about/", title="About", status=PageStatus.PUBLISHED))
    ended = await client.ask(path + (query if "?" not in path else query.replace("?", "&")))
    assert (ended.status, "omments on pages were not carried over" in ended.text) == (410, True)
    assert (await client.ask("/about/feed.rss")).status == 404
    page = await site.state.store.get_page("/about/")
    await site.state.store.delete_page("/about/", if_version=page.version)
    assert (await client.ask(path)).status == 410


async def test_a_newsroom_may_lead_the_feed_of_a_pages_comments_elsewhere(site: Site, client: Client) -> None:
    await site.state.store.add_page(Page(path="/about/", title="About", status=PageStatus.PUBLISHED))
    await site.state.store.keep_redirects([Alias("/about/feed/", "/feed.rss")])
    assert (await client.ask("/about/feed/")).fields["location"] == "/feed.rss"
