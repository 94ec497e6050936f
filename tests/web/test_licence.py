"""The newsroom's licence for programs (RSL 1.0), and what it says of AI: in feeds, pages, robots.txt and fields; else no word."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from pydantic import ValidationError

from feeds.formats import FORMATS
from feeds.licence import Licence, Payment
from feeds.settings import Settings
from feeds.web.discovery.ai_crawlers import ANSWERING, TRAINING
from tests.kinds.newsroom import SettableClock
from tests.web.site import BASE, Client, client_of, open_site

pytestmark = pytest.mark.anyio

RSL = {"rsl": "https://rslstandard.org/rsl"}
TERMS = "permits: search, ai-index; prohibits: ai-train ai-input; payment: crawl 0.015 USD; terms: https://news.example/l?a=1&b=2"
ELSEWHERE = "https://rights.example/news.rsl?a=1&b=2"
LINK = '<{}>; rel="license"; type="application/rsl+xml"'
OWN = f"{BASE}/license.xml"
SIGNS = ("rsl", "license", "content-usage")


@asynccontextmanager
async def opened(folder: Path, **settings: Any) -> AsyncIterator[Client]:
    clock = SettableClock()
    async with open_site(folder, clock, **settings) as site, client_of(site) as client:
        await site.newsroom.publish("harbour", sections=("world",))
        clock.advance(hours=1)
        yield client


async def test_without_one_nothing_is_said(tmp_path: Path) -> None:
    async with opened(tmp_path) as client:
        for path in ("/", "/2023/03/01/harbour/", "/robots.txt", *(f"/feed{extension}" for extension in FORMATS)):
            answer = await client.ask(path)
            said = f"{answer.fields} {answer.text}".lower()
            assert answer.status == 200
            assert not [sign for sign in SIGNS if sign in said], path
        assert (await client.ask("/license.xml")).status == 404


async def test_its_file_has_it_of_all_that_is_public(tmp_path: Path) -> None:
    async with opened(tmp_path, license=TERMS) as client:
        answer = await client.ask("/license.xml")
        assert (answer.status, answer.fields["content-type"]) == (200, "application/rsl+xml; charset=utf-8")
        assert (await client.ask("/license.xml", If_None_Match=answer.etag)).status == 304
    root = etree.fromstring(answer.body)
    assert root.tag == "{https://rslstandard.org/rsl}rsl"
    [content] = root
    assert dict(content.attrib) == {"url": "/"}
    said = {etree.QName(element).localname: (element.text or "").strip() for element in content.iterdescendants()}
    assert said == {
        "license": "",
        "permits": "search ai-index",
        "prohibits": "ai-train ai-input",
        "payment": "",
        "amount": "0.015",
        "terms": "https://news.example/l?a=1&b=2",
    }


@pytest.mark.parametrize(("setting", "url"), [(TERMS, OWN), (ELSEWHERE, ELSEWHERE)])
async def test_feeds_and_pages_lead_to_it(tmp_path: Path, setting: str, url: str) -> None:
    async with opened(tmp_path, license=setting) as client:
        for path in (
            "/",
            "/2023/03/01/harbour/",
            "/comments/feed.rss",
            *(f"/feed{extension}" for extension in FORMATS),
        ):
            answer = await client.ask(path)
            assert LINK.format(url) in answer.fields["link"], path
            assert url.replace("&", "&amp;") in answer.text or url in answer.text, path
        assert (await client.ask("/robots.txt")).text.splitlines()[:3] == [f"License: {url}", "", "User-agent: *"]
        assert (await client.ask("/license.xml")).status == (200 if url == OWN else 404)


async def test_each_item_of_rss_has_it_and_the_root_its_namespace(tmp_path: Path) -> None:
    async with opened(tmp_path, license=TERMS) as client:
        body = (await client.ask("/feed.rss")).body
        comments = etree.fromstring((await client.ask("/comments/feed.rss")).body)
    root = etree.fromstring(body)
    assert root.nsmap["rsl"] == RSL["rsl"]
    assert body.count(b"xmlns:rsl") == 1
    [content] = root.findall("channel/item/rsl:content", RSL)
    assert content.get("url") == root.findtext("channel/item/link")
    assert content.findtext("rsl:license/rsl:prohibits", namespaces=RSL) == "ai-train ai-input"
    assert comments.find("channel/item") is None


async def test_what_ai_may_do_is_said_as_the_operator_wrote_it(tmp_path: Path) -> None:
    async with opened(tmp_path, content_usage="train-ai=n, search=y") as client:
        for path in ("/", "/feed.rss", "/feed.json", "/section/world/feed.atom"):
            answer = await client.ask(path)
            assert answer.fields["content-usage"] == "train-ai=n, search=y"
            again = await client.ask(path, If_None_Match=answer.etag)
            assert (again.status, again.fields["content-usage"]) == (304, "train-ai=n, search=y")
        assert (
            "User-agent: *\nContent-Usage: train-ai=n, search=y\nDisallow: /api/\n"
            in (await client.ask("/robots.txt")).text
        )


@pytest.mark.parametrize(
    ("setting", "refused"), [("allow", ()), ("no-training", TRAINING), ("none", (*TRAINING, *ANSWERING))]
)
async def test_robots_txt_asks_those_to_stay_away_that_read_for_ai(
    tmp_path: Path, setting: str, refused: tuple[str, ...]
) -> None:
    async with opened(tmp_path, ai_crawlers=setting) as client:
        text = (await client.ask("/robots.txt")).text
    groups = [group.splitlines() for group in text.split("\n\n") if group.startswith("User-agent")]
    everybody, *others = groups
    assert everybody == ["User-agent: *", "Disallow: /api/"]
    assert others == ([[*(f"User-agent: {agent}" for agent in refused), "Disallow: /"]] if refused else [])


def test_nobody_is_in_two_lists() -> None:
    names = [name.casefold() for name in (*TRAINING, *ANSWERING)]
    assert len(names) == len(set(names))


def test_what_an_operator_may_write() -> None:
    assert Licence.of(" ; ") is None
    assert Licence.of("payment: free") == Licence(payment=Payment(type="free"))
    assert Licence.of("prohibits:ai-all ;server: https://x.example/") == Licence(
        prohibits=("ai-all",), server="https://x.example/"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        "no AI",
        "permits",
        "permits:",
        "permits: everything",
        "permits: search; permits: ai-index",
        "permits: search; prohibits: search",
        "payment: crawl 1",
        "payment: crawl -1 USD",
        "payment: barter",
        "terms: /licensing",
        "server: https://user@x.example/",
        "server: https://x.example/<>",
        "https://x.example/ö",
        "ftp://x.example/",
    ],
)
def test_what_is_not_understood_is_refused_with_what_may_be_written(wrong: str) -> None:
    with pytest.raises(ValidationError):
        Settings(license=wrong)


@pytest.mark.parametrize("wrong", ["train-ai=n\r\nX-Evil: 1", "é", " "])
def test_a_field_holds_one_line(wrong: str) -> None:
    with pytest.raises(ValidationError):
        Settings(content_usage=wrong)
