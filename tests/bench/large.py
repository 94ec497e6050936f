"""The feeds of a very large newsroom beside those of a small one: `python -m tests.bench.large [COUNT [FOLDER]] [--engine NAME]`.

Ten million articles, the default, take ten to fifteen minutes to generate, and 25 GB. In a FOLDER they are kept for the next run.
For PostgreSQL they are copied from there into a server of the run's own.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Container
from pathlib import Path
from time import monotonic

from tests.bench.generate import generate
from tests.bench.large_postgres import report_large_postgres
from tests.bench.newsroom import TINY
from tests.bench.report import Report
from tests.bench.searches import report_searches
from tests.bench.sizes import report_sizes
from tests.bench.writes import report_writes

SMALL, LARGE = 10_000, 10_000_000
SQLITE, POSTGRESQL = "sqlite", "postgresql"


async def run(folder: Path, count: int, engines: Container[str]) -> None:
    report = Report(f"Dateline, {count:,} articles beside {SMALL:,}")
    stores = [(folder / f"{size}.db", size) for size in (SMALL, count)]
    for database, size in stores:
        if not database.exists():
            began = monotonic()
            await generate(database, size, TINY)
            taken, size_on_disk = monotonic() - began, database.stat().st_size
            report.note(f"generating {size:,} articles", f"{taken:,.0f} s", f"{size_on_disk / 1e9:.1f} GB")
    small, large = stores
    if SQLITE in engines:
        await report_sizes(report, small, large)
        report.section()
        await report_searches(report, *large)
        report.section()
        await report_writes(report, small, large)
        report.section()
    if POSTGRESQL in engines:
        await report_large_postgres(report, small, large)
    report.print()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int, nargs="?", default=LARGE)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--engine", choices=(SQLITE, POSTGRESQL), help="this one alone")
    asked = parser.parse_args()
    engines = (asked.engine,) if asked.engine else (SQLITE, POSTGRESQL)
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(run(asked.folder or Path(name), asked.count, engines))


if __name__ == "__main__":
    main()
