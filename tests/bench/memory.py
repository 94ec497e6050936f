"""What a worker's memory comes to when very many feeds are polled, each as often as the others."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.bench.load import connection, exchange, request
from tests.bench.newsroom import path
from tests.bench.report import Report, shown
from tests.bench.servers import Server, dateline

BUDGET = 150.0
"""Megabytes."""
CLIENTS = 4


def report_memory(report: Report, database: Path, count: int) -> None:
    """Poll the comments' feed of every article of the store once, so that what was kept first is evicted first."""
    with dateline(database) as server:
        idle = resident(server.pids[0])
        with ThreadPoolExecutor(CLIENTS) as clients:
            polled = clients.map(lambda client: _poll(server, count, client), range(CLIENTS))
            size = sum(polled)
        full = resident(server.pids[0])
        name = f"resident memory of a worker, {count:,} feeds polled"
        report.compare(f"{name}; budget", full["Rss"], BUDGET, "MB", bar=1.0)
        report.note("  proportional share (Pss)", shown(full["Pss"], "MB"))
        report.note("  before the first poll", shown(idle["Rss"], "MB"))
        report.note("  gzip bodies sent in all", shown(size / 1e6, "MB"))


def resident(pid: int) -> dict[str, float]:
    """Megabytes (1,000,000 bytes) by the names of proc(5)."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return {line.split(":")[0]: int(line.split()[1]) * 1024 / 1e6 for line in rollup}


def _poll(server: Server, count: int, client: int) -> int:
    """This client's share of the feeds; bytes of the bodies."""
    size = 0
    with connection(server.port) as poll:
        for number in range(client, count, CLIENTS):
            answered = exchange(poll, request(f"{path(count, number)}feed.rss", "Accept-Encoding: gzip"))
            assert answered[9:12] == b"200", answered[:200]
            size += len(answered.partition(b"\r\n\r\n")[2])
    return size
