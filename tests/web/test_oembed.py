"""oEmbed: what a site that links to an article shows in the link's place."""

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from lxml import etree

from storage.model import ArticleStatus, Author, Image
from tests.pages.newsroom import parse, select
from tests.web.site import BASE, Client, Site

pytestmark = pytest.mark.anyio

PHOTO = Image(url="/media/pier.jpg", type="image/jpeg", width=800, height=600)


def asked(url: str, **given: Any) -> str:
    return f"/oembed?{urlencode({'url': url} | given)}"


async def members(client: Client, url: str, **given: Any) -> dict[str, Any]:
    reply = await client.ask(asked(url, **given))
    assert reply.status == 200, reply.text
    found: dict[str, Any] = json.loads(reply.body)
    return found


async def test_a_page_names_it_and_it_tells_of_the_article(site: Site, client: Client) -> None:
    author = Author(slug="jane", name="Jane")
    article = await site.newsroom.publish("a", headline="Ports & <piers>", image=PHOTO, authors=(author,))
    page = parse((await client.ask(article.path)).body)
    links = {link.get("type"): link.get("href") for link in select(page, "//link[contains(@type, 'oembed')]")}
    assert set(links) == {"application/json+oembed", "text/xml+oembed"}
    expected = {
        "version": "1.0",
        "type": "link",
        "title": "Ports & <piers>",
        "author_name": "Jane",
        "author_url": f"{BASE}/author/jane/",
        "provider_name": "Dateline",
        "provider_url": f"{BASE}/",
        "thumbnail_url": f"{BASE}/media/pier.jpg",
        "thumbnail_width": 800,
        "thumbnail_height": 600,
    }
    as_json = await client.ask(links["application/json+oembed"].removeprefix(BASE))
    assert json.loads(as_json.body) == expected
    as_xml = etree.fromstring((await client.ask(links["text/xml+oembed"].removeprefix(BASE))).body)
    assert (as_xml.tag, {str(one.tag): one.text for one in as_xml}) == (
        "oembed",
        {name: str(value) for name, value in expected.items()},
    )


async def test_without_an_author_it_is_the_newsrooms(site: Site, client: Client) -> None:
    article = await site.newsroom.publish("a")
    found = await members(client, BASE + article.path)
    assert (found["author_name"], found["author_url"]) == ("Dateline", f"{BASE}/")
    assert "thumbnail_url" not in found
    two = await site.newsroom.publish("b", authors=(Author(slug="a", name="Ann"), Author(slug="b", name="Bo")))
    assert (await members(client, BASE + two.path))["author_name"] == "Ann, Bo"


@pytest.mark.parametrize(
    ("limits", "fits"),
    [
        ({"maxwidth": 800, "maxheight": 600}, True),
        ({"maxwidth": 799}, False),
        ({"maxheight": 599}, False),
        ({"maxwidth": "wide", "maxheight": "-1"}, True),
    ],
)
async def test_the_photo_keeps_within_the_limits_or_is_left_out(
    site: Site, client: Client, limits: dict[str, Any], fits: bool
) -> None:
    article = await site.newsroom.publish("a", image=PHOTO)
    assert ("thumbnail_url" in await members(client, BASE + article.path, **limits)) is fits
    unknown = await site.newsroom.publish("b", image=Image(url="/media/pier.jpg"))
    assert "thumbnail_url" not in await members(client, BASE + unknown.path), "its sides must be told with it"


@pytest.mark.parametrize(
    "spelling",
    [
        "https://news.example/2023/03/01/caf%C3%A9/",
        "https://news.example/2023/03/01/café",
        "http://NEWS.example:80/2023/03/01/caf%C3%A9/?comment=7#comment-7",
        "https://news.example:443/2023/03/01/caf%c3%a9/?utm_source=x",
    ],
)
async def test_an_address_is_known_however_it_is_written(site: Site, client: Client, spelling: str) -> None:
    await site.newsroom.publish("café", headline="Café")
    assert (await members(client, spelling))["title"] == "Café"


async def test_a_former_address_is_followed(site: Site, client: Client) -> None:
    article = await site.newsroom.publish("a")
    before = await members(client, BASE + article.path)
    await site.newsroom.edit(article, slug="b", headline="B")
    assert before["title"] != (await members(client, BASE + article.path))["title"] == "B"


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("https://elsewhere.example/2023/03/01/a/", 404),
        ("https://news.example.evil.example/2023/03/01/a/", 404),
        ("https://news.example:8443/2023/03/01/a/", 404),
        ("https://news.example@evil.example/2023/03/01/a/", 404),
        ("ftp://news.example/2023/03/01/a/", 404),
        ("javascript:alert(1)", 404),
        ("/2023/03/01/a/", 404),
        ("https://news.example/2023/03/01/never/", 404),
        ("https://news.example/section/world/", 404),
        ("https://news.example/", 404),
        ("https://news.example/2023/03/01/draft/", 404),
        ("https://news.example/2023/03/01/gone/", 410),
        ("https://[news.example/", 404),
        ("https://news.example:x/", 404),
        ("https://news.example/%ff/%00/\n", 404),
        ("https://news.example/?p=\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), 404),
    ],
)
async def test_it_tells_of_public_articles_of_this_newsroom_alone(
    site: Site, client: Client, url: str, status: int
) -> None:
    await site.newsroom.publish("a")
    await site.newsroom.publish("draft", status=ArticleStatus.DRAFT)
    await site.newsroom.withdraw(await site.newsroom.publish("gone"))
    for format in ("json", "xml"):
        assert (await client.ask(asked(url, format=format))).status == status


async def test_what_it_cannot_do_it_says(site: Site, client: Client) -> None:
    article = await site.newsroom.publish("a")
    assert (await client.ask("/oembed")).status == 400
    unknown = await client.ask(asked(BASE + article.path, format="yaml"))
    assert (unknown.status, "json or xml" in unknown.text) == (501, True)
    assert (await client.ask(asked(BASE + article.path), method="POST")).status == 405


async def test_its_validators_follow_its_bytes(site: Site, client: Client) -> None:
    article = await site.newsroom.publish("a", headline="A")
    other = await site.newsroom.publish("b", headline="B")
    path = asked(BASE + article.path)
    first = await client.ask(path)
    assert (await client.ask(f"{path}&callback=x", If_None_Match=first.etag)).status == 304
    assert json.loads((await client.ask(asked(BASE + other.path))).body)["title"] == "B"
    site.clock.advance(hours=1)
    await site.newsroom.edit(other, headline="Otherwise")
    assert (await client.ask(path, If_None_Match=first.etag)).status == 304
    edited = await site.newsroom.edit(article, headline="Otherwise")
    second = await client.ask(path, If_None_Match=first.etag)
    assert (second.status, json.loads(second.body)["title"]) == (200, "Otherwise")
    await site.newsroom.withdraw(edited)
    assert (await client.ask(path, If_None_Match=second.etag)).status == 410


async def test_a_hostile_headline_stays_text(site: Site, client: Client) -> None:
    article = await site.newsroom.publish("a", headline='"></title><script>alert(1)</script>')
    page = (await client.ask(article.path)).body
    assert b"<script>alert" not in page
    found = etree.fromstring((await client.ask(asked(BASE + quote(article.path), format="xml"))).body)
    assert found.findtext("title") == article.headline
