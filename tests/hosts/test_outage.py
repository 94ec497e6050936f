"""PostgreSQL goes away under two hosts, and comes back: what they answer meanwhile, and that all goes on by itself."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from tests.front.hosts import Hosts, ask, hosts_of
from tests.postgres.cluster import Cluster, running
from tests.server.test_kills import newsroom
from tests.server.wire import PATIENCE, Answer

pytestmark = pytest.mark.anyio

FEED = "/feed.atom"
SECONDS = 6
"""For which the second host serves what it knew last."""


@dataclass(frozen=True)
class Cut:
    cluster: Cluster
    hosts: Hosts
    """The first serves nothing that nobody can vouch for, the second does for a while."""


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cut]:
    folder = tmp_path_factory.mktemp("hosts")
    with running() as cluster:
        url = cluster.url()
        asyncio.run(newsroom(folder, url))
        strict = {"DATELINE_DATABASE_URL": url}
        with hosts_of(folder, strict, strict | {"DATELINE_STALE_IF_ERROR": str(SECONDS)}) as hosts:
            yield Cut(cluster, hosts)


async def first(port: int, path: str, wanted: int, *, marked: bool | None = None, **fields: Any) -> Answer:
    """The first answer of this status, with the marks of a stale one or without; before it come only such as may."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await ask(port, path, **fields)
            assert answer.status in (200, 304, 503), answer
            if answer.status == 503:
                assert answer.field("retry-after") or path == "/readyz"
            if answer.status == wanted and marked in (None, is_marked(answer)):
                return answer
            await asyncio.sleep(0.02)


def is_marked(answer: Answer) -> bool:
    fields = [answer.field(name) for name in ("age", "cache-status")]
    assert all(fields) or not any(fields), answer
    if not all(fields):
        return False
    assert answer.field("cache-control") == "no-cache"
    assert fields[1] == f"Dateline; hit; ttl={-int(fields[0] or 0)}; detail=database-unreachable"
    return True


async def test_while_the_database_is_away_nothing_is_served_that_it_cannot_vouch_for_but_what_is_asked_for(
    cut: Cut,
) -> None:
    strict, lenient = cut.hosts.ports
    before = {port: await first(port, FEED, 200, marked=False) for port in cut.hosts.ports}
    tag: dict[str, Any] = {"If_None_Match": before[strict].field("etag") or ""}
    await asyncio.to_thread(cut.cluster.stop, "immediate")

    async def at_the_strict() -> None:
        await first(strict, FEED, 503)
        # From then on, whatever is asked for.
        for path in (FEED, "/", "/feed.rss", "/api/articles"):
            refused = (
                await ask(strict, path, Authorization="Bearer x") if "api" in path else await ask(strict, path, **tag)
            )
            assert (refused.status, refused.field("retry-after")) == (503, "5")
        ready = await ask(strict, "/readyz")
        assert (ready.status, ready.body[:11]) == (503, b"not ready: ")
        assert b"cannot be reached" in ready.body
        assert (await ask(strict, "/healthz")).status == 200, "a restart would be of no use"

    async def at_the_lenient() -> None:
        stale = await first(lenient, FEED, 200, marked=True)
        assert stale.body == before[lenient].body
        assert stale.field("etag") == before[lenient].field("etag")
        assert is_marked(await first(lenient, FEED, 304, **tag))
        assert (await ask(lenient, "/feed.json")).status == 503, "nothing was kept of it"
        assert (await ask(lenient, "/readyz")).status == 503
        ages = [int(stale.field("age") or 0)]
        while (answer := await ask(lenient, FEED)).status == 200:
            assert is_marked(answer)
            ages.append(int(answer.field("age") or 0))
        assert ages == sorted(ages)
        assert ages[-1] in (SECONDS - 1, SECONDS)
        assert (answer.status, answer.field("retry-after")) == (503, "5")

    await asyncio.gather(at_the_strict(), at_the_lenient())
    await asyncio.to_thread(cut.cluster.start)
    for port in cut.hosts.ports:
        fresh = await first(port, FEED, 200, marked=False)
        assert (fresh.field("etag"), fresh.body) == (before[port].field("etag"), before[port].body)
        assert (await ask(port, FEED, **tag)).status == 304
        assert (await first(port, "/readyz", 200)).body.startswith(b"ready\n")
    for host, other in ((0, 1), (1, 0)):
        page = await cut.hosts.publish(f"After the outage {host}", host=host)
        await first(cut.hosts.ports[host], page, 200, marked=False)
        await seen(cut.hosts.ports[other], f"After the outage {host}")


async def seen(port: int, words: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while words.encode() not in (answer := await ask(port, FEED)).body or is_marked(answer):
            pass


@asynccontextmanager
async def hung(cluster: Cluster) -> AsyncIterator[None]:
    """Every process of the server stands still: it takes connections, and says nothing."""
    with psycopg.connect(cluster.url(user="postgres"), autocommit=True) as db:
        rows = db.execute("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()").fetchall()
    postmaster = int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0])
    stopped = [postmaster, *(pid for (pid,) in rows)]
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


async def test_a_database_that_hangs_keeps_nobody_waiting_where_something_may_be_served(cut: Cut) -> None:
    _, lenient = cut.hosts.ports
    page = await cut.hosts.publish("Before it hangs", host=1)
    kept = await ask(lenient, page)
    async with hung(cut.cluster):
        stale = await first(lenient, page, 200, marked=True)
        assert stale.body == kept.body
    assert (await first(lenient, page, 200, marked=False)).body == kept.body
    await first(lenient, "/readyz", 200)
