"""Every feed in every format: its type, its validators, its codings, and what a poll that has it already is told."""

import gzip
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import brotli
import feedparser
import pytest
from lxml import etree

from feeds.http.conditional import http_date
from tests.kinds.newsroom import SettableClock
from tests.web.site import BASE, Client, Reply, Site, client_of, in_every_format, open_site

pytestmark = pytest.mark.anyio

NOON = datetime(2023, 3, 22, 12, tzinfo=UTC)
CHANGED = NOON - timedelta(hours=1)
"""When the newest comment came: no feed has changed since."""
PATHS = in_every_format(
    "/",
    "/2023/03/20/",
    "/2023/03/22/",
    "/2023/03/",
    "/2023/",
    "/section/world/",
    "/section/world/africa/",
    "/section/business/",
    "/comments/",
    "/2023/03/22/harbour-reopens/",
    "/2023/03/20/quiet/",
)
TYPES = {
    ".rss": "application/rss+xml; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".rdf": "application/rdf+xml; charset=utf-8",
    ".json": "application/feed+json; charset=utf-8",
}
ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
UNPACK = {"gzip": gzip.decompress, "br": brotli.decompress}


@pytest.fixture(scope="module")
async def reader(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    """Of a newsroom that stands still."""
    async with open_site(tmp_path_factory.mktemp("site"), SettableClock()) as site:
        await fill(site)
        async with client_of(site) as client:
            yield client


async def fill(site: Site) -> None:
    site.clock.now = datetime(2023, 3, 20, 9, tzinfo=UTC)
    await site.newsroom.publish("quiet")
    site.clock.now = datetime(2023, 3, 22, 9, tzinfo=UTC)
    article = await site.newsroom.publish("harbour-reopens", sections=("world/africa",))
    site.clock.now = CHANGED
    await site.newsroom.reply(article, "Miriam")
    site.clock.now = NOON


@pytest.mark.parametrize("path", PATHS)
async def test_a_feed_says_what_it_is(reader: Client, path: str) -> None:
    reply = await reader.ask(path)
    extension = path[path.index(".") :]
    assert reply.status == 200
    assert reply.fields["content-type"] == TYPES[extension]
    assert reply.fields["content-length"] == str(len(reply.body))
    assert reply.fields["x-content-type-options"] == "nosniff"
    assert reply.fields["access-control-allow-origin"] == "*"
    assert "content-encoding" not in reply.fields
    assert "expires" not in reply.fields
    assert reply.fields["date"] == http_date(NOON)
    assert parsedate_to_datetime(reply.fields["last-modified"]) < NOON
    if extension == ".json":
        feed = json.loads(reply.body)
        assert feed["feed_url"] == BASE + path
    else:
        feed = feedparser.parse(reply.body)
        assert not feed.bozo, feed.get("bozo_exception")
        itself = [link.href for link in feed.feed.links if link.rel == "self"]
        if extension == ".rdf":
            itself = [etree.fromstring(reply.body)[0].get(ABOUT)]
        assert itself == [BASE + path]


@pytest.mark.parametrize("path", PATHS)
async def test_every_coding_has_its_own_tag_and_the_same_content(reader: Client, path: str) -> None:
    plain = await reader.ask(path)
    tags = {plain.etag}
    for coding, unpack in UNPACK.items():
        packed = await reader.ask(path, Accept_Encoding=coding)
        assert packed.fields["content-encoding"] == coding
        assert packed.fields["content-length"] == str(len(packed.body))
        assert unpack(packed.body) == plain.body
        assert packed.fields["last-modified"] == plain.fields["last-modified"]
        tags.add(packed.etag)
    assert len(tags) == 3
    assert all(tag.startswith('"') and tag.endswith('"') for tag in tags), "strong"
    gz = await reader.ask(path, Accept_Encoding="gzip")
    assert gz.body[4:8] == bytes(4), "gzip's time of modification"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
async def test_a_poll_that_has_it_already_is_answered_304(reader: Client, path: str, coding: str) -> None:
    whole = await reader.ask(path, Accept_Encoding=coding)
    conditions = (
        {"If_None_Match": whole.etag},
        {"If_None_Match": f"W/{whole.etag}"},
        {"If_None_Match": f'"other", {whole.etag}'},
        {"If_None_Match": f'{whole.etag[:-1]}-gzip"'},
        {"If_None_Match": "*"},
        {"If_Modified_Since": whole.fields["last-modified"]},
        {"If_Modified_Since": whole.fields["date"]},
        # The tag decides alone.
        {"If_None_Match": whole.etag, "If_Modified_Since": http_date(datetime(2001, 1, 1, tzinfo=UTC))},
    )
    for condition in conditions:
        short = await reader.ask(path, condition, Accept_Encoding=coding)
        assert (short.status, short.body) == (304, b""), condition
        assert _general(short) == _general(whole), condition


@pytest.mark.parametrize("path", PATHS)
async def test_a_poll_that_has_another_is_answered_in_full(reader: Client, path: str) -> None:
    whole = await reader.ask(path, Accept_Encoding="gzip")
    other = await reader.ask(path)
    conditions = (
        {"If_None_Match": other.etag},
        {"If_None_Match": '"other"'},
        {"If_None_Match": '"other"', "If_Modified_Since": whole.fields["last-modified"]},
        {"If_Modified_Since": http_date(datetime(2001, 1, 1, tzinfo=UTC))},
        {"If_Modified_Since": http_date(NOON + timedelta(seconds=1))},
        {"If_Modified_Since": "yesterday"},
    )
    for condition in conditions:
        full = await reader.ask(path, condition, Accept_Encoding="gzip")
        assert (full.status, full.body) == (200, whole.body), condition


@pytest.mark.parametrize(
    "path", [*PATHS, "/", "/2023/03/22/", "/section/world/", "/2023/03/22/harbour-reopens/", "/feeds/"]
)
@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
async def test_head_is_gets_head(reader: Client, path: str, coding: str) -> None:
    got = await reader.ask(path, Accept_Encoding=coding)
    for condition in ({}, {"If_None_Match": got.etag}):
        got = await reader.ask(path, condition, Accept_Encoding=coding)
        head = await reader.ask(path, condition, method="HEAD", Accept_Encoding=coding)
        assert (head.status, head.fields.raw, head.body) == (got.status, got.fields.raw, b"")


async def test_head_comes_first_as_well(site: Site, client: Client) -> None:
    """Before anything is kept."""
    site.clock.advance(hours=1)
    head = await client.ask("/feed.rss", method="HEAD", Accept_Encoding="br")
    got = await client.ask("/feed.rss", Accept_Encoding="br")
    assert (head.status, head.fields.raw, head.body) == (200, got.fields.raw, b"")


@pytest.mark.parametrize(
    "page", ["/", "/2023/03/20/", "/section/world/", "/2023/03/22/harbour-reopens/", "/comments/", "/feeds/"]
)
async def test_a_page_is_polled_as_a_feed_is(reader: Client, page: str) -> None:
    whole = await reader.ask(page, Accept_Encoding="gzip")
    assert whole.status == 200
    assert whole.fields["content-type"] == "text/html; charset=utf-8"
    short = await reader.ask(page, Accept_Encoding="gzip", If_None_Match=whole.etag)
    assert (short.status, short.body) == (304, b"")
    assert _general(short) == _general(whole)


async def test_unknown_parameters_are_no_part_of_the_name(reader: Client) -> None:
    for path in ("/feed.rss", "/", "/2023/03/22/harbour-reopens/"):
        plain = await reader.ask(path)
        for query in ("?", "?utm_source=reader", "?a=1&a=2&b", "?%ff=%00", "?q=words", "?page=2", "?format=json"):
            assert (await reader.ask(path + query)).fields.raw == plain.fields.raw
            assert (await reader.ask(path + query, If_None_Match=plain.etag)).status == 304


def _general(reply: Reply) -> list[tuple[bytes, bytes]]:
    """All fields but those that speak of a body."""
    return [(name, value) for name, value in reply.fields.raw if not name.startswith(b"content-") or b"policy" in name]
