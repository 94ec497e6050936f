"""Workers and supervisors that are killed, stopped, or cannot start: who polls is answered by those that are left."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.server.running import Running, before_all, running
from tests.server.test_lifecycle import newsroom
from tests.server.wire import PATIENCE, Ended, dial, until

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform != "linux", reason="workers are found in /proc"),
]

_PAUSES = """
from feeds import loops
from feeds.server import supervisor
loops._FIRST_PAUSE = supervisor._SPACING = 0.3
supervisor._ATTEMPTS = 2
"""
"""What cannot start is tried again sooner, and not as often."""


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    return await newsroom(tmp_path)


def alive(pids: Iterable[int]) -> set[int]:
    """Those that have not ended; whoever has ended and is not waited for has."""
    found = set()
    for pid in pids:
        with suppress(OSError):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX":
                found.add(pid)
    return found


async def ask_anew(server: Running, times: int) -> None:
    """Each on a connection of its own: whichever listener the kernel chooses, somebody answers."""
    for dialled in [dial(server.port) for _ in range(times)]:
        async with dialled as wire:
            assert (await wire.ask("/healthz")).status == 200


async def test_workers_end_with_their_supervisor_and_the_next_server_is_alone(folder: Path) -> None:
    with running(folder, "--workers", "2") as server:
        orphans = server.workers()
        stopped = min(orphans)
        os.kill(stopped, signal.SIGSTOP)
        statuses: set[int] = set()

        async def poll() -> None:
            """Until there is nobody left: an end or a refusal is no answer, and better than a wrong one."""
            with suppress(Ended, OSError):
                while True:
                    async with dial(server.port) as wire:
                        statuses.add((await wire.ask("/feed.rss?fresh")).status)

        async with asyncio.TaskGroup() as group:
            for _ in range(4):
                group.create_task(poll())
            await until(lambda: bool(statuses))
            server.process.kill()
            # At once, on the same address.
            with running(folder, "--workers", "2", port=server.port) as successor:
                assert not alive(orphans), "the address was not free before the last of them had ended"
                await ask_anew(successor, 8)
        assert statuses == {200}


async def test_all_workers_killed_at_once_are_replaced_and_who_waits_is_answered(folder: Path) -> None:
    with running(folder, "--workers", "2") as server:
        killed = server.workers()
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        await ask_anew(server, 12)
        await until(lambda: len(server.workers()) == 2)
        assert not killed & server.workers()


async def test_a_stopped_worker_is_noticed_its_share_served_and_itself_replaced(folder: Path) -> None:
    beats = before_all(folder, "from feeds.server import channel\nchannel.BEAT = 0.25")
    with running(folder, "--workers", "2", DATELINE_WORKER_TIMEOUT="3", PYTHONPATH=beats) as server:
        stopped = min(server.workers())
        os.kill(stopped, signal.SIGSTOP)
        await ask_anew(server, 16)
        assert stopped in server.workers(), "others answered before it was replaced"
        server.hear(rf"worker \d \(process {stopped}\) has done nothing for \d+ seconds and is killed")
        await until(lambda: stopped not in server.workers() and len(server.workers()) == 2)
        async with server.wire_to_each(2):
            pass


async def test_workers_of_a_supervisor_that_slept_as_well_are_left_alone(folder: Path) -> None:
    """As after Ctrl-Z and fg: time in which the supervisor did not run is nobody's silence."""
    with running(folder, "--workers", "2", DATELINE_WORKER_TIMEOUT="3") as server:
        before = server.workers()
        everybody = (server.process.pid, *before)
        for pid in everybody:
            os.kill(pid, signal.SIGSTOP)
        await asyncio.sleep(3.5)
        for pid in everybody:
            os.kill(pid, signal.SIGCONT)
        await ask_anew(server, 8)
        assert server.workers() == before


async def test_a_worker_that_cannot_start_is_tried_again_and_the_others_serve_its_share(folder: Path) -> None:
    store, away = folder / "dateline.db", folder / "away.db"
    with running(folder, "--workers", "2", PYTHONPATH=before_all(folder, _PAUSES)) as server:
        killed, survivor = sorted(server.workers())
        before = cpu_seconds(server.process.pid)
        store.rename(away)
        os.kill(killed, signal.SIGKILL)
        await ask_anew(server, 16)
        server.hear(r"ERROR .*worker \d fails, and is tried again: CannotStart.*There is no database at")
        assert not store.exists(), "it made none"
        await seen(server, 4)
        await ask_anew(server, 16)
        assert survivor in server.workers()
        async with dial(server.port) as wire:
            said = (await wire.ask("/readyz")).body.decode()
        assert re.search(
            r"^loops: worker \d fails since 2\S+Z \(\d+ in a row\): CannotStart: .*no database", said, re.M
        )
        assert len([line for line in server.said if re.search(r"worker \d fails, and is tried again", line)]) == 1
        assert cpu_seconds(server.process.pid) - before < 1, "it waits, and does not spin"
        away.rename(store)
        server.hear(r"worker \d works again")
        async with server.wire_to_each(2):
            pass


async def seen(server: Running, workers: int) -> None:
    """Wait until so many have lived."""
    known: set[int] = set()
    async with asyncio.timeout(PATIENCE):
        while len(known) < workers:
            known |= server.workers()
            await asyncio.sleep(0.005)


def cpu_seconds(pid: int) -> float:
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


async def test_a_server_of_which_no_worker_can_start_ends_with_the_reason(folder: Path) -> None:
    store = folder / "dateline.db"
    with running(folder, "--workers", "2", PYTHONPATH=before_all(folder, _PAUSES)) as server:
        store.rename(folder / "away.db")
        for pid in server.workers():
            os.kill(pid, signal.SIGKILL)
        # After some attempts in each slot.
        assert server.process.wait(3 * PATIENCE) == 1
        last = server.hear(r"^dateline: no worker can start: .*")[0]
        assert re.search(r"There is no database at '.*dateline\.db'", last)
        assert not store.exists()
