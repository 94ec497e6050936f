"""From the acknowledgement of a publication until subscribers have it, and what that costs.

`python -m tests.bench.push 2000` is this part alone, with fewer of them.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep

from feeds.topics import kept_topic
from storage.connect import open_store
from storage.model import RequestMode, SubscriptionRequest
from tests.bench.load import connection, cpu_ns, exchange, request
from tests.bench.memory import resident
from tests.bench.report import Report, percentile, shown, spread
from tests.bench.servers import Server, dateline, deliverer
from tests.bench.sinks import host_of
from tests.bench.visible import _prepare, publish
from tests.ports import free_port
from tests.server.wire import connect

SUBSCRIBERS, HOSTS = 10_000, 200
TIMES = 5
FEED = "/feed.rss"
AIM = 2_000
"""Deliveries a second that a core is to make."""


async def report_push(report: Report, subscribers: int = SUBSCRIBERS) -> None:
    """A newsroom of a thousand articles, whose newest are sent whole to each of its subscribers, with a signature."""
    with tempfile.TemporaryDirectory() as name, _sinks() as sinks:
        folder = Path(name)
        await _prepare(folder)
        await _subscribe(folder, subscribers, sinks)
        settings = {"outbound_allow": "127.0.0.0/8", "synchronous": "FULL"}
        with dateline(folder / "dateline.db", **settings) as server:
            await _report(report, server, sinks, subscribers)


async def _report(report: Report, server: Server, sinks: "Sinks", subscribers: int) -> None:
    firsts: list[float] = []
    medians: list[float] = []
    lasts: list[float] = []
    cpu = 0.0
    delivers = deliverer(server)
    idle = resident(server.pids[0])["Rss"]
    quiet: list[float] = []
    busy: list[float] = []
    writer = await connect(server.port)
    # The first of all waits for connections.
    for number in range(-1, TIMES):
        before = cpu_ns((delivers,))
        await publish(writer, f"Ferry report {number}")
        acknowledged = monotonic()
        polled = _polled(server, lambda: sinks.wait_for(subscribers))
        used = (cpu_ns((delivers,)) - before) / 1e9
        arrived = [at - acknowledged for at in sinks.take()]
        # Until what became of the last deliveries is kept, too.
        await asyncio.sleep(1)
        quiet += _polled(server, lambda: sleep(2))
        if number >= 0:
            busy += polled
            firsts.append(arrived[0])
            medians.append(arrived[len(arrived) // 2])
            lasts.append(arrived[-1])
            cpu += used
    writer.transport.abort()
    memory = resident(delivers)["Rss"], resident(server.pids[0])["Rss"] - idle
    report.note(f"commit to delivery, {subscribers:,} subscribers on {HOSTS} hosts: median / p99 / max", "")
    report.note("  the first", spread(firsts))
    report.note("  the median one", spread(medians))
    report.note("  the last", spread(lasts))
    rate = subscribers * TIMES / cpu
    report.compare("  deliveries a second and core; aim", AIM, rate, "/s", bar=1.0)
    report.note("  memory of the process that delivers; the worker's growth", *(shown(one, "MB") for one in memory))
    report.note("  polls meanwhile", spread(busy), spread(quiet))
    report.compare(
        "  p99 of polls meanwhile; between", percentile(busy, 99) * 1e3, percentile(quiet, 99) * 1e3, "ms", bar=2.0
    )


def _polled(server: Server, during: Callable[[], None]) -> list[float]:
    """How long each poll took, in seconds, while something else is done: 200 a second at most."""
    taken: list[float] = []
    over = Event()

    def poll() -> None:
        with connection(server.port) as reader:
            while not over.is_set():
                began = monotonic()
                exchange(reader, request(FEED, "Accept-Encoding: gzip"))
                taken.append(monotonic() - began)
                sleep(0.005)

    polling = Thread(target=poll)
    polling.start()
    try:
        during()
    finally:
        over.set()
        polling.join()
    return taken


async def _subscribe(folder: Path, subscribers: int, sinks: "Sinks") -> None:
    topic = kept_topic(FEED)
    assert topic is not None
    store = await open_store(f"sqlite:///{folder}/dateline.db", synchronous="NORMAL")
    for number in range(subscribers):
        host = host_of(number % HOSTS)
        asked = SubscriptionRequest(
            callback=f"http://{host}:{sinks.port}/hook/{number}", callback_host=host, path=FEED,
            asked="https://bench.example/feed.rss", mode=RequestMode.SUBSCRIBE, lease=timedelta(days=10),
            secret=f"secret {number}",
        )  # fmt: skip
        await store.add_subscription(asked, scopes=topic.scopes)
    await store.close()


class Sinks:
    """The process of the callbacks."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self._process = process
        self.port = port
        self._arrived: list[float] = []

    def wait_for(self, count: int) -> None:
        """Until so many deliveries have arrived since the last `take`."""
        until = monotonic() + 300
        while len(self._arrived) < count:
            assert monotonic() < until, f"{len(self._arrived)} of {count} deliveries arrived"
            sleep(0.1)
            self._arrived += self._ask()

    def take(self) -> Sequence[float]:
        """When they arrived, in order."""
        arrived, self._arrived = self._arrived, []
        return sorted(arrived)

    def _ask(self) -> list[float]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        found: list[float] = json.loads(self._process.stdout.readline())
        return found


@contextmanager
def _sinks() -> Iterator[Sinks]:
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.sinks", str(port), str(HOSTS)], text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield Sinks(process, port)
        finally:
            process.kill()


if __name__ == "__main__":
    _alone = Report("Push")
    asyncio.run(report_push(_alone, int(sys.argv[1]) if len(sys.argv) > 1 else SUBSCRIBERS))
    _alone.print()
