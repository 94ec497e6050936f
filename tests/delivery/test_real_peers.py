"""Subscribers that others wrote, against a server that runs, over sockets: they find the hub, subscribe, are told, and leave."""

import asyncio
import json
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from storage.connect import open_store
from tests.delivery.test_serving import OPEN, publish
from tests.ports import free_port
from tests.server.running import running
from tests.server.test_kills import newsroom
from tests.server.wire import PATIENCE

pytestmark = pytest.mark.anyio


class Peer:
    """A subscriber in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def do(self, command: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{command}\n".encode())
        await self._process.stdin.drain()

    async def told(self, event: str) -> dict[str, Any]:
        """The next thing that it tells its user, which is to be of this name."""
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            line = await self._process.stdout.readline()
        said: dict[str, Any] = json.loads(line)
        assert said["event"] == event, said
        return said


@asynccontextmanager
async def peer(*command: str) -> AsyncIterator[Peer]:
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=2**20
    )
    try:
        made = Peer(process)
        await made.told("ready")
        yield made
    finally:
        process.kill()
        await process.wait()


async def require_told_and_let_go(folder: Path, peer: Peer, subscribe: str, port: int, *, renews: bool) -> None:
    """`subscribe`: the command by which it begins."""
    topic = f"http://127.0.0.1:{port}/section/world/feed.rss"
    await peer.do(subscribe)
    assert (await peer.told("subscribe"))["topic"] == topic
    await publish(port, "Zeppelin")
    told = await peer.told("feed")
    assert (told["topic"], "Zeppelin" in told["said"]) == (topic, True)
    if renews:
        await peer.do("renew")
        await peer.told("subscribe")
    await publish(port, "Quagga")
    assert "Quagga" in (await peer.told("feed"))["said"]
    await peer.do("unsubscribe")
    await peer.told("unsubscribe")
    store = await open_store(f"sqlite:///{folder}/dateline.db")
    async with asyncio.timeout(PATIENCE):
        while True:
            if not await store.list_subscriptions(limit=9):
                break
            await asyncio.sleep(0.01)
    await store.close()


async def test_a_subscriber_of_the_python_index(tmp_path: Path) -> None:
    """It finds the hub by itself, from a page's address; of a Link field it reads all values."""
    await newsroom(tmp_path)
    port = free_port()
    settings = {"DATELINE_BASE_URL": f"http://127.0.0.1:{port}", "DATELINE_OUTBOUND_ALLOW": OPEN}
    command = (sys.executable, "-m", "tests.delivery.flask_peer", str(free_port()))
    with running(tmp_path, port=port, **settings):  # type: ignore[arg-type]
        async with peer(*command) as subscriber:
            subscribe = f"subscribe http://127.0.0.1:{port}/section/world/"
            await require_told_and_let_go(tmp_path, subscriber, subscribe, port, renews=True)


@pytest.mark.nightly
@pytest.mark.skipif(shutil.which("npm") is None, reason="npm brings the subscriber")
async def test_a_subscriber_of_npm(tmp_path: Path) -> None:
    """Of a Link field it reads the first value alone, which is to be the topic."""
    npm = (
        "npm",
        "install",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--prefix",
        str(tmp_path),
        "pubsubhubbub@1.0.2",
    )
    installed = await asyncio.create_subprocess_exec(*npm)
    assert await installed.wait() == 0
    await newsroom(tmp_path)
    port = free_port()
    settings = {"DATELINE_BASE_URL": f"http://127.0.0.1:{port}", "DATELINE_OUTBOUND_ALLOW": OPEN}
    script = str(Path(__file__).with_name("npm_peer.js"))
    with running(tmp_path, port=port, **settings):  # type: ignore[arg-type]
        async with peer("node", script, str(tmp_path), str(free_port())) as subscriber:
            base = f"http://127.0.0.1:{port}"
            subscribe = f"subscribe {base}/section/world/feed.rss {base}/hub"
            await require_told_and_let_go(tmp_path, subscriber, subscribe, port, renews=False)
