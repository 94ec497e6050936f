"""nginx as `deploy/nginx.conf` has it: two hosts as one, nothing changed on the way, and nobody more than a second behind."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from tests.front.hosts import KEPT, PUBLISHED, Hosts, ask, names_of, plain, told_of, two_hosts
from tests.front.programs import Front, nginx
from tests.ports import free_port
from tests.readers.newsroom import needs
from tests.server.running import running
from tests.server.test_kills import TOKEN, newsroom, rendered_afresh
from tests.server.traffic import FEEDS, Traffic
from tests.server.wire import PATIENCE, Answer, dial, until
from tests.stores import Stores

pytestmark = [pytest.mark.anyio, needs("nginx")]

CODINGS = ("br, gzip", "gzip", "gzip;q=1.0, br;q=0", "")


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosts]:
    """They tell a cache their keys, though nginx is none that can use them."""
    chosen = told_of(1) | {"DATELINE_PURGE_URLS": ""}
    folder = tmp_path_factory.mktemp("hosts")
    asyncio.run(newsroom(folder))
    with two_hosts(folder, (0, 0), **chosen) as hosts:
        yield hosts


@pytest.fixture(scope="module")
def through(hosts: Hosts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with nginx(tmp_path_factory.mktemp("front") / "nginx", hosts.ports) as front:
        yield front


async def shown(port: int, path: str, words: str) -> Answer:
    """What is answered once the words are in it."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await ask(port, path)
            if answer.status == 200 and words.encode() in plain(answer):
                return answer
            await asyncio.sleep(0.02)


async def current(through: Front, hosts: Hosts, path: str, coding: str) -> None:
    """Wait until what nginx keeps is what the hosts have: the second is over of what another test changed."""
    async with asyncio.timeout(PATIENCE):
        while True:
            kept, made = [await ask(port, path, Accept_Encoding=coding) for port in (through.port, hosts.ports[0])]
            if kept.field("etag") == made.field("etag"):
                return
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("coding", CODINGS)
async def test_bytes_and_validators_come_as_the_hosts_made_them(through: Front, hosts: Hosts, coding: str) -> None:
    for path in KEPT:
        await current(through, hosts, path, coding)
        direct = await ask(hosts.ports[0], path, Accept_Encoding=coding)
        for _ in range(2):
            answer = await ask(through.port, path, Accept_Encoding=coding)
            assert answer.status == 200
            for name in ("etag", "content-encoding", "vary", "content-type", "cache-control", "link"):
                assert answer.field(name) == direct.field(name), (path, name)
            assert answer.body == direct.body
            assert not names_of(answer) & {"xkey", "surrogate-key", "cache-tag", "cdn-cache-control"}


@pytest.mark.parametrize("coding", CODINGS)
async def test_whoever_has_the_bytes_gets_a_304_whatever_became_of_the_tag(
    through: Front, hosts: Hosts, coding: str
) -> None:
    await current(through, hosts, "/feed.rss", coding)
    kept = await ask(through.port, "/feed.rss", Accept_Encoding=coding)
    etag = kept.field("etag") or ""
    tags = [etag, f"W/{etag}", f'{etag[:-1]}-gzip"', f'W/{etag[:-1]}-gzip"', f'{etag[:-1]};gzip"', f'"x", {etag}']
    for tag in tags:
        for _ in range(2):
            answer = await ask(through.port, "/feed.rss", Accept_Encoding=coding, If_None_Match=tag)
            assert (answer.status, answer.body) == (304, b""), tag
    # A change is dated ahead: until then whoever asks by date alone is answered 200.
    async with asyncio.timeout(PATIENCE):
        while (await ask(through.port, "/feed.rss", If_Modified_Since=kept.field("last-modified") or "")).status != 304:
            kept = await ask(through.port, "/feed.rss", Accept_Encoding=coding)
    assert (await ask(through.port, "/feed.rss", If_None_Match='"another"')).status == 200


async def test_an_article_is_seen_once_the_second_is_over(through: Front, hosts: Hosts) -> None:
    assert (await ask(through.port, "/feed.rss")).status == 200
    page = await hosts.publish("The ferry leaves at dawn")
    began = perf_counter()
    await shown(through.port, "/feed.rss", "The ferry leaves at dawn")
    print(f"\nseen through nginx after {(perf_counter() - began) * 1000:.0f} ms")
    await shown(through.port, page, "The ferry leaves at dawn")


async def test_the_changes_alone_come_from_the_hosts(through: Front, hosts: Hosts) -> None:
    before = (await ask(through.port, "/feed.atom", A_IM="feed")).field("etag") or ""
    await hosts.publish("The changes alone")
    delta = await ask(through.port, "/feed.atom", A_IM="feed", If_None_Match=before)
    assert (delta.status, delta.field("im")) == (226, "feed")
    assert b"The changes alone" in plain(delta)
    assert (await shown(through.port, "/feed.atom", "The changes alone")).status == 200
    present = (await ask(hosts.ports[1], "/feed.atom")).field("etag") or ""
    assert (await ask(through.port, "/feed.atom", A_IM="feed", If_None_Match=present)).status == 304


async def test_what_is_for_one_client_goes_through(through: Front) -> None:
    assert (await ask(through.port, "/api/articles")).status == 401
    assert (await ask(through.port, "/desk/")).status in (303, 401)
    assert (await ask(through.port, "/hub", method="POST", body=PUBLISHED)).status == 204
    assert (await ask(through.port, "/feed.rss", Accept_Encoding="identity;q=0, br;q=0, gzip;q=0")).status == 406
    assert (await ask(through.port, "/feed.rss", If_Match='"another"')).status == 412
    async with dial(through.port) as wire:
        for _ in range(3):
            answer = await wire.ask("/nothing-here")
            assert answer.status == 404
            assert answer.field("x-cache") != "HIT"


async def agreed(through: Front, hosts: Hosts) -> None:
    """Wait until all that readers ask for is the same at both hosts, and nginx keeps nothing else."""
    async with asyncio.timeout(PATIENCE):
        for path, coding in product(FEEDS, ("gzip", "identity")):
            tags: set[str | None] = set()
            while len(tags) != 1:
                asked = [await ask(port, path, Accept_Encoding=coding) for port in (through.port, *hosts.ports)]
                tags = {answer.field("etag") for answer in asked}


async def test_a_host_is_killed_and_comes_back_under_load_and_nobody_is_told_anything_wrong(
    tmp_path: Path, stores: Stores
) -> None:
    with stores.new() as url, ExitStack() as stack:
        await newsroom(tmp_path, url)
        chosen: dict[str, Any] = {"DATELINE_DATABASE_URL": url, "DATELINE_COMMENT_COUNT_INTERVAL": "0"}
        hosts = stack.enter_context(two_hosts(tmp_path, (0, 0), **chosen))
        through = stack.enter_context(nginx(tmp_path / "nginx", hosts.ports))
        traffic = Traffic(through.port, TOKEN, through_proxy=True)

        async def more() -> None:
            seen = traffic.ledger.acknowledged
            # What clients do is drawn: it goes on until there was some of each kind.
            await until(lambda: traffic.ledger.acknowledged > seen + 20 and set(traffic.answers) >= {200, 201, 304})

        async with traffic.flowing():
            await more()
            hosts.kill(0)
            await more()
            again = running(tmp_path, port=hosts.ports[0], **chosen)
            hosts.servers[0] = await asyncio.to_thread(stack.enter_context, again)
            await more()
        await agreed(through, hosts)
        assert await traffic.faults(await rendered_afresh(tmp_path, url)) == []
        print(f"\n{traffic.ledger.acknowledged} writes acknowledged, answers {dict(traffic.answers)}")
        assert set(traffic.answers) <= {200, 201, 204, 226, 304, 404, 502, 503}


async def test_while_both_hosts_are_down_readers_get_what_there_was(tmp_path: Path) -> None:
    folder = tmp_path / "host"
    folder.mkdir()
    await newsroom(folder)
    port = free_port()
    with nginx(tmp_path / "nginx", (port, free_port())) as through:
        with running(folder, port=port):
            there = await ask(through.port, "/feed.rss")
            assert there.status == 200, "one of two is enough"
        for _ in range(3):
            answer = await ask(through.port, "/feed.rss")
            assert (answer.status, answer.body) == (200, there.body)
        assert (await ask(through.port, "/section/business/")).status == 502, "what was not kept is not there"


async def test_no_address_that_opens_something_stands_in_its_log(through: Front) -> None:
    for path in (
        "/replies/Hunter-2/feed.rss?x=1",
        "/replies/Hunter-2",
        "/a/?x=1&mine=7-Hunter-2&y=2",
        "/a/?mine=7-Hunter-2",
        "/partner/dlp_Hunter-2/feed.rss?x=1",
        "/partner/dlp_Hunter-2",
        "/partner/DLp_Hunter-2/section/world/feed.rss",
        "/partner/2023/03/feed.rss",
        "/partner/feed.rss?x=1",
        "//partner//dlp_Hunter-2?x=2",
        "/replies//Hunter-2?x=2",
        "/%70artner/dlp_Hunter-2/feed.rss",
        "/caf%C3%A9/",
        "/last/",
    ):
        await ask(through.port, path)
    log = through.folder / "access.log"
    await until(lambda: "/last/" in log.read_text())
    said = log.read_text()
    assert "Hunter-2" not in said
    for path in ("/replies/***/feed.rss?x=1 ", "/replies/*** ", "/a/?x=1&mine=***&y=2 ", "/a/?mine=*** ",
                 "/partner/***/feed.rss?x=1 ", "/partner/*** ", "/partner/***/section/world/feed.rss ",
                 "/partner/2023/03/feed.rss ", "/partner/feed.rss?x=1 ",
                 "//partner//***?x=2 ", "/replies//***?x=2 ", "/*** ", "/caf%C3%A9/ "):  # fmt: skip
        assert path in said, path
