"""Varnish as `deploy/varnish.vcl` has it: it keeps what it may for an hour, and nobody sees anything that is old."""

import asyncio
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from tests.front.hosts import KEPT, PUBLISHED, Hosts, ask, found, names_of, plain, told_of, two_hosts
from tests.front.programs import Front, varnish
from tests.ports import free_port
from tests.readers.newsroom import needs
from tests.server.running import running
from tests.server.test_kills import newsroom
from tests.server.wire import PATIENCE, Answer, until

pytestmark = [pytest.mark.anyio, needs("varnishd")]

FOR_THE_CACHE = {"xkey", "surrogate-key", "cache-tag", "cdn-cache-control"}


@pytest.fixture(scope="module")
def ports() -> tuple[int, int]:
    """Of the hosts: Varnish is there first, and finds them when they come."""
    return free_port(), free_port()


@pytest.fixture(scope="module")
def through_varnish(ports: tuple[int, int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with varnish(tmp_path_factory.mktemp("front") / "varnish", ports) as front:
        yield front


@pytest.fixture(scope="module")
def hosts(through_varnish: Front, ports: tuple[int, int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosts]:
    folder = tmp_path_factory.mktemp("hosts")
    asyncio.run(newsroom(folder))
    with two_hosts(folder, ports, **told_of(through_varnish.port)) as hosts:
        asyncio.run(found(through_varnish.port))
        yield hosts


async def shown(port: int, path: str, words: str, **fields: Any) -> Answer:
    """What is answered once the words are in it."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await ask(port, path, **fields)
            if answer.status == 200 and words.encode() in plain(answer):
                return answer


async def test_an_article_is_seen_at_once_though_the_cache_keeps_an_hour(hosts: Hosts, through_varnish: Front) -> None:
    await hosts.settled(through_varnish.url)
    port = through_varnish.port
    codings = ("gzip", "br, gzip", "")
    for path in KEPT:
        for coding in codings:
            for _ in range(2):
                assert (await ask(port, path, Accept_Encoding=coding)).status == 200
    for path in KEPT:
        for coding in codings:
            assert (await ask(port, path, Accept_Encoding=coding)).field("x-cache") == "HIT", "it keeps what is read"
    took = []
    for number in range(6):
        headline = f"Ferry {number} leaves at dawn"
        page = await hosts.publish(headline, host=number % 2)
        began = perf_counter()
        await shown(port, "/feed.rss", headline, Accept_Encoding="gzip")
        took.append(perf_counter() - began)
        for coding in codings:
            await shown(port, "/section/world/feed.json", headline, Accept_Encoding=coding)
        await shown(port, "/", headline)
        await shown(port, page, headline)
    print(f"\nseen through Varnish after {', '.join(f'{seconds * 1000:.0f}' for seconds in took)} ms")


async def test_no_key_reaches_the_public(hosts: Hosts, through_varnish: Front) -> None:
    for path in KEPT:
        direct = await ask(hosts.ports[0], path)
        assert names_of(direct) >= FOR_THE_CACHE
        first, second = [await ask(through_varnish.port, path) for _ in range(2)]
        unmodified = await ask(through_varnish.port, path, If_None_Match=second.field("etag") or "")
        assert unmodified.status == 304
        for answer in (first, second, unmodified, await ask(through_varnish.port, path, method="HEAD")):
            assert not names_of(answer) & (FOR_THE_CACHE | {"age"})
            assert re.fullmatch(r"public, max-age=\d+", answer.field("cache-control") or "")
    for path in ("/nothing-here", "/api/articles", "/section/world"):
        assert not names_of(await ask(through_varnish.port, path)) & FOR_THE_CACHE


@pytest.mark.parametrize("coding", ["gzip", "br, gzip", ""])
async def test_whoever_has_the_bytes_gets_a_304_whatever_became_of_the_tag(
    through_varnish: Front, hosts: Hosts, coding: str
) -> None:
    await hosts.settled(through_varnish.url)
    port = through_varnish.port
    kept = await ask(port, "/feed.rss", Accept_Encoding=coding)
    etag = kept.field("etag") or ""
    strong = etag.removeprefix("W/")
    assert plain(kept) == plain(await ask(hosts.ports[0], "/feed.rss"))
    tags = [
        etag,
        strong,
        f"W/{strong}",
        f'{strong[:-1]}-gzip"',
        f'W/{strong[:-1]}-gzip"',
        f'{strong[:-1]};gzip"',
        f'"x", {strong}',
    ]
    for tag in tags:
        answer = await ask(port, "/feed.rss", Accept_Encoding=coding, If_None_Match=tag)
        assert (answer.status, answer.body) == (304, b""), tag
        assert answer.field("vary") == "accept-encoding"
        assert answer.field("x-cache") == "HIT", "the hosts are not asked"
    by_date = await ask(port, "/feed.rss", Accept_Encoding=coding, If_Modified_Since=kept.field("last-modified") or "")
    assert by_date.status == 304
    assert (await ask(port, "/feed.rss", Accept_Encoding=coding, If_None_Match='"another"')).status == 200


async def test_the_changes_alone_come_from_the_hosts(hosts: Hosts, through_varnish: Front) -> None:
    port = through_varnish.port
    before = (await ask(port, "/feed.atom", Accept_Encoding="gzip")).field("etag") or ""
    await hosts.publish("The changes alone")
    present = await shown(port, "/feed.atom", "The changes alone", Accept_Encoding="gzip")
    delta = await ask(port, "/feed.atom", Accept_Encoding="gzip", A_IM="feed", If_None_Match=before)
    assert (delta.status, delta.field("im")) == (226, "feed")
    assert b"The changes alone" in plain(delta)
    assert not names_of(delta) & FOR_THE_CACHE
    for tag, status in ((present.field("etag") or "", 304), ('"unknown"', 200)):
        answer = await ask(port, "/feed.atom", Accept_Encoding="gzip", A_IM="feed", If_None_Match=tag)
        assert answer.status == status


async def test_a_change_that_does_not_reach_the_bytes_costs_a_304(hosts: Hosts, through_varnish: Front) -> None:
    """What was forgotten is kept for its bytes: the hosts are asked whether it is another."""
    await hosts.settled(through_varnish.url)
    port = through_varnish.port
    etag = (await ask(port, "/tag/harbour/feed.rss")).field("etag")
    unmodified = through_varnish.counted("MAIN.fetch_304")
    keys = (await ask(hosts.ports[0], "/tag/harbour/feed.rss")).field("xkey") or ""
    told = await ask(port, "/", method="PURGE", xkey_purge=keys)
    assert told.status == 200
    answer = await ask(port, "/tag/harbour/feed.rss")
    assert answer.field("etag") == etag
    assert answer.field("x-cache") == "MISS"
    await until(lambda: through_varnish.counted("MAIN.fetch_304") > unmodified)
    assert not names_of(answer) & FOR_THE_CACHE


async def test_nobody_else_makes_it_forget(through_varnish: Front, hosts: Hosts) -> None:
    await hosts.settled(through_varnish.url)
    port = through_varnish.port
    keys = (await ask(hosts.ports[0], "/feed.rss")).field("xkey") or ""
    await ask(port, "/feed.rss")
    with socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.2", 0)) as stranger:
        stranger.sendall(f"PURGE / HTTP/1.1\r\nHost: news.example\r\nxkey-purge: {keys}\r\n\r\n".encode())
        assert b" 403 " in stranger.recv(1000).partition(b"\r\n")[0]
    assert (await ask(port, "/feed.rss", method="PURGE")).status == 403, "what, it is to be told"
    assert (await ask(port, "/feed.rss")).field("x-cache") == "HIT"


async def test_what_is_for_one_client_is_not_kept(through_varnish: Front, hosts: Hosts) -> None:
    await hosts.settled(through_varnish.url)
    for path in ("/api/articles", "/desk/", "/nothing-here"):
        for _ in range(2):
            answer = await ask(through_varnish.port, path)
            assert answer.field("x-cache") == "MISS"
    for _ in range(2):
        assert (await ask(through_varnish.port, "/hub", method="POST", body=PUBLISHED)).status == 204


async def test_while_both_hosts_are_down_readers_get_what_there_was(tmp_path: Path) -> None:
    (tmp_path / "host").mkdir()
    await newsroom(tmp_path / "host")
    port = free_port()
    with varnish(tmp_path / "varnish", (port, free_port())) as front:
        chosen = told_of(front.port)
        with running(tmp_path / "host", port=port, **chosen) as host:
            await found(front.port)
            there = await ask(front.port, "/feed.rss")
            assert there.status == 200, "one of two is enough"
            keys = (await ask(port, "/feed.rss")).field("xkey") or ""
            await asyncio.to_thread(host.stop)
        assert (await ask(front.port, "/", method="PURGE", xkey_purge=keys)).status == 200
        # Once it has noticed: until then what was forgotten is not served.
        assert (await shown(front.port, "/feed.rss", "<rss")).body == there.body
        with running(tmp_path / "host", port=port, **chosen) as host:
            await Hosts(tmp_path / "host", [host, host]).publish("The server is back")
            await shown(front.port, "/feed.rss", "The server is back")
