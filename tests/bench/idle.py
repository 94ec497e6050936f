"""What costs though nobody asks: a worker by itself, over each engine, and the connections of readers that wait."""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep

import psycopg

from tests.bench.copying import copy_to_postgres
from tests.bench.load import connection, cpu_ns, exchange, request
from tests.bench.memory import resident
from tests.bench.polls import FEED, GZIP
from tests.bench.report import Report, shown
from tests.bench.servers import Server, dateline
from tests.postgres.cluster import running

SECONDS = 20.0
CONNECTIONS = 500
_BACKENDS = "SELECT pid FROM pg_stat_activity WHERE application_name = 'dateline'"


def report_idle(report: Report, database: Path) -> None:
    """A store of a newsroom, which is copied to PostgreSQL."""
    with running(autovacuum="on") as cluster, ExitStack() as stack:
        url = cluster.url()
        asyncio.run(copy_to_postgres(database, url))
        embedded, served = (
            stack.enter_context(dateline(database, **settings)) for settings in ({}, {"database_url": url})
        )
        for server in (embedded, served):
            with connection(server.port) as poll:
                exchange(poll, request(FEED, GZIP))
        with psycopg.connect(url, autocommit=True) as db:
            backends = [pid for (pid,) in db.execute(_BACKENDS).fetchall()]
        of_server, of_file, of_backends = _idle_cpu(served.pids, embedded.pids, backends)
        report.compare("an idle worker over PostgreSQL, a second; SQLite", of_server, of_file, "ms CPU")
        report.note(f"  its {len(backends)} connections, in PostgreSQL", shown(of_backends, "ms CPU"))
        memory = [resident(server.pids[0])["Pss"] for server in (served, embedded)]
        report.compare("  its share of memory (Pss)", memory[0], memory[1], "MB")
        report.note("a reader's connection that is kept, in the worker", shown(_held(embedded), "kB"))


def _idle_cpu(*processes: Sequence[int]) -> list[float]:
    """Milliseconds a second, of each group."""
    before, began = [cpu_ns(pids) for pids in processes], monotonic()
    sleep(SECONDS)
    seconds = monotonic() - began
    return [(cpu_ns(pids) - spent) / 1e6 / seconds for pids, spent in zip(processes, before, strict=True)]


def _held(server: Server) -> float:
    """Kilobytes of each of many connections that have been answered and wait."""
    empty = resident(server.pids[0])["Rss"]
    with ExitStack() as held:
        for _ in range(CONNECTIONS):
            exchange(held.enter_context(connection(server.port)), request(FEED, GZIP))
        return (resident(server.pids[0])["Rss"] - empty) * 1000 / CONNECTIONS
