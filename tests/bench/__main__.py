"""Run all benchmarks and print each beside its reference."""

import asyncio
import tempfile
from pathlib import Path

from rich.console import Console

from tests.bench.archive import report_archive
from tests.bench.generate import generate
from tests.bench.hosts import report_hosts
from tests.bench.imports import report_import
from tests.bench.kinds import report_kinds
from tests.bench.late import report_late
from tests.bench.memory import report_memory
from tests.bench.misses import report_misses
from tests.bench.mix import report_mix
from tests.bench.newsroom import Shape
from tests.bench.polls import report_polls
from tests.bench.postgres import report_postgres
from tests.bench.posting import report_posting
from tests.bench.report import Report
from tests.bench.searches import report_searches
from tests.bench.sizes import report_sizes
from tests.bench.slow import report_slow_clients
from tests.bench.visible import report_through_varnish, report_visible
from tests.bench.writes import report_threads, report_writes

SMALL, LARGE = 1_000, 100_000
SHAPE = Shape(comments=3)


def main() -> None:
    report = Report("Dateline, side by side")
    progress = Console(stderr=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small, large, files = folder / "small.db", folder / "large.db", folder / "files"
        files.mkdir()
        progress.print(f"A newsroom of {LARGE:,} articles, and one of {SMALL:,} ...")
        asyncio.run(generate(small, SMALL, SHAPE))
        asyncio.run(generate(large, LARGE, SHAPE))
        progress.print("Polls of what is kept ...")
        report_polls(report, large, files)
        report_mix(report, large, files)
        report_slow_clients(report, small)
        report.section()
        progress.print("What has to be made ...")
        asyncio.run(report_misses(report, large, LARGE))
        asyncio.run(report_late(report, folder))
        report.section()
        asyncio.run(report_sizes(report, (small, SMALL), (large, LARGE)))
        report.section()
        progress.print("Each kind of feed, a year's archive, and search ...")
        report_kinds(report, large, LARGE)
        report_archive(report, large)
        asyncio.run(report_searches(report, large, LARGE))
        report.section()
        progress.print("Writes ...")
        asyncio.run(report_writes(report, (small, SMALL), (large, LARGE)))
        asyncio.run(report_threads(report, folder))
        report.section()
        progress.print("The same in PostgreSQL ...")
        asyncio.run(report_postgres(report, (small, SMALL), (large, LARGE), folder))
        report.section()
        progress.print("Two hosts over PostgreSQL ...")
        report_hosts(report, small)
        report.section()
        progress.print("Publish to visible, and import ...")
        asyncio.run(report_visible(report))
        asyncio.run(report_through_varnish(report))
        asyncio.run(report_import(report, folder))
        report.section()
        progress.print("Replies beside polls ...")
        asyncio.run(report_posting(report))
        report.section()
        progress.print(f"The memory of {LARGE:,} feeds, some minutes ...")
        report_memory(report, large, LARGE)
    report.print()


if __name__ == "__main__":
    main()
