"""Delta polls (RFC 3229): who has a feed is sent what changed since, and it is enough."""

import gzip
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import brotli
import feedparser
import pytest
from lxml import etree

from feeds.http.representation import CacheKey
from storage.model import ArticleStatus, Section
from tests.kinds.newsroom import SettableClock
from tests.web.site import Client, Reply, Site, client_of, in_every_format, open_site

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]

TOMBSTONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"


async def fill(site: Site, count: int = 4) -> None:
    """Articles 'story-0', 'story-1', ..., one an hour. What was raised for the whole site came before them all."""
    for number in range(count):
        site.clock.advance(hours=1)
        await site.newsroom.publish(f"story-{number}")
    site.clock.advance(minutes=1)


async def poll(client: Client, known: Reply, path: str = "/feed.json", coding: str = "identity") -> Reply:
    return await client.ask(path, A_IM="feed", If_None_Match=known.etag, Accept_Encoding=coding)


def ids(reply: Reply) -> list[str]:
    return [item["id"].removeprefix("urn:test:") for item in json.loads(reply.body)["items"]]


async def test_what_came_since_is_all_that_is_sent(site: Site, client: Client) -> None:
    await fill(site)
    known = await client.ask("/feed.json")
    assert (await poll(client, known)).status == 304
    await site.newsroom.publish("news")
    site.clock.advance(seconds=2)
    whole, delta = await client.ask("/feed.json"), await poll(client, known)
    assert (whole.status, delta.status) == (200, 226)
    assert ids(delta) == ["news"]
    assert ids(whole) == ["news", "story-3", "story-2", "story-1", "story-0"]
    assert delta.fields["im"] == "feed"
    assert delta.fields["cache-control"] == "no-store, im"
    for name in ("etag", "last-modified", "content-type", "access-control-allow-origin"):
        assert delta.fields[name] == whole.fields[name], name
    assert (await poll(client, delta)).status == 304
    # Nothing else varies on it.
    assert {whole.fields["vary"], (await poll(client, whole)).fields["vary"]} == {"accept-encoding"}


@pytest.mark.parametrize("extension", ["rss", "atom", "json", "rdf"])
async def test_a_delta_is_a_feed(site: Site, client: Client, extension: str) -> None:
    await fill(site)
    path = f"/feed.{extension}"
    known = await client.ask(path)
    await site.newsroom.publish("news")
    delta, whole = await poll(client, known, path), await client.ask(path)
    assert delta.status == 226
    if extension == "json":
        read, full = json.loads(delta.body), json.loads(whole.body)
        assert {**full, "items": full["items"][:1]} == read
        return
    read, full = feedparser.parse(delta.body), feedparser.parse(whole.body)
    assert not read.bozo
    # feedparser takes the list of items in RSS 1.0 for something that the feed says of itself.
    assert {**read.feed, "rdf_li": None} == {**full.feed, "rdf_li": None}
    assert list(read.entries) == full.entries[:1]


async def test_corrections_and_withdrawals(site: Site, client: Client) -> None:
    await fill(site)
    articles = {article.slug: article for article in await site.newsroom.store.list_articles(limit=9)}
    known = await client.ask("/feed.atom")
    await site.newsroom.edit(articles["story-1"], headline="Corrected")
    await site.newsroom.withdraw(articles["story-2"])
    await site.newsroom.edit(articles["story-3"], editorial_note="Seen by nobody")
    delta = await poll(client, known, "/feed.atom")
    assert delta.status == 226
    root = etree.fromstring(delta.body)
    assert [entry.findtext("{*}title") for entry in root.findall("{*}entry")] == ["Corrected"]
    assert [stone.get("ref") for stone in root.findall(TOMBSTONE)] == ["urn:test:story-2"]


async def test_a_full_window_that_let_an_older_entry_back_is_sent_whole(tmp_path: Path, store_url: str) -> None:
    async with (
        open_site(tmp_path, SettableClock(), database_url=store_url, feed_items=3) as site,
        client_of(site) as client,
    ):
        room, path = site.newsroom, "/section/world/feed.json"
        await fill(site, 5)
        (newest,) = await room.store.list_articles(limit=1)
        known = await client.ask(path)
        await room.withdraw(newest)
        back = await poll(client, known, path)
        assert (back.status, ids(back)) == (200, ["story-3", "story-2", "story-1"])
        news = await room.publish("news")
        delta = await poll(client, back, path)
        assert (delta.status, ids(delta)) == (226, ["news"])
        # A move out of the section is as good as a withdrawal, and a new title is in every entry.
        known, latest = await client.ask(path), await client.ask("/feed.json")
        await room.edit(news, sections=("business",))
        whole = await poll(client, known, path)
        assert whole.status == 200
        delta = await poll(client, latest)
        assert (delta.status, ids(delta)) == (226, ["news"])
        # What a new title is in: no other entry.
        await room.store.update_section(Section(path="business", title="Money", created_at=site.clock()))
        await room.publish("more")
        delta = await poll(client, delta)
        assert (delta.status, ids(delta)) == (226, ["more", "news"])
        assert json.loads(delta.body)["items"][1]["tags"] == ["Money"]
        assert (await poll(client, delta)).status == 304
        # Told once: nobody is sent all of it for that again. Of a move far below, what is shown says nothing.
        await room.publish("after")
        delta = await poll(client, whole, path)
        assert (delta.status, ids(delta)) == (226, ["after", "more"])
        (oldest,) = [one for one in await room.store.list_articles(limit=9) if one.slug == "story-0"]
        await room.edit(oldest, sections=("business",))
        assert (await poll(client, delta, path)).status == 304


@pytest.mark.parametrize("extension", ["rss", "rdf", "json"])
async def test_where_readers_know_of_no_tombstones_a_withdrawal_is_told_by_the_whole_feed(
    site: Site, client: Client, extension: str
) -> None:
    await fill(site)
    path = f"/feed.{extension}"
    (newest,) = await site.newsroom.store.list_articles(limit=1)
    known = await client.ask(path)
    await site.newsroom.withdraw(newest)
    await site.newsroom.publish("news")
    whole = await poll(client, known, path)
    assert whole.status == 200
    assert "Story 3" not in whole.text
    await site.newsroom.publish("more")
    delta = await poll(client, whole, path)
    assert (delta.status, delta.text.count("urn:test:")) == (226, delta.text.count("urn:test:more"))


SEEN = (
    {"title": "The Gazette"},
    {"language": "de"},
    {"timezone": "Africa/Kampala"},
    {"content_photo": False},
    {"content_dateline": False},
    {"content_correction": False},
)
UNSEEN = ({"comments_depth": 2}, {"comments_per_page": 7}, {"rate_limit": 9}, {"feed_items": 60})


@pytest.mark.parametrize("settings", SEEN, ids=str)
async def test_other_settings_are_told_by_one_whole_feed(
    tmp_path: Path, store_url: str, settings: dict[str, Any]
) -> None:
    paths = in_every_format("/", "/section/world/")
    async with open_site(tmp_path, SettableClock(), database_url=store_url) as site, client_of(site) as client:
        await fill(site)
        before = {path: await client.ask(path) for path in paths}
    async with (
        open_site(tmp_path, SettableClock(site.clock()), database_url=store_url, **settings) as site,
        client_of(site) as client,
    ):
        await site.newsroom.publish("news")
        for path in paths:
            known = await poll(client, before[path], path)
            assert known.status == 200
            before[path] = known
        await site.newsroom.publish("more")
        for path in paths:
            assert (await poll(client, before[path], path)).status == 226


@pytest.mark.parametrize("settings", UNSEEN, ids=str)
async def test_what_reaches_no_entry_moves_no_tag_and_costs_no_delta(
    tmp_path: Path, store_url: str, settings: dict[str, Any]
) -> None:
    paths = in_every_format("/", "/section/world/")
    async with open_site(tmp_path, SettableClock(), database_url=store_url) as site, client_of(site) as client:
        await fill(site)
        before = {path: await client.ask(path) for path in paths}
    async with (
        open_site(tmp_path, SettableClock(site.clock()), database_url=store_url, **settings) as site,
        client_of(site) as client,
    ):
        await site.newsroom.store.add_section(Section(path="sport", title="Sport", created_at=site.clock()))
        await site.newsroom.store.announce_rendering("that of a new release")
        for path in paths:
            assert (await poll(client, before[path], path)).status == 304
        await site.newsroom.publish("news")
        for path in paths:
            assert (await poll(client, before[path], path)).status == 226


async def test_a_window_that_shows_more_is_told_by_one_whole_feed(tmp_path: Path, store_url: str) -> None:
    """But not to who has had all there was."""
    full, part = "/feed.json", "/section/business/feed.json"
    async with (
        open_site(tmp_path, SettableClock(), database_url=store_url, feed_items=3) as site,
        client_of(site) as client,
    ):
        await fill(site)
        await site.newsroom.publish("money", sections=("business",))
        cut, all_there_is = await client.ask(full), await client.ask(part)
    async with (
        open_site(tmp_path, SettableClock(site.clock()), database_url=store_url, feed_items=9) as site,
        client_of(site) as client,
    ):
        assert (await poll(client, all_there_is, part)).status == 304
        whole = await poll(client, cut)
        assert (whole.status, len(ids(whole))) == (200, 5)
        await site.newsroom.publish("news", sections=("business",))
        assert (await poll(client, cut)).status == 200
        for known, path in ((whole, full), (all_there_is, part)):
            delta = await poll(client, known, path)
            assert (delta.status, ids(delta)) == (226, ["news"])


async def test_what_was_published_again_comes_again(site: Site, client: Client) -> None:
    await fill(site)
    newest = (await site.newsroom.store.list_articles(limit=1))[0]
    await site.newsroom.withdraw(newest)
    known = await client.ask("/feed.json")
    await site.newsroom.edit(newest, status=ArticleStatus.PUBLISHED)
    delta = await poll(client, known)
    assert (delta.status, ids(delta)) == (226, ["story-3"])


@pytest.mark.parametrize(
    ("coding", "read"), [("gzip", gzip.decompress), ("br", brotli.decompress), ("identity", bytes)]
)
async def test_it_comes_in_every_coding_with_the_tag_of_that_coding(
    site: Site, client: Client, coding: str, read: Callable[[bytes], bytes]
) -> None:
    await fill(site)
    known = await client.ask("/feed.json", Accept_Encoding=coding)
    await site.newsroom.publish("news")
    delta = await poll(client, known, coding=coding)
    whole = await client.ask("/feed.json", Accept_Encoding=coding)
    assert (delta.status, delta.etag) == (226, whole.etag)
    assert [item["title"] for item in json.loads(read(delta.body))["items"]] == ["News"]
    assert delta.fields.get("content-encoding", "identity") == coding


async def test_proxies_may_have_been_at_the_tag(site: Site, client: Client) -> None:
    await fill(site)
    known = (await client.ask("/feed.json", Accept_Encoding="gzip")).etag
    await site.newsroom.publish("news")
    for tag in (f"W/{known}", f'{known[:-1]}-gzip"', f'W/{known[:-1]};gzip"', f" {known} "):
        assert (await client.ask("/feed.json", A_IM="feed", If_None_Match=tag)).status == 226, tag


async def test_who_gets_the_whole(site: Site, client: Client) -> None:
    await fill(site)
    old = await client.ask("/feed.json")
    date = old.fields["last-modified"]
    await site.newsroom.publish("news")
    digest = old.etag.strip('"').partition("-")[2]
    refused: Iterable[dict[str, str]] = (
        {"If_None_Match": old.etag},
        {"A_IM": "feed"},
        {"A_IM": "feed", "If_Modified_Since": date},
        {"A_IM": "feed;q=0", "If_None_Match": old.etag},
        {"A_IM": "vcdiff, gzip", "If_None_Match": old.etag},
        {"A_IM": "feed", "If_None_Match": f'{old.etag}, "1-x"'},
        {"A_IM": "feed", "If_None_Match": '"64f0c2a1-1b2c"'},
        {"A_IM": "feed", "If_None_Match": f'"0-{digest}"'},
        {"A_IM": "feed", "If_None_Match": f'"1-{digest}"'},
        {"A_IM": "feed", "If_None_Match": f'"ffff-{digest}"'},
        {"A_IM": "feed", "If_None_Match": f'"-1-{digest}"'},
        {"A_IM": "\xff", "If_None_Match": old.etag},
    )
    for fields in refused:
        assert (await client.ask("/feed.json", fields)).status == 200, fields
    for fields in ({}, {"Accept_Encoding": "gzip"}):
        head = await client.ask("/feed.json", fields, method="HEAD", A_IM="feed", If_None_Match=old.etag)
        assert (head.status, head.body) == (200, b"")
    page = await client.ask("/")
    await site.newsroom.publish("more")
    assert (await poll(client, page, "/")).status == 200


async def test_made_up_sequences_do_not_push_feeds_out(site: Site, client: Client) -> None:
    await fill(site)
    known = await client.ask("/feed.json")
    digest = known.etag.strip('"').partition("-")[2]
    kept = site.state.cache.get(CacheKey("/feed.json"))
    for seq in range(40):
        await client.ask("/feed.json", A_IM="feed", If_None_Match=f'"{seq:x}-{digest}"')
    assert site.state.cache.get(CacheKey("/feed.json")) is kept
