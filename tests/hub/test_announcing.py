"""Every feed in every format, and every page, says where its news can be subscribed to."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import feedparser
import pytest
from lxml import etree

from feeds.formats import FORMATS
from feeds.formats.base import render
from feeds.formats.rss import Rss
from feeds.kinds import KINDS
from feeds.main import _rendering_fingerprint
from feeds.settings import Settings
from feeds.web.hub.topics import find_topic
from storage.model import Author, Tag
from tests.formats.golden.documents import EMPTY
from tests.kinds.newsroom import SettableClock
from tests.pages.newsroom import parse, select
from tests.schemas import SHARED, atom_grammar, json_schema
from tests.web.site import BASE, Client, Site, client_of, open_site

pytestmark = pytest.mark.anyio

HUB = f"{BASE}/hub"
OTHER = "https://hub.example/?site=1&b=%C3%BC"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
LINKS = re.compile(r'<([^>]*)>; rel="([^"]*)"')
PAGES = {
    "latest": "/",
    "all-comments": "/comments/",
    "section": "/section/world/africa/",
    "section-comments": "/section/world/comments/",
    "day": "/2023/03/01/",
    "month": "/2023/03/",
    "year": "/2023/",
    "tag": "/tag/nato/",
    "author": "/author/jane/",
    "search": "/search/",
    "article-comments": "/2023/03/01/a/",
}


@pytest.fixture(scope="module")
async def announcing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    async with open_site(folder, SettableClock(), hubs="https://hub.example/?site=1&b=ü") as site:
        article = await site.newsroom.publish(
            "a",
            sections=("world/africa",),
            tags=(Tag(slug="nato", name="NATO"),),
            authors=(Author(slug="jane", name="Jane"),),
        )
        await site.newsroom.reply(article, "Miriam")
        yield site


@pytest.fixture
async def reader(announcing: Site) -> AsyncIterator[Client]:
    async with client_of(announcing) as client:
        yield client


def test_all_kinds_are_looked_at() -> None:
    assert len(PAGES) == len(KINDS)
    assert all(any(kind.page.matches(page) for page in PAGES.values()) for kind in KINDS)


@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize("page", PAGES.values())
async def test_a_feed_names_itself_and_its_hubs(announcing: Site, reader: Client, page: str, extension: str) -> None:
    path = f"{page}feed{extension}" + ("?q=all" if page == "/search/" else "")
    reply = await reader.ask(path)
    assert reply.status == 200
    assert reply.fields.get_list("link") == [reply.fields["link"]]
    named = LINKS.findall(reply.fields["link"])
    assert named[:3] == [(BASE + path, "self"), (HUB, "hub"), (OTHER, "hub")]
    assert (await reader.ask(path, If_None_Match=reply.etag)).fields["link"] == reply.fields["link"]
    assert (await find_topic(announcing.state, named[0][0])).path == path
    if extension == ".json":
        document = json.loads(reply.body)
        assert document["hubs"] == [{"type": "WebSub", "url": url} for url in (HUB, OTHER)]
        if SHARED:
            json_schema().validate(document)
        return
    root = etree.fromstring(reply.body)
    if extension == ".rdf":
        relation, resource = "{http://purl.org/rss/1.0/modules/link/}rel", f"{RDF}resource"
        links = [
            link for link in root.iter("{http://purl.org/rss/1.0/modules/link/}link") if link.getparent() is root[0]
        ]
        assert [link.get(resource) for link in links if (link.get(relation) or "").endswith("/hub")] == [HUB, OTHER]
        return
    if extension == ".atom" and SHARED:
        assert atom_grammar().validate(root)
    parsed = feedparser.parse(reply.body)
    assert not parsed.bozo
    assert [link.href for link in parsed.feed.links if link.rel == "hub"] == [HUB, OTHER]
    assert [link.href for link in parsed.feed.links if link.rel == "self"] == [BASE + path]


@pytest.mark.parametrize("page", [*PAGES.values(), "/feeds/", "/search", "/hub"])
async def test_a_page_names_the_feed_that_readers_take_for_its_topic(reader: Client, page: str) -> None:
    if page == "/search/":
        return
    reply = await reader.ask(page)
    named = LINKS.findall(reply.fields["link"])
    document = parse(reply.body)
    [first, *_] = select(document, "//link[@rel='alternate']/@href")
    assert named[:4] == [(first, "self"), (HUB, "hub"), (OTHER, "hub"), (first, "alternate")]
    assert select(document, "//link[@rel='self']/@href") == [first]
    assert select(document, "//link[@rel='hub']/@href") == [HUB, OTHER]


async def test_an_address_without_a_page_or_feed_announces_none(reader: Client) -> None:
    for path in ("/nowhere/", "/section/nowhere/feed.rss", "/feed/"):
        reply = await reader.ask(path)
        assert "link" not in reply.fields
        assert b'rel="hub"' not in reply.body


async def test_who_has_no_hub_announces_none(tmp_path: Path) -> None:
    async with open_site(tmp_path, SettableClock(), hub=False) as site, client_of(site) as client:
        for extension in FORMATS:
            reply = await client.ask(f"/feed{extension}")
            assert "hub" not in reply.fields["link"] + reply.text
        page = await client.ask("/")
        assert page.fields["link"] == f'<{BASE}/feed.rss>; rel="alternate"; type="application/rss+xml"'
        assert "hub" not in page.text
        for method in ("GET", "POST"):
            reply = await client.ask("/hub", method=method, content=b"hub.mode=publish&hub.topic=/feed.rss")
            assert reply.status in (404, 405)


async def test_other_hubs_raise_every_feed_once(announcing: Site) -> None:
    """Readers that poll with what they have are sent the new links."""
    settings, publication = announcing.state.settings, announcing.state.publication
    without = [settings.model_copy(update=other) for other in ({"hubs": ""}, {"hub": False}, {"rsscloud": HUB})]
    prints = {_rendering_fingerprint(one, publication) for one in (settings, *without)}
    assert len(prints) == 4


def test_rss_cloud_is_named_in_rss_alone() -> None:
    document = replace(EMPTY, cloud="http://rpc.rsscloud.example:5337/pleaseNotify?a=1")
    [cloud] = etree.fromstring(render(Rss(), document)).iter("cloud")
    assert dict(cloud.items()) == {
        "domain": "rpc.rsscloud.example",
        "port": "5337",
        "path": "/pleaseNotify?a=1",
        "registerProcedure": "",
        "protocol": "http-post",
    }
    assert not any(b"rsscloud" in render(FORMATS[other], document) for other in (".atom", ".json", ".rdf"))
    secure = replace(EMPTY, cloud="https://rpc.rsscloud.example/notify")
    assert b'port="443" path="/notify"' in render(Rss(), secure)


@pytest.mark.parametrize(
    "wrong",
    [
        {"hubs": "hub.example"},
        {"hubs": "https://ann:secret@hub.example/"},
        {"hubs": "https://hub.example/#here"},
        {"rsscloud": "ftp://cloud.example/"},
        {"rsscloud": "https://cloud.example/,https://other.example/"},
        {"hub_lease": 10, "hub_lease_least": 60},
        {"hub_lease": 864_000, "hub_lease_most": 3600},
        {"hub_lease": 3600, "hub_lease_least": 7200},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"URL|LEASE|greater"):
        Settings.model_validate(wrong)


def test_hubs_are_written_as_they_may_stand_in_a_field() -> None:
    settings = Settings(hubs='https://HUB.example, https://bücher.example/a b">,https://b.example/x?y=1')
    assert settings.hubs == "https://hub.example/, https://xn--bcher-kva.example/a%20b%22%3E, https://b.example/x?y=1"
