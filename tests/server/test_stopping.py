"""Stops and restarts under clients that ask without pause: whoever was let in is answered, however many workers there are."""

import asyncio
import fcntl
import os
import signal
import subprocess
import sys
import termios
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.server.running import COMMAND, Running, before_all, environment, running
from tests.server.test_lifecycle import Load, newsroom, restart_under_load
from tests.server.wire import PATIENCE, Wire, connect, until

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform != "linux", reason="workers are found in /proc"),
]


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    return await newsroom(tmp_path)


class Callers:
    """Clients that take a new connection for each request, until they are refused one: the server is gone."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answered = 0

    @asynccontextmanager
    async def on(self, clients: int) -> AsyncIterator["Callers"]:
        """Raises Ended or ConnectionError where a connection was made and the request on it not answered."""
        async with asyncio.TaskGroup() as group:
            for _ in range(clients):
                group.create_task(self._call())
            yield self

    async def _call(self) -> None:
        while (wire := await self._let_in()) is not None:
            try:
                assert (await wire.ask("/feed.rss")).status == 200
                self.answered += 1
            finally:
                wire.transport.abort()

    async def _let_in(self) -> Wire | None:
        try:
            return await connect(self.port)
        except ConnectionRefusedError:
            return None


def tell_supervisor(server: Running) -> None:
    server.process.terminate()


def tell_all(server: Running) -> None:
    """As systemd does: to each process of the service."""
    for pid in (*server.workers(), server.process.pid):
        os.kill(pid, signal.SIGTERM)


async def stop_under_load(folder: Path, workers: int, stop: Callable[[Running], None]) -> None:
    with running(folder, "--workers", str(workers)) as server:
        async with Callers(server.port).on(8) as callers:
            await until(lambda: callers.answered > 100)
            stop(server)
        await until(lambda: server.process.poll() is not None)
        assert server.process.returncode == 0
        assert server.said[1:] == []


@pytest.mark.parametrize(("workers", "stop"), [(1, tell_supervisor), (2, tell_supervisor), (2, tell_all)])
async def test_a_stop_loses_no_request(folder: Path, workers: int, stop: Callable[[Running], None]) -> None:
    await stop_under_load(folder, workers, stop)


@pytest.mark.nightly
@pytest.mark.parametrize("stop", [tell_supervisor, tell_all])
@pytest.mark.parametrize("workers", [1, 2, 4])
async def test_many_stops_lose_no_request(folder: Path, workers: int, stop: Callable[[Running], None]) -> None:
    for _ in range(10):
        await stop_under_load(folder, workers, stop)


def but_reloads(server: Running) -> list[str]:
    """What the server said besides where it serves, and that it reloads."""
    return [line for line in server.said[1:] if "told to reload" not in line and "reloaded: each" not in line]


async def test_a_restart_of_one_worker_loses_neither_who_stays_nor_who_comes_anew(folder: Path) -> None:
    with running(folder) as server:
        async with Callers(server.port).on(4) as callers:
            await until(lambda: callers.answered > 50)
            await restart_under_load(server, 1)
            seen = callers.answered
            await until(lambda: callers.answered > seen + 50)
            server.process.terminate()
        assert server.process.wait(60) == 0
        assert but_reloads(server) == []


async def test_a_worker_that_is_told_to_end_is_replaced_before_it_does(folder: Path) -> None:
    with running(folder) as server:
        (told,) = server.workers()
        async with Load(server.port).on(4) as load:
            await until(lambda: load.answered > 50)
            os.kill(told, signal.SIGTERM)
            await until(lambda: told not in server.workers())
        assert server.said[1:] == []


def test_who_holds_too_few_files_is_told_what_to_do(tmp_path: Path) -> None:
    limited = ("/bin/sh", "-c", 'ulimit -n 256 && exec "$0" "$@"', *COMMAND)
    with running(tmp_path, program=limited) as server:
        said = server.hear(r"WARNING .*DATELINE_MAX_CONNECTIONS.*")[0]
        assert "allows 10000 connections" in said
        assert "a process 256 open files: a worker holds 128 connections at most" in said
        assert "ulimit -n 10128" in said
    with running(tmp_path, program=limited, DATELINE_MAX_CONNECTIONS="128") as server:
        pass
    assert server.said[1:] == []


def test_a_taken_address_is_said_however_many_workers_were_meant_to_share_it(tmp_path: Path) -> None:
    soon = before_all(tmp_path, "from feeds.server import listeners\nlisteners._PREDECESSOR = 0.1")
    with running(tmp_path, "--workers", "2") as server:
        second = subprocess.run(
            [*COMMAND, "serve", "--port", str(server.port), "--workers", "2"],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": soon}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert second.returncode == 1
    assert f"cannot listen on 127.0.0.1, port {server.port}" in second.stderr


def in_a_terminal() -> None:
    """Standard input controls the process that is about to run; whoever ran the tests may have had SIGHUP ignored."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def test_it_ends_with_the_terminal_that_it_was_started_in(tmp_path: Path) -> None:
    terminal, theirs = os.openpty()
    with subprocess.Popen(
        [*COMMAND, "serve", "--port", "0"], cwd=tmp_path, env=environment(tmp_path), stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True, preexec_fn=in_a_terminal,
    ) as process:  # fmt: skip
        os.close(theirs)
        try:
            said = b""
            while b"Dateline serves" not in said:
                said += os.read(terminal, 4096)
            os.close(terminal)
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()
