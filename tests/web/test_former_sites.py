"""Wherever a WordPress site was and however it made its addresses: each leads to what it led to, in one step."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from feeds.importers import ImportOptions, Permalinks, ToldAddresses, import_file
from feeds.web.legacy_urls import find_moved
from storage.connect import open_store
from storage.model import FormerSite
from tests.importers.test_blogger import BEFORE_2024, SINCE_2024
from tests.importers.wxr_files import SITE, author, post, wxr
from tests.web.former_site import (
    LINES,
    NO_FEEDS,
    NOTHING,
    STORIES,
    Old,
    feeds_of,
    lists,
    moved_from,
    of_articles,
    queries,
)
from tests.web.site import Client, Site, client_of

pytestmark = pytest.mark.anyio

STRUCTURES = (
    "",
    "/%year%/%monthnum%/%day%/%postname%/",
    "/%year%/%monthnum%/%postname%/",
    "/archives/%post_id%",
    "/%postname%/",
    "/%category%/%postname%/",
    "/%author%/%postname%/",
    "/%year%/%postname%.html",
    "/news/%postname%-%post_id%/",
    "/%day%/%monthnum%/%year%/%postname%/",
    "/%year%%monthnum%%day%/%postname%/",
    "/%category%/%year%/%post_id%/",
    "/%post_id%/",
)


OURS = "/%year%/%monthnum%/%day%/%postname%/"


async def assert_lead(client: Client, ways: dict[str, str]) -> None:
    """Each in one step, and to what is there."""
    moved = {old: await moved_to(client, old) for old in ways}
    expected = {old: (301, quote(here, safe="/?=+&.")) for old, here in ways.items()}
    assert {old: found for old, found in moved.items() if found != expected[old]} == {}
    ends = {here: (await client.ask(here)).status for here in {location for _, location in moved.values()}}
    # Of a list that is so short there is no second page.
    assert {here for here, status in ends.items() if status != 200 and "paged=2" not in here} == set()


async def moved_to(client: Client, address: str) -> tuple[int, str]:
    path, _, query = address.partition("?")
    reply = await client.ask(quote(path) + (f"?{query}" if query else ""))
    return reply.status, reply.fields.get("location", "")


def every_way(old: Old) -> dict[str, str]:
    ways = dict(queries(old))
    for path, page in lists(old):
        if path != page:
            ways[path] = page
            ways[path.rstrip("/") or "/"] = page
        ways[f"{path}page/2/"] = page
        ways |= dict(feeds_of(path, page))
    ways |= dict(of_articles(old))
    return {path: page for path, page in ways.items() if path != page and path != "/"}


PLACES = [(path, index) for index in ("", "/index.php") for path in ("", "/blog", "/a/news")]


def few(structure: str) -> list[tuple[str, str]]:
    return [PLACES[STRUCTURES.index(structure) % len(PLACES)]]


@pytest.mark.parametrize(("structure", "place"), [(one, place) for one in STRUCTURES for place in few(one)])
async def test_every_address_of_a_site_leads_on(tmp_path: Path, structure: str, place: tuple[str, str]) -> None:
    path, index = place
    old = Old(structure, path, index if structure else "")
    async with moved_from(tmp_path, old) as site, client_of(site) as client:
        [known] = await site.state.store.get_former_sites()
        assert known.path == path
        if (structure, place) != (OURS, ("", "")):
            assert known.permalinks == (f"{index}{structure}".rstrip("/") + "/" if structure else "")
        await assert_lead(client, every_way(old))
        homes = (f"{old.path}/", f"{old.path}/index.php")
        nothing = [f"{home}?{query}{feed}" for home in homes for query in NOTHING for feed in ("", "&feed=rss2")]
        assert {one: moved for one in nothing if (moved := await moved_to(client, one)) != (404, "")} == {}
        ended = [f"{home}?{query}&feed=atom" for home in homes for query in NO_FEEDS]
        assert {one: moved for one in ended if (moved := await moved_to(client, one)) != (410, "")} == {}


@pytest.mark.nightly
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("structure", STRUCTURES)
async def test_every_address_of_any_site_leads_on(tmp_path: Path, structure: str, place: tuple[str, str]) -> None:
    await test_every_address_of_a_site_leads_on(tmp_path, structure, place)


@pytest.fixture(scope="module")
async def blog(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with moved_from(tmp_path_factory.mktemp("blog"), BLOG) as site:
        yield site


BLOG = Old("/%year%/%monthnum%/%postname%/", "/blog")
FERRY = STORIES[0]


@pytest.mark.parametrize(
    "address",
    [
        "?cat=5&year=2024&feed=rss2",
        "?cat=5&year=2024",
        "?cat=5&tag=nato&feed=rss2",
        "?cat=5&author=3&feed=rss2",
        "?cat=-5&feed=rss2",
        "?cat=5,6&feed=rss2",
        "?cat=99&feed=rss2",
        "?category_name=world,business&feed=rss2",
        "?category_name=world%2Bbusiness&feed=rss2",
        "?tag=nato,un&feed=rss2",
        "?tag=nato+un&feed=rss2",
        "?tag=nato&feed=rss2&withcomments=1",
        "?tag_id=9&feed=rss2",
        "?author=9&feed=rss2",
        "?author=-3&feed=rss2",
        "?monthnum=3&feed=rss2",
        "?year=2024&day=5&feed=rss2",
        "?year=2024&monthnum=13&feed=rss2",
        "?year=24&feed=rss2",
        "?year=2024&m=202403&feed=rss2",
        "?year=2024&w=9&feed=rss2",
        "?m=20240305083007&feed=rss2",
        "?m=202413&feed=rss2",
        "?w=9&feed=rss2",
        "?hour=8&feed=rss2",
        "?s=ferry&cat=5&feed=rss2",
        "?s=ferry&year=2024&feed=rss2",
        "?post_type=product&feed=rss2",
        "?taxonomy=series&term=x&feed=rss2",
        "?p=99&feed=rss2",
        "?p=11&feed=rss2&withoutcomments=1",
        "?feed=bogus",
        "?attachment=pic&feed=rss2",
        "category/world/feed/?year=2024",
        "category/world/?feed=rss2&tag=nato",
        "tag/nato/feed/?p=11",
        "2024/03/feed/?cat=5",
        "2024/feed/?withcomments=1",
        "feed/bogus/",
        "feed/rss2/2/",
        "category/feed/",
        "category/nowhere/feed/",
        "tag/un/feed/",
        "tag/nato/x/feed/",
        "author/nobody/feed/",
        "2024/13/feed/",
        "2024/03/32/feed/",
        "03/feed/",
        "type/gallery/feed/",
        "nothing/",
        "nothing/feed/",
        "nothing/2/",
        "2024/03/nothing/",
        "2024/03/ferry-resumes/nothing/",
        "2024/03/ferry-resumes/nothing/2/",
        "2024/03/ferry/",
        "2024/03/ferry-resumes/feed/bogus/",
        "category/world/2/",
        "ferry-resumes/",
        "2023/03/ferry-resumes/",
        "wp-login.php",
        "wp-admin/",
        "xmlrpc.php",
        "wp-json/",
        "wp-json/oembed/1.0/embed",
        "x/wp-rss2.php",
        "wp-rss2.php5",
        "wp-content/",
        "sitemap-1.xml",
        "rss.xml",
        "page/x/",
        "rss/rss/",
        "search/",
        "?feed=rss2&p=11x",
    ],
)
async def test_what_there_is_no_feed_or_page_of_is_404(blog: Site, address: str) -> None:
    async with client_of(blog) as client:
        for home in ("/blog/", "/blog/index.php/" if not address.startswith("?") else "/blog/index.php"):
            assert (await client.ask(home + address)).status == 404
        if address.startswith("?"):
            assert (await client.ask("/" + address)).status == 404


@pytest.mark.parametrize("address", ["about/feed/", "about/feed/atom/", "?page_id=900&feed=rss2", "about/?feed=rss2"])
async def test_the_feed_of_a_pages_comments_has_ended(blog: Site, address: str) -> None:
    async with client_of(blog) as client:
        for home in ("/blog/", "/blog/index.php/" if not address.startswith("?") else "/blog/index.php"):
            assert (await client.ask(home + address)).status == 410


MORE = {
    "/blog/wp-content/uploads/2024/03/a.jpg": "/wp-content/uploads/2024/03/a.jpg",
    "/blog/wp-content/uploads/2024/a%20b%C3%BC.jpg": "/wp-content/uploads/2024/a%20b%C3%BC.jpg",
    # WordPress may be in a folder of its own, wherever its pages are.
    "/wp/wp-content/uploads/2024/03/a.jpg": "/wp-content/uploads/2024/03/a.jpg",
    "/blog/core/wp/wp-content/uploads/2024/03/a.jpg": "/wp-content/uploads/2024/03/a.jpg",
    "/blog/wp-content/uploads/": None,
    "/wp-content/plugins/wp-content/a.jpg": None,
    "/blog/wp-sitemap.xml": "/sitemap.xml",
    "/wp-sitemap.xml": "/sitemap.xml",
    "/blog/wp-sitemap-posts-post-1.xml": "/sitemap.xml",
    "/wp-sitemap-taxonomies-category-1.xml": "/sitemap.xml",
    "/wp-sitemap-users-2.xml": "/sitemap.xml",
    "/blog/sitemap_index.xml": "/sitemap.xml",
    "/sitemap_index.xml": "/sitemap.xml",
    "/post-sitemap2.xml": "/sitemap.xml",
    "/blog/post_tag-sitemap.xml": "/sitemap.xml",
    "/author-sitemap.xml": "/sitemap.xml",
    "/blog/sitemap.xml": "/sitemap.xml",
    "/sitemap.xml.gz": "/sitemap.xml",
    "/sitemap-pt-post-2024-03.xml": "/sitemap.xml",
    "/blog/sitemap-misc.xml": "/sitemap.xml",
    "/image-sitemap-index-1.xml": "/sitemap.xml",
    "/video-sitemap-1.xml": "/sitemap.xml",
    "/sitemap-authors.xml": "/sitemap.xml",
    "/sitemap1.xml": "/sitemap.xml",
    "//feed/": "/feed.rss",
    "/blog//feed//atom/": "/feed.atom",
    "//?feed=rss2": "/feed.rss",
    "///": "/",
    "//blog/category/world//feed/": "/section/world/feed.rss",
    "//section/world/feed.rss?x=1": "/section/world/feed.rss?x=1",
    "/section//world/": "/section/world/",
    "//section/nothing/": None,
    "//nothing.example/feed/": None,
    "//api/articles": None,
    "/sitemap-news.xml": "/news-sitemap.xml",
    "/blog/news-sitemap.xml": "/news-sitemap.xml",
    "/blog/feed/podcast/": "/feed.rss",
    "/feed/podcast": "/feed.rss",
    "/blog/?feed=podcast": "/feed.rss",
    "/blog/category/world/feed/podcast/": "/section/world/feed.rss",
    "/blog?feed=rss2": "/feed.rss",
    "/blog/2024/3/feed/": "/2024/03/feed.rss",
    "/blog/2024/3/5/": "/2024/03/05/",
    "/2024/3/": None,
    "/blog/search/two+words/feed/": "/search/feed.rss?q=two+words",
    "/blog/search/two%20words/atom/": "/search/feed.atom?q=two+words",
    "/blog/search/words/page/2/": "/search?q=words",
    "/search/words/rss/": "/search/feed.rss?q=words",
    "/blog/?s=words&cat=5": "/search?q=words",
    "/blog/?cat=0&tag=&feed=rss2&post_type=post": "/feed.rss",
    "/blog/?p=11&amp=1": FERRY.here,
    "/blog/2024/03/ferry-resumes/?amp=1": FERRY.here,
    "/blog/2024/03/ferry-resumes/amp": FERRY.here,
    "/blog/2024/03/ferry-resumes/?replytocom=4": FERRY.here,
    "/blog/2024/03/ferry-resumes/?cpage=2": f"{FERRY.here}?comments=2",
    "/blog/2024/03/ferry-resumes/comment-page-2/": f"{FERRY.here}?comments=2",
    "/blog/index.php/2024/03/ferry-resumes/feed/": f"{FERRY.here}feed.rss",
    "/index.php": "/",
    "/index.php?feed=atom": "/feed.atom",
    "/index.php/feed/": "/feed.rss",
    "/blog/?p=11&embed=true": FERRY.here,
    "/blog/?name=ferry-resumes&p=": FERRY.here,
    "/blog/amp/": "/",
    "/blog/category/world/amp/": "/section/world/",
    "/category/world/rss/": "/section/world/feed.rss",
    "/tag/nato/atom": "/tag/nato/feed.atom",
    "/rss2": "/feed.rss",
    "/comments/atom/": "/comments/feed.atom",
    "/blog/comments/rdf": "/comments/feed.rdf",
    f"{FERRY.here}rss/": f"{FERRY.here}feed.rss",
    f"{FERRY.here}amp/": FERRY.here,
    f"{FERRY.here}2/": FERRY.here,
    "/blog/category/world/page/2/?feed=rss2": "/section/world/feed.rss?paged=2",
    "/?p=11": FERRY.here,
    "/?cat=5": "/section/world/",
}


@pytest.mark.parametrize("address", MORE)
async def test_other_forms_lead_on(blog: Site, address: str) -> None:
    async with client_of(blog) as client:
        reply = await client.ask(address)
        expected = MORE[address]
        assert (reply.status, reply.fields.get("location")) == ((301, expected) if expected else (404, None))


async def test_two_sites_of_one_host_each_have_their_own_numbers_and_lists(tmp_path: Path) -> None:
    root = Old("/%postname%/")
    blog = Old("/archives/%post_id%", "/blog", category_base="topics")
    # The same numbers as the other's, of other articles and lists.
    renumbered = blog.export()
    for story in STORIES:
        renumbered = renumbered.replace(f"{story.slug}]]></wp:post_name>", f"{story.slug}-of-blog]]></wp:post_name>")
    renumbered = renumbered.replace("[world]", "[culture]").replace('"world"', '"culture"')
    told = ToldAddresses(category_base="topics")
    async with moved_from(tmp_path, root) as site, client_of(site) as client:
        file = tmp_path / "second.xml"
        file.write_text(renumbered, encoding="utf-8")
        await import_file(
            site.state.store, file, settings=site.state.settings, clock=site.clock, options=ImportOptions(told=told)
        )
        await site.state.follower.catch_up()
        for story in STORIES:
            there = story.here.removesuffix("/") + "-of-blog/"
            await assert_lead(
                client,
                {
                    f"/?p={story.number}": story.here,
                    f"/{story.slug}/": story.here,
                    f"/{story.slug}/feed/atom/": f"{story.here}feed.atom",
                    f"/blog/?p={story.number}": there,
                    f"/blog/archives/{story.number}/": there,
                    f"/blog/archives/{story.number}/feed/": f"{there}feed.rss",
                    f"/blog/?p={story.number}&feed=rss2": f"{there}feed.rss",
                },
            )
        await assert_lead(
            client,
            {
                "/?cat=5": "/section/world/",
                "/blog/?cat=5": "/section/culture/",
                "/blog/topics/culture/feed/": "/section/culture/feed.rss",
                "/blog/archives/topics/culture/": "/section/culture/",
                "/category/world/feed/": "/section/world/feed.rss",
            },
        )
        assert (await moved_to(client, "/archives/11/"))[0] == 404


async def test_of_two_sites_at_one_path_the_first_has_the_numbers(tmp_path: Path) -> None:
    first = Old("/%postname%/")
    draft = post(13, "Mine", name="mine", link=f"{SITE}/?p=13", status="draft")
    other = wxr(
        draft, post(14, "B", name="b-one", link=f"{SITE}/news/b-one/", guid="b:14", categories={"news": "News"})
    )
    exports = (other.replace("old.example", "b.example"),)
    async with moved_from(tmp_path, first, exports=exports) as site, client_of(site) as client:
        assert len(await site.state.store.get_former_sites()) == 2
        assert await moved_to(client, "/?p=14") == (301, quote(STORIES[3].here))
        assert await moved_to(client, "/news/b-one/") == (301, "/2022/03/01/b-one/")
        # By the name alone it might be either's.
        assert (await moved_to(client, "/x/b-one/"))[0] == 404
        assert (await moved_to(client, "/?p=13"))[0] == 404


async def test_the_number_of_a_list_leads_to_the_name_that_it_has_by_now(tmp_path: Path) -> None:
    """Of a category with another slug, or within another one; of one that was merged into another it is what was its own."""
    before = BLOG.export()
    after = (
        before.replace("[world]", "[globe]")
        .replace('"world"', '"globe"')
        .replace('nicename="africa"', 'nicename="kenya"')
    )
    after = after.replace("[africa]", "[kenya]")
    assert after.count("globe") > 3
    async with moved_from(tmp_path, exports=(before, after)) as site, client_of(site) as client:
        pages = {"cat=5": "/section/globe/", "cat=6": "/section/globe/kenya/", "cat=7": "/section/business/"}
        ways = {f"/blog/?{query}": page for query, page in pages.items()}
        ways |= {f"/blog/?{query}&feed=rss2": f"{page}feed.rss" for query, page in pages.items()}
        await assert_lead(client, ways)
        feed = (await client.ask("/section/globe/feed.rss")).body
        assert feed.count(b"<item>") == 3


async def test_an_address_is_that_of_what_has_it_not_of_what_had_it(tmp_path: Path) -> None:
    """Whichever an export names first, and by whatever WordPress is asked."""
    renamed = [("_wp_old_slug", "ferry"), ("_wp_old_slug", "boat")]
    link = {name: f"{SITE}/{name}/" for name in ("ferry", "ferry-2")}
    first = post(1, "Was so called", name="ferry-2", link=link["ferry-2"], meta=renamed)
    second = post(2, "Is so called", name="ferry", link=link["ferry"])
    for number, items in enumerate([(first, second), (second, first)]):
        folder = tmp_path / str(number)
        folder.mkdir()
        async with moved_from(folder, exports=(wxr(*items),)) as site, client_of(site) as client:
            was, is_called = "/2022/03/01/ferry-2/", "/2022/03/01/ferry/"
            ways = {"/ferry/": is_called, "/?name=ferry": is_called, "/?name=ferry&feed=rss2": f"{is_called}feed.rss"}
            ways |= {"/ferry-2/": was, "/?name=ferry-2": was, "/boat/": was, "/?name=boat": was}
            await assert_lead(client, ways)


TOLD = Old("/%category%/%postname%/", "/blog", category_base="topics/all", tag_base="themes")


async def test_what_is_told_of_a_site_holds_where_its_export_says_otherwise(tmp_path: Path) -> None:
    """As of a copy of the site at another address, by numbers alone."""
    told = ToldAddresses(
        path="/blog",
        permalinks=Permalinks.parse(TOLD.structure),
        category_base="topics/all",
        tag_base="themes",
        author_base="staff",
    )
    async with moved_from(tmp_path, Old(""), told=told) as site, client_of(site) as client:
        [known] = await site.state.store.get_former_sites()
        assert known == FormerSite(
            address="old.example", path="/blog", permalinks=TOLD.structure,
            category_base="topics/all", tag_base="themes", author_base="staff",
        )  # fmt: skip
        # What pages were made of no link told.
        ways = every_way(TOLD) | {
            f"/blog/{script}?{query}": Old("").page_here(line)
            for script in ("", "index.php")
            for query, line in LINES.items()
        }
        for path in ("/blog/staff/jdoe/", "/blog/author/jdoe/", "/blog/index.php/staff/jdoe/"):
            ways |= dict(feeds_of(path, "/author/jdoe/"))
        await assert_lead(client, ways)
        # WordPress looks at the name alone.
        await assert_lead(
            client, {"/blog/anything/ferry-resumes/": FERRY.here, "/blog/?name=ferry-resumes": FERRY.here}
        )
        # Told once, it holds for the next import as well.
        await import_file(site.state.store, tmp_path / "0.xml", settings=site.state.settings, clock=site.clock)
        [after] = await site.state.store.get_former_sites()
        assert (after.category_base, after.permalinks) == (known.category_base, known.permalinks)


async def test_categories_may_have_no_base(tmp_path: Path) -> None:
    old = Old("/%postname%/")
    async with moved_from(tmp_path, old, told=ToldAddresses(category_base="/")) as site, client_of(site) as client:
        await assert_lead(
            client,
            {
                "/world/": "/section/world/",
                "/world/africa/feed/": "/section/world/africa/feed.rss",
                "/business/page/2/": "/section/business/",
                "/ferry-resumes/": FERRY.here,
                "/ferry-resumes/feed/": f"{FERRY.here}feed.rss",
            },
        )
        assert (await moved_to(client, "/nothing/feed/"))[0] == 404


async def test_a_worker_that_runs_learns_of_a_site_that_is_imported_beside_it(tmp_path: Path) -> None:
    async with moved_from(tmp_path) as site, client_of(site) as client:
        assert (await moved_to(client, "/blog/feed/"))[0] == 404
        other = await open_store(site.state.settings.database_url, clock=site.clock, migrate=False)
        await other.keep_former_site(FormerSite(address="old.example/blog", path="/blog"))
        await other.close()
        # Another process's commit may be seen some hundredths of a second later.
        async with asyncio.timeout(10):
            while True:
                await site.state.follower.catch_up()
                if await moved_to(client, "/blog/feed/") == (301, "/feed.rss"):
                    break
                await asyncio.sleep(0.01)


async def test_an_address_that_leads_nowhere_costs_one_look_and_no_more_for_a_newsroom_without_a_former_site(
    blog: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []
    store = blog.state.store
    for name in ("find_paths", "find_path", "get_former_sites", "get_sections"):
        method = getattr(store, name)

        async def counted(*args: object, name: str = name, method: Callable[..., Awaitable[object]] = method) -> object:
            looks.append(name)
            return await method(*args)

        monkeypatch.setattr(store, name, counted)
    for address in ("/nothing/", "/blog/nothing/", "/blog/nothing/rss/", "/blog/2024/03/nothing/2/"):
        looks.clear()
        await find_moved(store, address, b"", sites=await blog.state.former_sites.get())
        assert looks in (["find_paths"], ["get_former_sites", "find_paths"])
    looks.clear()
    for address in ("/feed/", "/blog/feed/atom/", "/tag/nato/feed/", "/blog/2024/03/feed/"):
        assert await find_moved(store, address, b"", sites=await blog.state.former_sites.get())
    assert looks == []


@pytest.mark.parametrize(
    ("address", "seconds"),
    [
        ("/feed/atom/", 3600),
        ("/rss/", 3600),
        ("/blog/feed/atom/", 60),
        ("/blog/tag/nato/rss/", 60),
        ("/blog/?p=11&feed=rss2", 60),
    ],
)
async def test_a_feed_s_old_address_answers_whoever_has_it_already_as_anybody(
    blog: Site, address: str, seconds: int
) -> None:
    """And is kept for long only where nothing that the newsroom does could lead it elsewhere."""
    async with client_of(blog) as client:
        for held in ({}, {"If-None-Match": '"x"'}, {"If-Modified-Since": "Sat, 09 Mar 2024 11:00:00 GMT"}):
            reply = await client.ask(address, held)
            assert (reply.status, reply.fields["cache-control"]) == (301, f"public, max-age={seconds}")
            assert reply.fields["access-control-allow-origin"] == "*"
        preflight = await client.ask(address, {"Origin": "https://reader.example"}, method="OPTIONS")
        assert preflight.fields["access-control-allow-origin"] == "*"
        assert (await client.ask(reply.fields["location"], {"If-None-Match": '"x"'})).status == 200


@pytest.mark.parametrize("address", ["/blog/category/nowhere/atom/", "/blog/nothing/feed/", "/blog/?feed=bogus"])
async def test_an_error_at_a_feed_s_old_address_may_be_read_by_any_origin(blog: Site, address: str) -> None:
    async with client_of(blog) as client:
        reply = await client.ask(address)
        assert (reply.status, reply.fields["access-control-allow-origin"]) == (404, "*")
        assert "access-control-allow-origin" not in (await client.ask("/blog/nothing/")).fields


async def test_an_author_whose_login_was_an_email_address_is_found_by_wordpress_name_for_it(tmp_path: Path) -> None:
    export = wxr(
        author("bob@mail.example", "Bob Byline", author_id=7), author("jdoe", "Jane Doe"),
        post(1, creator="bob@mail.example"), post(2, creator="jdoe"),
    )  # fmt: skip
    async with moved_from(tmp_path, exports=(export,)) as site, client_of(site) as client:
        there, here = "/author/bobmail-example/", "/author/bob/"
        await assert_lead(
            client,
            {
                there: here,
                f"{there}page/2/": here,
                f"{there}feed/": f"{here}feed.rss",
                f"{there}feed/atom/": f"{here}feed.atom",
                "/author/jdoe/feed/": "/author/jdoe/feed.rss",
            },
        )


@pytest.mark.parametrize("export", [BEFORE_2024, SINCE_2024], ids=["before 2024", "since"])
async def test_what_blogger_had_leads_on(tmp_path: Path, export: str) -> None:
    async with moved_from(tmp_path, exports=(export,)) as site, client_of(site) as client:
        await assert_lead(
            client,
            {
                "/2024/05/ferry.html": "/2023/03/06/ferry-boat/",
                "/2024/05/ferry.html?m=1": "/2023/03/06/ferry-boat/",
                "/feeds/posts/default": "/feed.atom",
                "/feeds/posts/default?alt=rss": "/feed.atom",
                "/feeds/comments/default": "/comments/feed.atom",
                "/atom.xml": "/feed.atom",
                "/rss.xml": "/feed.rss",
            },
        )
        about = "/p/about.html/" if export is BEFORE_2024 else "/about/"
        assert (await client.ask(about)).status == 200
        assert (await client.ask(about.rstrip("/"))).fields["location"] == about
