"""Restarted, killed, stopped: what clients notice of it, which is nothing."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.kinds.newsroom import opened_newsroom
from tests.server.running import COMMAND, Running, before_all, environment, running
from tests.server.wire import Ended, Wire, dial, request, until
from tests.stores import file_in

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform != "linux", reason="workers are found in /proc"),
]

COMMENTS = "/2023/03/01/harbour-reopens/comments"


async def newsroom(folder: Path) -> Path:
    """A folder with a newsroom of one article."""
    async with opened_newsroom(file_in(folder)) as room:
        await room.publish("harbour-reopens")
    return folder


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    return await newsroom(tmp_path)


@pytest.fixture(scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """Two workers, which tests may end but never all at once."""
    with running(await newsroom(tmp_path_factory.mktemp("newsroom")), "--workers", "2") as server:
        yield server


@asynccontextmanager
async def two(server: Running) -> AsyncIterator[dict[int, Wire]]:
    """A connection to each of two workers, by process id."""
    await until(lambda: len(server.workers()) == 2)
    async with server.wire_to_each(2) as wires:
        yield wires


class Load:
    """Clients that poll without pause, as a good HTTP client does: on one connection until the server closes it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answered = 0
        self.connections = 0
        self._stop = False

    @asynccontextmanager
    async def on(self, clients: int) -> AsyncIterator["Load"]:
        """Raises what a client met: a refused or reset connection, an answer that is none."""
        async with asyncio.TaskGroup() as group:
            for _ in range(clients):
                group.create_task(self._poll())
            try:
                yield self
            finally:
                self._stop = True

    async def _poll(self) -> None:
        while not self._stop:
            async with dial(self.port) as wire:
                self.connections += 1
                closing = False
                while not (self._stop or closing):
                    answer = await wire.ask("/feed.rss")
                    assert answer.status == 200
                    self.answered += 1
                    closing = answer.field("connection") == "close"


async def restart_under_load(server: Running, workers: int) -> None:
    before = server.workers()
    assert len(before) == workers
    async with Load(server.port).on(6) as load:
        await until(lambda: load.answered > 100)
        server.process.send_signal(signal.SIGHUP)
        await until(lambda: not server.workers() & before and len(server.workers()) == workers)
        seen = load.answered
        await until(lambda: load.answered > seen + 100)
    assert load.connections > 6, "clients were asked to come again"
    print(f"\nrolling restart of {workers}: {load.answered} answers on {load.connections} connections, no error")


async def test_a_rolling_restart_is_noticed_by_nobody(shared: Running) -> None:
    async with two(shared):
        pass
    await restart_under_load(shared, 2)
    shared.hear("told to reload")
    shared.hear("reloaded: each worker is a new one")


@pytest.mark.nightly
@pytest.mark.parametrize("workers", [1, 4])
async def test_many_restarts_are_noticed_by_nobody(folder: Path, workers: int) -> None:
    with running(folder, "--workers", str(workers)) as server:
        for _ in range(5):
            await restart_under_load(server, workers)
        assert server.said[1:] == []


async def test_a_killed_worker_is_replaced_and_who_waits_for_it_is_answered(shared: Running) -> None:
    async with two(shared) as wires:
        killed = min(wires)
        os.kill(killed, signal.SIGKILL)
        with pytest.raises(Ended):
            await wires[killed].answer()
        # Its socket is the supervisor's too: connections wait there for the next worker, and none is refused.
        for dialled in [dial(shared.port) for _ in range(16)]:
            async with dialled as wire:
                assert (await wire.ask("/feed.rss")).status == 200
    async with two(shared) as others:
        assert killed not in others
        assert len(set(wires) & set(others)) == 1
    shared.hear(rf"worker \d \(process {killed}\) ended with code -9; starting another")


@pytest.mark.parametrize("workers", [1, 2])
async def test_a_stop_lets_what_is_under_way_come_to_its_end(folder: Path, workers: int) -> None:
    body = b"name=A&email=&comment=&token="
    form = request(COMMENTS, method="POST", body=body, Content_Type="application/x-www-form-urlencoded")
    with running(folder, "--workers", str(workers)) as server:
        async with dial(server.port) as open_one, dial(server.port) as busy:
            await open_one.ask("/feed.rss")
            # So that the server is in the middle of it: it asks for the body.
            await busy.send(form[: -len(body)].replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n"))
            assert (await busy.answer()).status == 100
            server.process.terminate()
            # From some answer on, the last on each connection says so.
            while (await open_one.ask("/feed.rss")).field("connection") != "close":
                pass
            assert await open_one.rest() == b""
            await busy.send(body)
            answer = await busy.answer()
            assert answer.status == 400
            assert answer.body.endswith(b"</html>")
            # The other of two workers may not have heard yet.
            assert answer.field("connection") == "close" or workers == 2
            assert await busy.rest() == b""
        assert server.process.wait(60) == 0
        assert server.said[1:] == []


async def test_a_restart_that_cannot_be_leaves_the_old_workers(folder: Path) -> None:
    with running(folder, "--workers", "2") as server:
        before = server.workers()
        # What a new worker cannot open; the old ones have it open.
        (folder / "dateline.db").rename(folder / "moved.db")
        (folder / "dateline.db").mkdir()
        server.process.send_signal(signal.SIGHUP)
        server.hear(r"the new worker 0 did not start; the old workers go on")
        async with server.wire_to_each(2) as wires:
            assert set(wires) == before
            for wire in wires.values():
                assert (await wire.ask("/feed.rss")).status == 200
        # Nor does one make a store of its own, told to take over from a worker that goes on with the file that is gone.
        (folder / "dateline.db").rmdir()
        server.process.send_signal(signal.SIGHUP)
        server.hear(r"the new worker 0 did not start; the old workers go on: .*There is no database")
        assert not (folder / "dateline.db").exists()


@pytest.mark.parametrize("workers", ["1", "4"])
def test_a_start_that_cannot_be_is_one_line(tmp_path: Path, workers: str) -> None:
    (tmp_path / "file").touch()
    for place in ("file/dateline.db", ""):
        started = subprocess.run(
            [*COMMAND, "serve", "--port", "0", "--workers", workers],
            env=environment(tmp_path, DATELINE_DATABASE_URL=f"sqlite:///{tmp_path}/{place}"),
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert started.returncode == 1
        assert started.stdout == ""
        assert started.stderr.startswith("dateline: The ")
        assert str(tmp_path) in started.stderr
        assert started.stderr.count("\n") == 1


def test_a_uvicorn_that_was_not_tested_goes_without_the_fast_path(tmp_path: Path) -> None:
    other = before_all(tmp_path, "import uvicorn\nuvicorn.__version__ = '0.99.0'")
    with running(tmp_path, PYTHONPATH=other) as server:
        server.hear(r"WARNING .*uvicorn 0\.99\.0 is not one that this was tested with: going without the fast path")
        asyncio.run(_ask_twice(server))


async def _ask_twice(server: Running) -> None:
    async with dial(server.port) as wire:
        for _ in range(2):
            assert (await wire.ask("/feed.rss")).status == 200
