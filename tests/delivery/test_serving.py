"""The server delivers by one of its workers, or leaves it to `dateline worker`; whichever ends, another goes on."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from feeds.main import create_app
from feeds.settings import Settings
from feeds.topics import kept_topic
from storage.connect import open_store
from storage.model import RequestMode, SubscriptionRequest
from tests.api.lifespan import running as lifespan
from tests.delivery.subscribers import Callback, Sink, sink
from tests.kinds.newsroom import story
from tests.server.running import COMMAND, Running, environment, running
from tests.server.test_kills import TOKEN, newsroom
from tests.server.wire import PATIENCE, dial, until

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform != "linux", reason="workers are found in /proc"),
]

FEED = "/section/world/feed.rss"
OPEN = "127.0.0.0/8"


@pytest.fixture
async def subscribers() -> AsyncIterator[Sink]:
    async with sink() as made:
        yield made


@pytest.fixture
async def callback(tmp_path: Path, subscribers: Sink) -> Callback:
    """One that subscribes to a section of the newsroom in the folder."""
    await newsroom(tmp_path)
    callback = subscribers.callback()
    topic = kept_topic(FEED)
    assert topic is not None
    store = await open_store(f"sqlite:///{tmp_path}/dateline.db")
    request = SubscriptionRequest(
        callback=callback.url, callback_host="127.0.0.1", asked=f"https://news.example{FEED}", path=FEED,
        mode=RequestMode.SUBSCRIBE, lease=timedelta(days=10),
    )  # fmt: skip
    await store.add_subscription(request, scopes=topic.scopes)
    await store.close()
    return callback


async def publish(port: int, headline: str) -> None:
    content = {"headline": headline, "section": "world", "body_html": "<p>At dawn.</p>", "status": "published"}
    async with dial(port) as wire:
        answer = await wire.ask(
            "/api/articles", method="POST", body=json.dumps(content).encode(), Authorization=f"Bearer {TOKEN}",
            Content_Type="application/json",
        )  # fmt: skip
    assert answer.status == 201, answer


def holder(server: Running) -> set[int]:
    """The worker that has the lock."""
    found = set()
    for pid in server.workers():
        try:
            files = [os.readlink(f"/proc/{pid}/fd/{name}") for name in os.listdir(f"/proc/{pid}/fd")]
        except FileNotFoundError:
            continue
        found |= {pid} if any(file.endswith("dateline.db-deliver.lock") for file in files) else set()
    return found


async def test_one_of_the_servers_workers_delivers_and_another_when_it_is_killed(
    tmp_path: Path, callback: Callback
) -> None:
    with running(tmp_path, "--workers", "2", DATELINE_OUTBOUND_ALLOW=OPEN) as server:
        await publish(server.port, "Ferry")
        await until(lambda: b"Ferry" in callback.newest)
        [delivers] = holder(server)
        os.kill(delivers, signal.SIGKILL)
        await publish(server.port, "Harbour")
        await until(lambda: b"Harbour" in callback.newest)
        await until(lambda: len(holder(server)) == 1)
        assert await asyncio.to_thread(server.stop) == 0


@contextmanager
def worker(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """`dateline worker`, ready; ended with the block."""
    with subprocess.Popen(
        [*COMMAND, "worker"],
        cwd=folder,
        env=environment(folder, DATELINE_OUTBOUND_ALLOW=OPEN),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        try:
            assert process.stderr.readline() == "Dateline delivers to the subscribers of https://news.example/\n"
            yield process
        finally:
            process.kill()


async def test_a_worker_of_its_own_delivers(tmp_path: Path, callback: Callback) -> None:
    with worker(tmp_path) as process:
        store = await open_store(f"sqlite:///{tmp_path}/dateline.db")
        await store.add_article(story("ferry", store.now(), ZoneInfo("UTC")))
        await store.close()
        await until(lambda: b"Ferry" in callback.newest)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, PATIENCE) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


@pytest.mark.parametrize("setting", ["deliver", "hub"])
async def test_a_server_may_leave_it_to_others(tmp_path: Path, setting: str) -> None:
    for is_set in (True, False):
        chosen: dict[str, Any] = {
            "database_url": f"sqlite:///{tmp_path}/dateline.db",
            "media_dir": tmp_path / "media",
            setting: is_set,
        }
        async with lifespan(create_app(Settings(**chosen))) as state:
            loops = state["site"].loops
            await until(lambda loops=loops: "following the change log" in loops.failures)  # type: ignore[misc]
            await asyncio.sleep(0)
            assert ("delivering to subscribers" in loops.failures) is is_set
