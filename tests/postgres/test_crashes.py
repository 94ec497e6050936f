"""A server that crashes as it is told to commit: what it lost is not taken for kept, whoever is given its number afterwards."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from storage.errors import OutcomeUnknown
from storage.model import Article
from storage.postgres.connecting import Servers
from storage.postgres.connection import Database
from storage.postgres.engine import open_engine
from storage.protocol import Store
from storage.sql.store import SQLStore
from tests.postgres.cluster import Cluster, running
from tests.postgres.proxy import proxied
from tests.storage.newsroom import all_slugs, story

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    # What is not committed is in no file before the crash: so its number is given again.
    with running(wal_writer_delay="10s") as cluster:
        yield cluster


@asynccontextmanager
async def opened(url: str, direct_url: str = "") -> AsyncIterator[Store]:
    """A store that waits for as long as a server may take to recover."""
    engine = Database(Servers(url=url, direct_url=direct_url), patience=60)
    await engine.open()
    store = await SQLStore.open(engine, engine.clock.now)
    try:
        yield store
    finally:
        await store.close()


@pytest.mark.parametrize("is_used_again", [False, True])
async def test_what_a_crash_loses_of_a_commit_is_not_acknowledged(cluster: Cluster, is_used_again: bool) -> None:
    await (await open_engine(Servers(url=cluster.url()), migrate=True)).close()
    loop, crashes = asyncio.get_running_loop(), list[bytes]()

    def crash(packet: bytes) -> bool:
        if b"\0COMMIT\0" not in packet or crashes:
            return False
        crashes.append(packet)
        # Nobody can ask before it is known what becomes of the number.
        there, direct.server = direct.server, direct.server / "nowhere"
        cluster.stop("immediate")
        cluster.start()
        if is_used_again:
            asyncio.run_coroutine_threadsafe(other.add_article(story("other")), loop).result(60)
        direct.server = there
        return True

    with proxied(cluster.url()) as (way, url), proxied(cluster.url()) as (direct, direct_url):
        async with opened(url, direct_url) as store, opened(cluster.url()) as other:
            before = await all_slugs(store)
            way.cut_before = crash
            [article] = await asyncio.gather(
                store.add_article(story(f"harbour-{is_used_again}")), return_exceptions=True
            )
            assert crashes
            expected = {*before, "other"} if is_used_again else set(before)
            if isinstance(article, Article):
                expected.add(article.slug)
            else:
                assert isinstance(article, OutcomeUnknown)
                assert is_used_again, "nobody has its number: so it was lost, and is done again"
            assert set(await all_slugs(store)) == expected
