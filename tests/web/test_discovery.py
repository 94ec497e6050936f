"""What machines find feeds and articles by: its content, and that it is polled as a feed is."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from lxml import etree

from feeds.web import names
from feeds.web.pages.directory import MOST_SECTIONS
from storage import scopes
from storage.model import Author, Section, Tag
from tests.kinds.newsroom import FOUNDED
from tests.web.site import BASE, Client, Site

pytestmark = pytest.mark.anyio

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
HUB = f'<{BASE}/hub>; rel="hub"'
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
TYPES = {
    "/feeds.opml": "text/x-opml; charset=utf-8",
    "/robots.txt": "text/plain; charset=utf-8",
    "/sitemap.xml": "application/xml; charset=utf-8",
    "/sitemap-0.xml": "application/xml; charset=utf-8",
    "/sitemap-1.xml": "application/xml; charset=utf-8",
    "/news-sitemap.xml": "application/xml; charset=utf-8",
    "/icon.png": "image/png",
    "/favicon.ico": "image/vnd.microsoft.icon",
    "/static/feed.css": "text/css; charset=utf-8",
    "/oembed?url=https%3A//news.example/2023/03/01/a/": "application/json; charset=utf-8",
    "/oembed?url=https%3A//news.example/2023/03/01/a/&format=xml": "text/xml; charset=utf-8",
}


async def places(client: Client, path: str) -> list[str]:
    """What a sitemap or an index names, as paths."""
    reply = await client.ask(path)
    assert reply.status == 200
    return [str(place.text).removeprefix(BASE) for place in etree.fromstring(reply.body).iter(f"{SITEMAP}loc")]


@pytest.mark.parametrize("path", TYPES)
@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
async def test_each_is_polled_as_a_feed_is(site: Site, client: Client, path: str, coding: str) -> None:
    await site.newsroom.publish("a")
    site.clock.advance(minutes=1)
    for _ in range(2):
        whole = await client.ask(path, Accept_Encoding=coding)
        assert (whole.status, whole.fields["content-type"]) == (200, TYPES[path])
        assert whole.etag.startswith('"')
        head = await client.ask(path, method="HEAD", Accept_Encoding=coding)
        assert (head.status, head.body, head.fields.raw) == (200, b"", whole.fields.raw)
        for condition in ({"If_None_Match": whole.etag}, {"If_Modified_Since": whole.fields["last-modified"]}):
            assert (await client.ask(path, condition, Accept_Encoding=coding)).status == 304
    assert (await client.ask(path, method="POST")).status == 405


async def test_robots_may_read_all_but_the_api(client: Client) -> None:
    assert (await client.ask("/robots.txt")).text.splitlines() == [
        "User-agent: *",
        "Disallow: /api/",
        "",
        f"Sitemap: {BASE}/sitemap.xml",
        f"Sitemap: {BASE}/news-sitemap.xml",
    ]


def outline(element: Any) -> Sequence[Any]:
    return [(str(child.get("text")), outline(child) or child.get("xmlUrl")) for child in element]


async def test_the_list_of_feeds_is_nested_as_the_sections_are(site: Site, client: Client) -> None:
    hostile = Section(path="hostile", title='"<&>', description="'<&>", created_at=FOUNDED)
    await site.state.store.add_section(hostile)
    tags = (Tag(slug="nato", name="NATO"), Tag(slug="africa", name="<Africa> & 'more'"))
    await site.newsroom.publish("a", tags=tags, authors=(Author(slug="jane", name='Jane "Doe"'),))
    document = etree.fromstring((await client.ask("/feeds.opml")).body)
    assert (document.tag, document.get("version")) == ("opml", "2.0")

    def feeds(path: str, title: str) -> Sequence[Any]:
        own = BASE + path
        return [(title, f"{own}feed.rss"), (f"Comments for {title}", f"{own}comments/feed.rss")]

    world = feeds("/section/world/", "World")
    assert outline(document.find("body")) == [
        *feeds("/", "Dateline"),
        ("Business", feeds("/section/business/", "Business")),
        ('"<&>', feeds("/section/hostile/", '"<&>')),
        ("World", [*world, ("Africa", feeds("/section/world/africa/", "Africa"))]),
        (
            "Tags",
            [("<Africa> & 'more'", f"{BASE}/tag/africa/feed.rss"), ("NATO", f"{BASE}/tag/nato/feed.rss")],
        ),
        ("Authors", [('Jane "Doe"', f"{BASE}/author/jane/feed.rss")]),
    ]
    for element in document.iterfind(".//outline[@xmlUrl]"):
        for name in ("xmlUrl", "htmlUrl"):
            assert (await client.ask(str(element.get(name)).removeprefix(BASE))).status == 200
        feed = etree.fromstring((await client.ask(str(element.get("xmlUrl")).removeprefix(BASE))).body)
        assert element.get("title") == feed.findtext("channel/title"), "the feed's own title (OPML 2.0)"


async def test_only_what_it_names_moves_the_list_of_feeds(site: Site, client: Client) -> None:
    site.clock.advance(hours=1)
    nato = (Tag(slug="nato", name="NATO"),)
    first = await site.newsroom.publish("a", tags=nato)
    before = await client.ask("/feeds.opml")
    await site.newsroom.publish("b", tags=nato)
    await site.newsroom.withdraw(first)
    assert (await client.ask("/feeds.opml", If_None_Match=before.etag)).status == 304
    await site.newsroom.publish("c", tags=(*nato, Tag(slug="lake", name="Lake")))
    with_lake = await client.ask("/feeds.opml", If_None_Match=before.etag)
    assert "/tag/lake/" in with_lake.text
    await site.state.store.add_section(Section(path="arts", title="Arts", created_at=FOUNDED))
    assert "Arts" in (await client.ask("/feeds.opml", If_None_Match=with_lake.etag)).text


async def test_lists_of_feeds_name_the_most_used_tags_alone(
    site: Site, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "FEW", 2)
    for slug, used in (("a", "xz"), ("b", "zy"), ("c", "y")):
        await site.newsroom.publish(slug, tags=tuple(Tag(slug=tag, name=tag.upper()) for tag in used))
    for path in ("/feeds.opml", "/feeds/"):
        listed = (await client.ask(path)).text
        assert [tag for tag in "xyz" if f"/tag/{tag}/feed.rss" in listed] == ["y", "z"], path


async def test_the_sitemap_names_pages_that_stay_as_they_are(
    site: Site, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scopes, "LOCATIONS", 2)
    assert await places(client, "/sitemap.xml") == ["/sitemap-0.xml"]
    assert await places(client, "/sitemap-0.xml") == [
        "/", "/section/business/", "/section/world/", "/section/world/africa/",
    ]  # fmt: skip
    articles = [await site.newsroom.publish(slug) for slug in ("a", "b", "c")]
    assert await places(client, "/sitemap.xml") == ["/sitemap-0.xml", "/sitemap-1.xml", "/sitemap-2.xml"]
    assert await places(client, "/sitemap-1.xml") == [article.path for article in articles[:2]]
    assert await places(client, "/sitemap-2.xml") == [articles[2].path]
    first = await client.ask("/sitemap-1.xml")
    site.clock.advance(hours=1)
    await site.newsroom.publish("d", FOUNDED)
    assert (await client.ask("/sitemap-1.xml", If_None_Match=first.etag)).status == 304
    assert len(await places(client, "/sitemap-2.xml")) == 2
    await site.newsroom.withdraw(articles[0])
    assert await places(client, "/sitemap-1.xml") == [articles[1].path]


async def test_the_sitemap_names_originals_alone(site: Site, client: Client) -> None:
    await site.newsroom.publish("ours", canonical_url=f"{BASE}/2023/03/01/ours/")
    await site.newsroom.publish("theirs", canonical_url="https://agency.example/1")
    for path in ("/sitemap-1.xml", "/news-sitemap.xml"):
        assert await places(client, path) == ["/2023/03/01/ours/"]


@pytest.mark.parametrize("page", ["1", "2", "01", "-1", "1x", "1.5", "9" * 30, "٣"])
async def test_there_is_no_other_page(client: Client, page: str) -> None:
    """A word in its place is the name of another system's, and leads to the first."""
    assert (await client.ask(f"/sitemap-{page}.xml")).status == 404


async def test_news_are_of_two_days_to_the_moment(site: Site, client: Client) -> None:
    site.clock.advance(days=1)
    early = await site.newsroom.publish("early", FOUNDED)
    site.clock.advance(hours=1)
    late = await site.newsroom.publish("late", headline="Ports & piers <reopen>", language="zh-Hant")
    entry = etree.fromstring((await client.ask("/news-sitemap.xml")).body)[0]
    assert entry.findtext(f".//{NEWS}title") == "Ports & piers <reopen>"
    assert entry.findtext(f".//{NEWS}name") == "Dateline"
    assert entry.findtext(f".//{NEWS}language") == "zh-tw"
    assert entry.findtext(f".//{NEWS}publication_date") == "2023-03-02T09:00:00+00:00"
    leaves = FOUNDED + timedelta(days=2)
    site.clock.now = leaves - timedelta(seconds=20)
    before = await client.ask("/news-sitemap.xml")
    assert before.fields["cache-control"] == "public, max-age=20"
    assert await places(client, "/news-sitemap.xml") == [late.path, early.path]
    site.clock.now = leaves
    assert await places(client, "/news-sitemap.xml") == [late.path]
    site.clock.advance(seconds=1)
    polled = await client.ask("/news-sitemap.xml", If_Modified_Since=before.fields["date"])
    assert (polled.status, polled.fields["last-modified"]) == (200, "Fri, 03 Mar 2023 08:00:00 GMT")
    assert (await client.ask("/news-sitemap.xml", If_Modified_Since=polled.fields["date"])).status == 304


async def test_a_feed_names_itself_and_its_page_and_a_page_its_feed(site: Site, client: Client) -> None:
    article = await site.newsroom.publish("a")
    for path in ("/", "/section/world/africa/", "/2023/03/01/", article.path, "/comments/"):
        feed = await client.ask(f"{path}feed.atom")
        own, page = f"{BASE}{path}feed.atom", BASE + path
        assert feed.fields["link"] == f'<{own}>; rel="self", {HUB}, <{page}>; rel="alternate"; type="text/html"'
        twin = await client.ask(path)
        # An article's own feed is that of its comments: the newsroom's comes before it.
        named = {"/": ["/"], article.path: ["/", article.path]}.get(path, [path, "/"])
        links = [f'<{BASE}{one}feed.rss>; rel="alternate"; type="application/rss+xml"' for one in named]
        topic = f'<{BASE}{named[0]}feed.rss>; rel="self"'
        assert twin.fields["link"] == ", ".join((topic, HUB, *links))
        for whole in (feed, twin):
            short = await client.ask(path if whole is twin else f"{path}feed.atom", If_None_Match=whole.etag)
            assert (short.status, short.fields["link"]) == (304, whole.fields["link"])
    latest = f'<{BASE}/feed.rss>; rel="self", {HUB}, <{BASE}/feed.rss>; rel="alternate"; type="application/rss+xml"'
    assert (await client.ask("/feeds/")).fields["link"] == latest
    found = (await client.ask("/search/feed.rss?q=caf%C3%A9")).fields["link"]
    own, page = f"{BASE}/search/feed.rss?q=caf%C3%A9", f"{BASE}/search?q=caf%C3%A9"
    assert found == f'<{own}>; rel="self", {HUB}, <{page}>; rel="alternate"; type="text/html"'


async def test_errors_have_the_newsrooms_navigation(client: Client) -> None:
    missing = await client.ask("/nowhere/")
    assert missing.status == 404
    assert 'href="/section/world/"' in missing.text


async def test_of_thousands_of_sections_each_page_shows_some_and_the_opml_all(site: Site, client: Client) -> None:
    tops = [Section(path=f"s{number:04}", title=f"S {number}", created_at=FOUNDED) for number in range(400)]
    inner = [Section(path=f"{top.path}/x", title=f"{top.title} x", created_at=FOUNDED) for top in tops]
    await site.newsroom.store.import_sections([*tops, *inner])
    count = len(await site.newsroom.store.get_sections())
    directory = (await client.ask("/feeds/")).text
    assert f"{count - MOST_SECTIONS} more sections have feeds, too" in directory
    assert directory.count('/comments/feed.rss" type') == MOST_SECTIONS + 1, "and that of all comments"
    outlines = etree.fromstring((await client.ask("/feeds.opml")).body)
    listed = {each.get("htmlUrl", "").removeprefix(BASE) for each in outlines.iter("outline")}
    assert {f"/section/{section.path}/" for section in (*tops, *inner)} <= listed
    assert len(await places(client, "/sitemap-0.xml")) == count + 1
    for path in ("/", "/section/s0399/x/", "/nowhere", "/comments/"):
        page = (await client.ask(path)).text
        assert len(page) < 30_000, path
        assert page.count('<a href="/section/s0') < 60, path
    assert "S 399" in (await client.ask("/section/s0399/x/")).text
