"""A server that takes what is said, and says nothing: nothing waits for it for ever, and whoever is told to stop does so."""

import asyncio
import threading
from contextlib import suppress

import pytest

from storage.postgres import connecting
from storage.postgres.clock import DatabaseClock
from storage.postgres.connecting import Servers
from storage.postgres.connection import Database
from storage.postgres.engine import open_engine
from storage.postgres.watch import Watch
from tests.postgres.proxy import Proxy
from tests.storage.newsroom import until

pytestmark = pytest.mark.anyio


@pytest.fixture
async def servers(postgres_url: str, way: tuple[Proxy, str]) -> Servers:
    """Units go directly; what looks at the log, and snapshots, through the proxy."""
    await (await open_engine(Servers(url=postgres_url), migrate=True)).close()
    return Servers(url=postgres_url, direct_url=way[1])


def silenced_by(proxy: Proxy, words: bytes) -> None:
    """From these words of a client on the server says nothing."""

    def look(packet: bytes) -> bool:
        proxy.is_silent = proxy.is_silent or words in packet
        return False

    proxy.cut_before = look


def threads(name: str) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith(name)]


async def test_a_server_that_hangs_before_the_first_look_is_noticed_and_no_end_waits_for_it(
    servers: Servers, way: tuple[Proxy, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "WITHIN", 0.3)
    silenced_by(way[0], b"LISTEN")
    engine = Database(servers, patience=0.1)
    await engine.open()
    try:
        assert engine.moved()
        assert engine.moved()
        await until(lambda: engine.fault() is not None)
        assert "does not answer" in str(engine.fault())
        way[0].is_silent, way[0].cut_before = False, lambda _: False
        await until(lambda: engine.fault() is None)
    finally:
        await engine.close()
    assert not threads("dateline-watch")


async def test_who_is_told_to_stop_waits_for_no_snapshot(servers: Servers, way: tuple[Proxy, str]) -> None:
    proxy = way[0]
    engine = await open_engine(servers)
    try:
        silenced_by(proxy, b"REPEATABLE READ")

        async def read() -> None:
            async with engine.snapshot():
                pass

        reading = asyncio.create_task(read())
        await until(lambda: proxy.is_silent)
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading
        assert threads("dateline-snapshot"), "the loop waited until the server was given up"
        proxy.cut_all()
        await until(lambda: not threads("dateline-snapshot"))
    finally:
        await engine.close()


async def test_a_process_is_at_work_though_the_end_of_its_former_connection_is_noticed_late(postgres_url: str) -> None:
    servers = Servers(url=postgres_url)
    engine = await open_engine(servers, migrate=True)
    former, present = (Watch(servers.connect_directly, 7, DatabaseClock()) for _ in range(2))
    try:
        former.start(5)
        present.start(5)
        former.close()
        assert await engine.read(lambda db: engine.is_at_work(db, "7"))
    finally:
        former.close()
        present.close()
        await engine.close()
