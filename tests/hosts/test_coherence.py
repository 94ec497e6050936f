"""Two hosts over one PostgreSQL, one of them through a pooler: what one acknowledged the other shows, and both say the same."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.front.hosts import KEPT, Hosts, ask, hosts_of, plain
from tests.postgres.bouncer import bouncer
from tests.postgres.reuse import ReusedDatabases
from tests.readers.newsroom import is_there
from tests.server.test_kills import TOKEN, newsroom
from tests.server.wire import PATIENCE, Answer

pytestmark = pytest.mark.anyio

FEED = "/feed.atom"
BOTH_WAYS = pytest.mark.parametrize(("writer", "reader"), [(0, 1), (1, 0)])


@pytest.fixture(scope="module")
def hosts(reused_databases: ReusedDatabases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosts]:
    """The first reaches the server itself, the second goes through the pooler where one is installed."""
    folder = tmp_path_factory.mktemp("hosts")
    with reused_databases.lent() as url, ExitStack() as stack:
        asyncio.run(newsroom(folder, url))
        pooled = {"DATELINE_DATABASE_URL": url}
        if is_there("pgbouncer"):
            pooled = {
                "DATELINE_DATABASE_URL": stack.enter_context(bouncer(url)),
                "DATELINE_DATABASE_DIRECT_URL": url,
                "DATELINE_DATABASE_POOLED": "true",
            }
        yield stack.enter_context(hosts_of(folder, {"DATELINE_DATABASE_URL": url}, pooled))


async def changed(port: int, path: str, etag: str) -> Answer:
    """The first answer to a reader who has the feed of a tag that is none of its having it still."""
    async with asyncio.timeout(PATIENCE):
        while (answer := await ask(port, path, If_None_Match=etag)).status == 304:
            pass
    return answer


async def withdraw(hosts: Hosts, host: int, page: str) -> None:
    fields: dict[str, Any] = {"Authorization": f"Bearer {TOKEN}"}
    listed = json.loads((await ask(hosts.ports[host], "/api/articles", **fields)).body)["items"]
    [path] = [one["urls"]["api"] for one in listed if one["urls"]["page"].endswith(page)]
    answer = await ask(hosts.ports[host], path.removeprefix("https://news.example"), method="DELETE", **fields)
    assert answer.status == 204, answer


@BOTH_WAYS
async def test_what_one_host_acknowledged_the_other_shows(hosts: Hosts, writer: int, reader: int) -> None:
    there = hosts.ports[reader]
    for number in range(5):
        headline = f"Ferry {writer} {number}"
        before = await ask(there, FEED)
        tag, date = before.field("etag") or "", before.field("last-modified") or ""
        assert (await ask(there, FEED, If_None_Match=tag)).status == 304
        page = await hosts.publish(headline, host=writer)
        # Who wrote it sees it at once, whatever of the feed there was.
        own = await ask(hosts.ports[writer], FEED, If_None_Match=tag)
        assert (own.status, headline.encode() in own.body) == (200, True)
        seen = await changed(there, FEED, tag)
        assert (seen.status, headline.encode() in seen.body) == (200, True)
        assert (seen.field("etag"), seen.body) == (own.field("etag"), own.body)
        for port in hosts.ports:
            assert (await ask(port, FEED, If_None_Match=own.field("etag") or "")).status == 304
            assert (await ask(port, FEED, If_Modified_Since=date)).status == 200
            assert (await ask(port, page)).status == 200
            delta = await ask(port, FEED, If_None_Match=tag, A_IM="feed")
            assert (delta.status, headline.encode() in delta.body) == (226, True)


@BOTH_WAYS
async def test_what_one_host_withdrew_is_gone_at_the_other(hosts: Hosts, writer: int, reader: int) -> None:
    there = hosts.ports[reader]
    page = await hosts.publish(f"Withdrawn {writer}", host=reader)
    tags = {path: (await ask(there, path)).field("etag") or "" for path in (page, FEED)}
    await withdraw(hosts, writer, page)
    assert (await changed(there, page, tags[page])).status == 410
    feed = await changed(there, FEED, tags[FEED])
    assert (feed.status, f"Withdrawn {writer}".encode() in feed.body) == (200, False)
    assert b"deleted-entry" in feed.body


async def test_both_say_the_same(hosts: Hosts) -> None:
    for host in (0, 1):
        await hosts.publish(f"Of both, by {host}", host=host)
    one, other = hosts.ports
    for path in KEPT:
        for coding in ("", "gzip", "br"):
            first = await ask(one, path, Accept_Encoding=coding)
            async with asyncio.timeout(PATIENCE):
                while (second := await ask(other, path, Accept_Encoding=coding)).field("etag") != first.field("etag"):
                    pass
            assert plain(first) == plain(second)
            assert (
                await ask(other, path, Accept_Encoding=coding, If_None_Match=first.field("etag") or "")
            ).status == 304


async def test_writers_at_both_hosts_at_once_lose_nothing(hosts: Hosts) -> None:
    headlines = [f"At once {number}" for number in range(12)]
    pages = await asyncio.gather(*(hosts.publish(each, host=number % 2) for number, each in enumerate(headlines)))
    assert len(set(pages)) == len(pages)
    for port in hosts.ports:
        async with asyncio.timeout(PATIENCE):
            body = b""
            while not all(headline.encode() in body for headline in headlines):
                body = (await ask(port, FEED)).body
