"""Lists over HTTP: their pages, what is searched, and that made-up queries push nothing out."""

import json
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from lxml import etree

from feeds.http.representation import CacheKey
from storage.model import Author, Tag
from tests.kinds.newsroom import SettableClock
from tests.web.site import Client, Site, client_of, open_site

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]

ATOM = "{http://www.w3.org/2005/Atom}"


async def fill(site: Site, count: int) -> None:
    site.clock.advance(days=1)
    for number in range(count):
        await site.newsroom.publish(
            f"story-{number}",
            site.clock() - timedelta(minutes=count - number),
            tags=(Tag(slug="año", name="Año"),),
            authors=(Author(slug="jane", name="Jane Doe"),),
        )
    site.clock.advance(minutes=1)


async def test_json_names_the_next_page_and_atom_all_of_them(site: Site, client: Client) -> None:
    await fill(site, 120)
    titles, url = [], "/tag/a%C3%B1o/feed.json"
    while url:
        reply = await client.ask(url)
        assert reply.status == 200
        page = json.loads(reply.body)
        titles += [item["title"] for item in page["items"]]
        url = page.get("next_url", "").removeprefix("https://news.example")
    assert titles == [f"Story {number}" for number in range(119, -1, -1)]
    first = etree.fromstring((await client.ask("/tag/a%C3%B1o/feed.atom")).body)
    links = {link.get("rel"): link.get("href") for link in first.findall(f"{ATOM}link")}
    assert set(links) == {"self", "alternate", "hub", "first", "next"}
    assert links["next"]
    second = etree.fromstring((await client.ask(links["next"].removeprefix("https://news.example"))).body)
    beside = {link.get("rel"): link.get("href") for link in second.findall(f"{ATOM}link")}
    assert set(beside) == {"self", "alternate", "hub", "first", "previous", "next"}
    assert beside["self"] == links["next"]
    assert second.findtext(f"{ATOM}id") == first.findtext(f"{ATOM}id"), "one feed"
    rss = etree.fromstring((await client.ask("/author/jane/feed.rss")).body)
    assert {link.get("rel") for link in rss.findall(f"channel/{ATOM}link")} == {"self", "hub", "first", "next"}


async def test_pages_have_validators_of_their_own(site: Site, client: Client) -> None:
    await fill(site, 60)
    first = await client.ask("/section/world/feed.json")
    path = json.loads(first.body)["next_url"].removeprefix("https://news.example")
    second = await client.ask(path)
    assert second.etag != first.etag
    assert (await client.ask(path, If_None_Match=second.etag)).status == 304
    assert (await client.ask("/section/world/feed.json", If_None_Match=second.etag)).status == 200
    # Again the first, and the fast way has not taken one for the other.
    assert (await client.ask("/section/world/feed.json")).etag == first.etag
    assert (await client.ask(f"{path}&utm_source=x")).etag == second.etag
    await site.newsroom.publish("new")
    assert (await client.ask(path)).etag == second.etag, "nothing drifts"


async def test_search_by_feed_and_page(site: Site, client: Client) -> None:
    await fill(site, 3)
    feed = json.loads((await client.ask("/search/feed.json?q=story-1")).body)
    assert [item["title"] for item in feed["items"]] == ["Story 1"]
    assert feed["feed_url"] == "https://news.example/search/feed.json?q=story-1"
    assert feed["home_page_url"] == "https://news.example/search?q=story-1"
    page = await client.ask("/search?q=story-1")
    assert page.status == 200
    assert ">Story 1</a>" in page.text
    assert 'href="https://news.example/search/feed.rss?q=story-1"' in page.text
    assert "noindex" in page.text
    assert (await client.ask("/search")).status == 200
    assert (await client.ask("/search/feed.rss")).status == 404
    nasty = await client.ask("/search?q=%3Cscript%3Ealert(1)%3C/script%3E%20%22%20OR%20*")
    assert nasty.status == 200
    assert "<script>alert" not in nasty.text
    assert (await client.ask("/search/feed.rss?q=a%00b%ff%22)%20NEAR(")).status == 200


async def test_searches_of_any_script_and_what_they_exclude(site: Site, client: Client) -> None:
    await site.newsroom.publish("a", headline="北京大学的iPhone手机")
    await site.newsroom.publish("b", headline="北京天气")

    async def titles(words: str) -> list[str]:
        feed = json.loads((await client.ask(f"/search/feed.json?q={quote(words)}")).body)
        assert feed["feed_url"] == f"https://news.example/search/feed.json?{urlencode({'q': words})}"
        return [item["title"] for item in feed["items"]]

    assert await titles("大学") == ["北京大学的iPhone手机"]
    assert await titles("京") == ["北京天气", "北京大学的iPhone手机"]
    assert await titles("北京 -大学") == ["北京天气"]
    page = await client.ask(f"/search?q={quote('北京 －大学')}")
    assert 'value="北京 －大学"' in page.text
    assert (page.text.count(">北京天气</a>"), page.text.count("iPhone")) == (1, 0)
    assert (await client.ask("/search/feed.rss?q=-ferry")).status == 404
    assert "Nothing matches" not in (await client.ask("/search?q=-ferry")).text


async def test_made_up_queries_do_not_push_feeds_out(site: Site, client: Client) -> None:
    await fill(site, 60)
    await client.ask("/feed.rss")
    kept = site.state.cache.get(CacheKey("/feed.rss"))
    assert kept is not None
    for number in range(30):
        await client.ask(f"/search/feed.rss?q=story+{number}")
        await client.ask(f"/feed.rss?before={1_680_000_000_000_000 + number}.1")
        await client.ask(f"/section/world/?before={1_680_000_000_000_000 + number}.1")
    assert site.state.cache.get(CacheKey("/feed.rss")) is kept
    assert not [key for key in site.state.cache._whole if "?" in key]


async def test_html_lists_lead_to_older_and_newer_ones(site: Site, client: Client) -> None:
    await fill(site, 60)
    for path in ("/section/world/", "/tag/a%C3%B1o/", "/author/jane/", "/2023/03/", "/2023/"):
        first = await client.ask(path)
        older = first.text.partition('rel="next">')[0].rpartition('href="')[2].rstrip('" ')
        second = await client.ask(older)
        assert second.status == 200, path
        assert "Story 59" in first.text
        assert "Story 59" not in second.text
        assert "Story 0" in second.text
        assert 'rel="prev">Newer' in second.text


async def test_the_page_of_a_day_is_as_long_as_its_feed(tmp_path: Path, store_url: str) -> None:
    async with (
        open_site(tmp_path, SettableClock(), database_url=store_url, day_items=3) as site,
        client_of(site) as client,
    ):
        for number in range(8):
            site.clock.advance(minutes=1)
            await site.newsroom.publish(f"story-{number}")
        path, shown = "/2023/03/01/", []
        while path:
            page = await client.ask(path)
            titles = re.findall(r"<h2[^>]*><a [^>]*>(Story \d)</a>", page.text)
            assert len(titles) <= 3
            shown += titles
            older = re.search(r'<a href="([^"]+)" rel="next">Older', page.text)
            path = older[1] if older else ""
        assert shown == [f"Story {number}" for number in range(7, -1, -1)]
