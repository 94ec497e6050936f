"""A server that takes what is said, and says nothing: nothing waits for it for ever, and whoever is told to stop does so."""

import asyncio
import threading
from contextlib import suppress

import pytest

from storage.errors import Unavailable
from storage.postgres import connecting, connection, reading, replica, watch
from storage.postgres.clock import DatabaseClock
from storage.postgres.connecting import Servers
from storage.postgres.connection import Database
from storage.postgres.engine import open_engine
from storage.postgres.units import UnitConnection
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


async def read_number(engine: Database, number: int = 1) -> int:
    def work(db: UnitConnection) -> int:
        [(found,)] = db.execute("SELECT CAST(? AS BIGINT)", (number,)).fetchall()
        return int(found)

    return await engine.read(work)


async def write_slowly(engine: Database, has_begun: threading.Event, may_go_on: threading.Event) -> None:
    def work(db: UnitConnection) -> None:
        db.execute("SELECT 1").fetchall()
        has_begun.set()
        may_go_on.wait(60)
        db.execute("SELECT 2").fetchall()

    await engine.write(work)


async def test_no_unit_waits_longer_for_a_server_that_hangs_than_whoever_looks_at_its_log(
    postgres_url: str, way: tuple[Proxy, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A statement may take long, so the unit alone cannot tell: on open connections it would wait for 35 seconds."""
    monkeypatch.setattr(watch, "_PATIENCE", 0.3)
    monkeypatch.setattr(reading, "UNIT_TIME", 300)
    monkeypatch.setattr(connection, "UNIT_TIME", 300)
    await (await open_engine(Servers(url=postgres_url), migrate=True)).close()
    proxy, url = way
    engine = Database(Servers(url=url), patience=3)
    await engine.open()
    has_begun, may_go_on = threading.Event(), threading.Event()
    try:
        # One connection that is open and idle, and one in the midst of a write.
        writing = asyncio.create_task(write_slowly(engine, has_begun, may_go_on))
        await until(has_begun.is_set)
        assert await read_number(engine) == 1
        proxy.is_silent = True
        may_go_on.set()
        units = [writing, *(asyncio.create_task(read_number(engine, number)) for number in range(6))]
        for unit in units:
            with pytest.raises(Unavailable):
                await asyncio.wait_for(unit, 60)
        # Those that begin while it is known to hang as well.
        with pytest.raises(Unavailable):
            await asyncio.wait_for(read_number(engine), 60)
        proxy.is_silent = False
        await until(lambda: engine.fault() is None)
        assert await read_number(engine, 2) == 2
    finally:
        may_go_on.set()
        await engine.close()


async def test_a_look_that_hangs_by_itself_costs_no_unit_its_answer(
    servers: Servers, way: tuple[Proxy, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "_PATIENCE", 0.3)
    engine = Database(servers)
    await engine.open()
    try:
        way[0].is_silent = True
        reading = asyncio.create_task(read_number(engine))
        await until(lambda: engine.fault() is not None)
        assert await reading == await read_number(engine) == 1
    finally:
        way[0].is_silent = False
        await engine.close()


async def test_a_standby_that_hangs_is_waited_for_no_longer_than_one_that_lags(
    postgres_url: str, way: tuple[Proxy, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica, "_PATIENCE", 0.3)
    monkeypatch.setattr(reading, "UNIT_TIME", 300)
    proxy, read_url = way
    engine = await open_engine(Servers(url=postgres_url, read_url=read_url), migrate=True)
    try:
        asked = []

        def note(packet: bytes) -> bool:
            asked.append(packet)
            return False

        proxy.cut_before = note
        assert await engine.read(lambda _db: 1, since=0) == 1
        assert asked, "the standby was not asked"
        proxy.is_silent = True
        async with asyncio.timeout(60):
            assert await engine.read(lambda _db: 2, since=0) == 2
    finally:
        proxy.is_silent = False
        await engine.close()


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
