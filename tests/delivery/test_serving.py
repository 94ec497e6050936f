"""The server delivers by a process of its own, or leaves it to `dateline worker`; whichever ends, another goes on."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from feeds.topics import kept_topic
from storage.connect import open_store
from storage.model import RequestMode, SubscriptionRequest
from tests.delivery.subscribers import Callback, Sink, sink
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


def deliverers(server: Running) -> set[int]:
    """The process of the server that has the lock."""
    return {pid for pid in server.workers() if any(file.endswith("dateline.db-deliver.lock") for file in files(pid))}


def files(pid: int) -> set[str]:
    """What a process has open; nothing of one that has ended."""
    found = set()
    with suppress(FileNotFoundError):
        for name in os.listdir(f"/proc/{pid}/fd"):
            # Closed meanwhile.
            with suppress(FileNotFoundError):
                found.add(os.readlink(f"/proc/{pid}/fd/{name}"))
    return found


async def subscribe(port: int, callback: Callback) -> None:
    """As a subscriber does; verified."""
    form = {"hub.mode": "subscribe", "hub.topic": f"https://news.example{FEED}", "hub.callback": callback.url}
    async with dial(port) as wire:
        answer = await wire.ask(
            "/hub", method="POST", body=urlencode(form).encode(), Content_Type="application/x-www-form-urlencoded"
        )
    assert answer.status == 202, answer
    await until(lambda: bool(callback.gets))


async def test_deliveries_have_a_process_of_their_own_from_the_first_subscriber_on(
    tmp_path: Path, subscribers: Sink
) -> None:
    await newsroom(tmp_path)
    callback = subscribers.callback()
    with running(tmp_path, DATELINE_OUTBOUND_ALLOW=OPEN) as server:
        workers = server.workers()
        assert len(workers) == 1, "while nobody subscribes there is no other"
        await subscribe(server.port, callback)
        [delivers] = deliverers(server)
        assert delivers not in workers
        assert os.getpriority(os.PRIO_PROCESS, delivers) > os.getpriority(os.PRIO_PROCESS, min(workers))
        await publish(server.port, "Zeppelin")
        await until(lambda: b"Zeppelin" in callback.newest)
        os.kill(delivers, signal.SIGKILL)
        await publish(server.port, "Quagga")
        await until(lambda: b"Quagga" in callback.newest)
        server.hear(rf"process {delivers}\) ended with code -9; starting another")
        # It ends with the server.
        [delivers] = deliverers(server)
        assert await asyncio.to_thread(server.stop) == 0
        assert not files(delivers)


@pytest.mark.nightly
async def test_whatever_ends_the_process_that_delivers_there_is_another(tmp_path: Path, subscribers: Sink) -> None:
    await newsroom(tmp_path)
    first, second = subscribers.callback("/first"), subscribers.callback("/second")
    with running(tmp_path, "--workers", "2", DATELINE_OUTBOUND_ALLOW=OPEN) as server:
        await subscribe(server.port, first)
        [delivers] = deliverers(server)
        os.kill(delivers, signal.SIGTERM)
        await until(lambda: len(deliverers(server) - {delivers}) == 1)
        await subscribe(server.port, second)
        await publish(server.port, "Xylophone")
        await until(lambda: all(b"Xylophone" in callback.newest for callback in (first, second)))

        [delivers], workers = deliverers(server), server.workers()
        server.process.send_signal(signal.SIGHUP)
        await until(lambda: len(server.workers()) == 3 and not server.workers() & workers and bool(deliverers(server)))
        [delivers] = deliverers(server)
        # It cannot outlive who would have to tell it to end.
        server.process.kill()
        await until(lambda: not files(delivers))


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


async def test_a_server_may_leave_it_to_a_worker_elsewhere(tmp_path: Path, callback: Callback) -> None:
    with running(tmp_path, DATELINE_DELIVER="false") as server, worker(tmp_path) as process:
        await publish(server.port, "Zeppelin")
        await until(lambda: b"Zeppelin" in callback.newest)
        assert len(server.workers()) == 1
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, PATIENCE) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
