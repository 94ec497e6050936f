"""A server that is killed between a write and its purge: the purge comes after the next start."""

import os
import signal
import sys
from pathlib import Path

import pytest

from feeds.http.shared_cache import SharedCache
from storage.connect import open_store
from tests.delivery.endpoint import recording
from tests.front.hosts import Hosts, told_of
from tests.server.running import running
from tests.server.test_kills import newsroom
from tests.server.wire import until

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform != "linux", reason="workers are found in /proc"),
]


async def test_the_purge_of_what_was_acknowledged_comes_after_a_kill(tmp_path: Path) -> None:
    await newsroom(tmp_path)
    with recording() as cache:
        chosen = told_of(1) | {"DATELINE_PURGE_URLS": cache.url}
        with running(tmp_path, "--workers", "2", **chosen) as server:
            hosts = Hosts(tmp_path, [server, server])
            await hosts.settled(cache.url)
            cache.status = 503
            await hosts.publish("The ferry leaves at dawn")
            await until(lambda: bool(cache.refused))
            workers = server.workers()
            server.process.kill()
            for worker in workers:
                os.kill(worker, signal.SIGKILL)
            server.process.wait()
        told = len(cache.told)
        cache.status = 200
        store = await open_store(f"sqlite:///{tmp_path}/dateline.db")
        try:
            site, [*_, change] = await store.get_site(), await store.changes_since(0, limit=1000)
        finally:
            await store.close()
        wanted = set(SharedCache((), 0, site.secret).keys(change.scopes))
        assert len(wanted) > 5
        with running(tmp_path, "--workers", "2", **chosen):
            await until(lambda: wanted <= {key for one in cache.told[told:] for key in one.keys})
