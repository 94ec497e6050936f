"""What a thousand clients that send their heads a field at a time do to the slowest answers of good ones."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter, sleep

from tests.bench.load import connection, exchange, request
from tests.bench.report import Report, spread
from tests.bench.servers import Server, dateline

SLOW = 1000
"""Connections; each sends a field every second."""
ROUNDS = 3
SECONDS = 4.0
"""Of polling in each round, with the slow clients and without."""
FEED = "/feed.rss"


def report_slow_clients(report: Report, database: Path) -> None:
    name = f"p99 of a poll beside {SLOW:,} slow clients; without them"
    if shutil.which("slowhttptest") is None:
        report.compare(name, None, None, "ms", bar=2.0)
        return
    quiet: list[list[float]] = []
    beside: list[list[float]] = []
    with dateline(database) as server:
        _poll(server)
        for _ in range(ROUNDS):
            quiet.append(_poll(server))
            with slow_clients(server):
                beside.append(_poll(server))
    worst, usual = (1000 * median(_p99(round_) for round_ in rounds) for rounds in (beside, quiet))
    report.compare(name, worst, usual, "ms", bar=2.0)
    report.note("  median / p99 / max of the last round", spread(beside[-1]), spread(quiet[-1]))


def _p99(seconds: list[float]) -> float:
    return sorted(seconds)[len(seconds) * 99 // 100]


def _poll(server: Server) -> list[float]:
    """Seconds that each poll took, one every two milliseconds; every tenth on a connection of its own."""
    sent, taken = request(FEED, "Accept-Encoding: gzip"), list[float]()
    with connection(server.port) as kept:
        until = monotonic() + SECONDS
        while monotonic() < until:
            began = perf_counter()
            if len(taken) % 10:
                answered = exchange(kept, sent)
            else:
                with connection(server.port) as fresh:
                    answered = exchange(fresh, sent)
            taken.append(perf_counter() - began)
            assert answered[9:12] == b"200", answered[:200]
            sleep(0.002)
    return taken


@contextmanager
def slow_clients(server: Server) -> Iterator[None]:
    """slowhttptest, with slow headers, once most of its connections are there."""
    command = ["slowhttptest", "-H", "-c", str(SLOW), "-r", str(SLOW), "-i", "1", "-l", "60", "-p", "5"]
    attack = subprocess.Popen(
        [*command, "-u", f"http://127.0.0.1:{server.port}/"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = monotonic() + 20
        while _open_files(server) < SLOW * 9 // 10:
            assert monotonic() < until, "slowhttptest does not connect"
            sleep(0.05)
        yield
    finally:
        attack.kill()
        attack.wait()


def _open_files(server: Server) -> int:
    return len(list(Path(f"/proc/{server.pids[0]}/fd").iterdir()))
