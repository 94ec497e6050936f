"""What the newsroom puts where on its pages, by the API: readers see it at once, and no feed moves but an author's."""

import pytest
from lxml.html import HtmlElement

from tests.api.desk import Desk, errors, kept
from tests.pages.newsroom import parse, select
from tests.stores import ANY_ENGINE

pytestmark = [pytest.mark.anyio, ANY_ENGINE]


async def page(desk: Desk, path: str) -> HtmlElement:
    response = await desk.reader.get(path)
    assert response.status_code == 200
    return parse(response.content)


async def tags_of(desk: Desk, *paths: str) -> list[str]:
    return [(await desk.reader.get(path)).headers["etag"] for path in paths]


async def test_the_navigation_is_the_newsrooms(desk: Desk) -> None:
    feeds = await tags_of(desk, "/feed.rss", "/feed.atom", "/section/world/feed.json")
    [before] = await tags_of(desk, "/")
    wanted = ["business", "world/africa", "world"]
    assert kept(await desk.editor.put("/api/navigation", json={"sections": wanted})) == {"sections": wanted}
    assert kept(await desk.editor.get("/api/navigation")) == {"sections": wanted}
    links = select(await page(desk, "/section/world/africa/"), "//nav[@class='sections']/ul/li/a")
    assert [link.text for link in links] == ["Home", "Business", "World", "Comments", "Search", "Feeds"]
    # Africa is a part of the world, wherever it was named.
    [inside] = select(await page(desk, "/section/world/africa/"), "//nav[@class='sections']//li/ul/li/a")
    assert (inside.text, inside.get("aria-current")) == ("Africa", "page")
    assert [link.get("aria-current") for link in links] == [None, None, "true", None, None, None]
    assert await tags_of(desk, "/feed.rss", "/feed.atom", "/section/world/feed.json") == feeds
    assert await tags_of(desk, "/") != [before]
    # No page names what is not there, errors included.
    assert (await desk.reader.get("/nowhere/")).text.count(">Africa</a>") == 1
    kept(await desk.editor.put("/api/navigation", json={"sections": []}))
    assert await tags_of(desk, "/") == [before]
    for body, field in (
        ({"sections": ["nowhere"]}, "sections"),
        ({"sections": ["world", "world"]}, "sections"),
        ({"sections": ["world"] * 51}, "sections"),
        ({}, "sections"),
        ({"sections": [1]}, "sections.0"),
    ):
        assert set(errors(await desk.editor.put("/api/navigation", json=body))) == {field}


async def test_the_front_page_begins_with_what_is_pinned(desk: Desk) -> None:
    old, new = await desk.publish("Old", published_at="2023-03-01T00:00:00Z"), await desk.publish("New")
    feeds, [front] = await tags_of(desk, "/feed.rss", "/feed.json"), await tags_of(desk, "/")
    assert kept(await desk.editor.put("/api/pinned", json={"articles": [old["id"]]})) == {"articles": [old["id"]]}
    assert select(await page(desk, "/"), "//main//h3/a/text()") == ["Old", "New"]
    assert await tags_of(desk, "/feed.rss", "/feed.json") == feeds
    await desk.edit(old["id"], headline="Old, corrected")
    assert select(await page(desk, "/"), "//main//h3/a/text()") == ["Old, corrected", "New"]
    await desk.withdraw(old["id"])
    assert select(await page(desk, "/"), "//main//h3/a/text()") == ["New"]
    assert kept(await desk.editor.get("/api/pinned")) == {"articles": [old["id"]]}
    kept(await desk.editor.put("/api/pinned", json={"articles": []}))
    assert (await tags_of(desk, "/")) != [front]
    for body, field in (
        ({"articles": [10**6]}, "articles"),
        ({"articles": [new["id"]] * 2}, "articles"),
        ({"articles": [0]}, "articles.0"),
        ({"articles": [1, 2, 3, 4, 5, 6, 7]}, "articles"),
    ):
        assert set(errors(await desk.editor.put("/api/pinned", json=body))) == {field}


async def test_an_authors_page_and_feeds_say_a_line_about_them(desk: Desk) -> None:
    await desk.publish("One", authors=[{"name": "Ann Bee"}])
    edited = kept(await desk.editor.patch("/api/authors/ann-bee", json={"about": "Reports <from> the lake."}))
    assert (edited["name"], edited["about"]) == ("Ann Bee", "Reports <from> the lake.")
    assert kept(await desk.editor.get("/api/authors/ann-bee")) == edited
    assert kept(await desk.editor.get("/api/authors")) == {"items": [edited], "next": None}
    for url in edited["urls"].values():
        assert "Reports &lt;from&gt; the lake." in (await desk.reader.get(url)).text
    renamed = kept(await desk.editor.patch("/api/authors/ann-bee", json={"name": "Ann B.", "url": None}))
    assert (renamed["name"], renamed["about"], renamed["url"]) == ("Ann B.", "Reports <from> the lake.", "")
    assert "Ann B." in (await desk.reader.get("/feed.atom")).text
    assert (await desk.editor.patch("/api/authors/nobody", json={"about": ""})).status_code == 404
    assert (await desk.editor.get("/api/authors/nobody")).status_code == 404
    assert set(errors(await desk.editor.patch("/api/authors/ann-bee", json={"name": "", "slug": "x"}))) == {
        "name",
        "slug",
    }


async def test_an_article_leads_to_related_ones_as_they_are_now(desk: Desk) -> None:
    one = await desk.publish("One", tags=["Lake", "Ferries"])
    path = one["urls"]["page"]
    [alone] = await tags_of(desk, path)
    assert not select(await page(desk, path), "//section[@class='related']")
    other = await desk.publish("Other", tags=["Ferries"])
    assert select(await page(desk, path), "//section[@class='related']//h3/a/text()") == ["Other"]
    assert await tags_of(desk, path) != [alone]
    await desk.edit(other["id"], tags=[])
    assert not select(await page(desk, path), "//section[@class='related']")


async def test_who_finds_nothing_may_search(desk: Desk) -> None:
    gone = await desk.publish()
    await desk.withdraw(gone["id"])
    for path, status in (("/nowhere/", 404), (gone["urls"]["page"], 410)):
        response = await desk.reader.get(path)
        [form] = select(parse(response.content), "//main//form[@role='search']")
        assert (response.status_code, form.get("action"), form.get("method")) == (status, "/search", "get")


async def test_style_sheets_and_scripts_are_compressed(desk: Desk) -> None:
    [sheet] = select(await page(desk, "/"), "//link[@rel='stylesheet']/@href")
    plain = await desk.reader.get(sheet, headers={"Accept-Encoding": "identity"})
    tags = {plain.headers["etag"]}
    for coding in ("gzip", "br"):
        response = await desk.reader.get(sheet, headers={"Accept-Encoding": coding})
        assert response.headers["content-encoding"] == coding
        assert response.headers["vary"] == "accept-encoding"
        assert response.content == plain.content
        assert int(response.headers["content-length"]) < len(plain.content) / 3
        known = {"Accept-Encoding": coding, "If-None-Match": response.headers["etag"]}
        assert (await desk.reader.get(sheet, headers=known)).status_code == 304
        tags.add(response.headers["etag"])
    assert len(tags) == 3
