"""The feeds of a very large newsroom beside those of a small one: `python -m tests.bench.large [COUNT [FOLDER]]`.

Ten million articles, the default, take ten to fifteen minutes to generate, and 25 GB. In a FOLDER they are kept for the next run.
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from time import monotonic

from tests.bench.generate import generate
from tests.bench.newsroom import TINY
from tests.bench.report import Report
from tests.bench.searches import report_searches
from tests.bench.sizes import report_sizes
from tests.bench.writes import report_writes

SMALL, LARGE = 10_000, 10_000_000


async def run(folder: Path, count: int) -> None:
    report = Report(f"Dateline, {count:,} articles beside {SMALL:,}")
    stores = [(folder / f"{size}.db", size) for size in (SMALL, count)]
    for database, size in stores:
        if not database.exists():
            began = monotonic()
            await generate(database, size, TINY)
            taken, size_on_disk = monotonic() - began, database.stat().st_size
            report.note(f"generating {size:,} articles", f"{taken:,.0f} s", f"{size_on_disk / 1e9:.1f} GB")
    await report_sizes(report, stores[0], stores[1])
    report.section()
    await report_searches(report, *stores[1])
    report.section()
    await report_writes(report, stores[0], stores[1])
    report.print()


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else LARGE
    if len(sys.argv) > 2:
        asyncio.run(run(Path(sys.argv[2]), count))
    else:
        with tempfile.TemporaryDirectory() as name:
            asyncio.run(run(Path(name), count))
