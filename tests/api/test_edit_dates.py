"""What the date of an edit reaches: every visible edit tells when it was made, a significant one has readers look again."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import feedparser
import pytest
from lxml import etree

from tests.api.desk import NOON, Desk, path_of
from tests.pages.newsroom import linked_data, parse, select, text
from tests.schemas import json_schema, needs_schemas, sitemap_schema

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
VISIBLE: Mapping[str, Mapping[str, Any]] = {
    "a correction": {"correction": "The pier is of 1898."},
    "the body": {"body_html": "<p>At seven.</p>"},
    "the headline": {"headline": "Harbour open again"},
    "the summary": {"summary": "Ships are back."},
    "the photo": {"image": {"url": "/media/pier.jpg", "type": "image/jpeg"}},
    "the section": {"section": "world"},
    "the tags": {"tags": ["Ports"]},
}
UNSEEN: Mapping[str, Mapping[str, Any]] = {
    "a note": {"editorial_note": "Call back."},
    "closed comments": {"comments_open": False},
    "nothing": {"headline": "Harbour reopens"},
}


async def dates(desk: Desk, article: Mapping[str, Any]) -> dict[str, str]:
    """Each place's date of the last edit, in UTC."""
    page = parse((await desk.reader.get(path_of(article["urls"]["page"]))).content)
    data = linked_data(page)["NewsArticle"]
    [item] = [item for item in (await desk.feed())["items"] if item["id"] == article["guid"]]
    news = etree.fromstring((await desk.reader.get("/news-sitemap.xml")).content)
    # By id: the last one.
    sitemap = etree.fromstring((await desk.reader.get("/sitemap-1.xml")).content)[-1]
    index = etree.fromstring((await desk.reader.get("/sitemap.xml")).content)
    found = {
        "API": (await desk.article(article["id"]))["edited_at"].replace("Z", "+00:00"),
        "JSON Feed": item["date_modified"],
        "JSON-LD": data["dateModified"],
        "sitemap": sitemap.findtext(f"{SITEMAP}lastmod"),
        "news sitemap": news.findtext(f".//{SITEMAP}lastmod"),
        # Its second is that of its Last-Modified: two seconds ahead, so that no answer before the commit can have shown it.
        "index": index.findall(f".//{SITEMAP}lastmod")[1].text,
    }
    modified = select(page, "//meta[@property='article:modified_time']/@content")
    return {name: str(at) for name, at in found.items()} | ({"head": str(modified[0])} if modified else {})


def at(hours: int) -> dict[str, str]:
    then = NOON + hours * HOUR
    names = ("API", "JSON Feed", "JSON-LD", "sitemap", "news sitemap")
    head = {"head": then.astimezone(ZoneInfo("Africa/Kampala")).isoformat()} if hours else {}
    return dict.fromkeys(names, then.isoformat()) | {"index": (then + timedelta(seconds=2)).isoformat()} | head


def shown_updated(page: bytes) -> list[str]:
    return [text(line) for line in select(parse(page), "//p[starts-with(., 'Updated')]")]


async def readers_see(desk: Desk) -> tuple[str, ...]:
    """What makes a reader look again: Atom's and RSS's dates of the entry and the feed."""
    feeds = [feedparser.parse((await desk.reader.get(f"/feed.{format}")).content) for format in ("atom", "rss", "rdf")]
    return tuple(str(dict.get(part, "updated")) for feed in feeds for part in (feed.feed, feed.entries[0]))


@pytest.mark.parametrize("what", VISIBLE)
async def test_a_visible_edit_moves_each_date_of_modification_alone(desk: Desk, what: str) -> None:
    await desk.publish("Older", published_at="2022-01-01T00:00:00Z")
    article = await desk.publish()
    published, seen = await dates(desk, article), await readers_see(desk)
    assert published == at(0)
    paths = ("/feed.json", "/sitemap.xml", "/sitemap-1.xml", "/news-sitemap.xml", path_of(article["urls"]["page"]))
    tags = {path: (await desk.reader.get(path)).headers["etag"] for path in paths}
    desk.clock.advance(hours=1)
    edited = await desk.edit(article["id"], **VISIBLE[what])
    assert await dates(desk, article) == at(1)
    assert await readers_see(desk) == seen
    assert edited["updated_at"] == article["updated_at"]
    for path, tag in tags.items():
        assert (await desk.reader.get(path, headers={"If-None-Match": tag})).status_code == 200, path
        assert (await desk.reader.get(path, headers={"If-Modified-Since": _http(NOON)})).status_code == 200, path
    delta = await desk.reader.get("/feed.json", headers={"If-None-Match": tags["/feed.json"], "A-IM": "feed"})
    assert (delta.status_code, len(delta.json()["items"])) == (226, 1), "its sequence moved as well"


@pytest.mark.parametrize("what", UNSEEN)
async def test_what_no_reader_sees_moves_none(desk: Desk, what: str) -> None:
    article = await desk.publish()
    before = await dates(desk, article)
    desk.clock.advance(hours=1)
    await desk.reply(article["id"])
    await desk.edit(article["id"], **UNSEEN[what])
    assert await dates(desk, article) == before == at(0)


async def test_a_significant_edit_moves_what_readers_look_at_as_well(desk: Desk) -> None:
    article = await desk.publish()
    seen = await readers_see(desk)
    desk.clock.advance(hours=1)
    await desk.edit(article["id"], body_html="<p>At seven.</p>", significant=True)
    found = await dates(desk, article)
    assert {found[name] for name in ("API", "JSON Feed", "JSON-LD", "sitemap")} == {(NOON + HOUR).isoformat()}
    later = await readers_see(desk)
    assert all(new != old for new, old in zip(later, seen, strict=True) if "12:00" in old)
    assert later[1] == "2023-03-22T13:00:00+00:00"


async def test_the_page_says_updated_for_what_readers_are_to_know(desk: Desk) -> None:
    article = await desk.publish()
    path = path_of(article["urls"]["page"])
    desk.clock.advance(hours=1)
    await desk.edit(article["id"], body_html="<p>A comma moved.</p>")
    assert shown_updated((await desk.reader.get(path)).content) == []
    desk.clock.advance(hours=1)
    await desk.edit(article["id"], correction="The pier is of 1898.")
    assert shown_updated((await desk.reader.get(path)).content) == ["Updated 22 March 2023, 17:00 EAT"]
    desk.clock.advance(hours=1)
    await desk.edit(article["id"], body_html="<p>Twice as long.</p>", significant=True)
    assert shown_updated((await desk.reader.get(path)).content) == ["Updated 22 March 2023, 18:00 EAT"]


async def test_a_draft_has_no_date_of_an_edit(desk: Desk) -> None:
    draft = await desk.create(headline="A")
    desk.clock.advance(hours=1)
    assert (await desk.edit(draft["id"], headline="B"))["edited_at"] is None
    published = await desk.edit(draft["id"], status="published")
    assert published["edited_at"] == published["published_at"]


@needs_schemas
async def test_what_says_it_is_valid(desk: Desk) -> None:
    article = await desk.publish(section="world")
    desk.clock.advance(hours=1, microseconds=250_000)
    await desk.edit(article["id"], headline="Harbour open again")
    json_schema().validate(await desk.feed())
    for path in ("/sitemap-0.xml", "/sitemap-1.xml"):
        sitemap = etree.fromstring((await desk.reader.get(path)).content)
        assert sitemap_schema().validate(sitemap), sitemap_schema().error_log


def _http(instant: Any) -> str:
    return f"{instant:%a, %d %b %Y %H:%M:%S} GMT"
