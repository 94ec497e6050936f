"""Run the benchmarks and print each beside its reference: all of them, or the parts that are named."""

import argparse
import asyncio
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from tests.bench.archive import report_archive
from tests.bench.budget import report_budget
from tests.bench.comparing import report_compare
from tests.bench.counting import report_counting
from tests.bench.generate import generate
from tests.bench.hosts import report_hosts
from tests.bench.idle import report_idle
from tests.bench.imports import report_import
from tests.bench.kinds import report_kinds
from tests.bench.languages import report_languages
from tests.bench.late import report_late
from tests.bench.memory import report_memory
from tests.bench.misses import report_misses
from tests.bench.mix import report_mix
from tests.bench.newsroom import Shape
from tests.bench.partners import report_partners
from tests.bench.polls import report_polls
from tests.bench.postgres import report_postgres
from tests.bench.posting import report_posting
from tests.bench.push import report_push
from tests.bench.putting import report_putting
from tests.bench.report import Report
from tests.bench.searches import report_searches
from tests.bench.sizes import report_sizes
from tests.bench.slow import report_slow_clients
from tests.bench.subscribed import report_subscribed
from tests.bench.visible import report_through_varnish, report_visible
from tests.bench.wordpress import report_wordpress
from tests.bench.writes import report_threads, report_writes

SMALL, LARGE = 1_000, 100_000
SHAPE = Shape(comments=3)


@dataclass(frozen=True, slots=True)
class Newsrooms:
    """Files of a small one and a large one, and a folder for what else is needed."""

    folder: Path

    @property
    def small(self) -> Path:
        return self.folder / "small.db"

    @property
    def large(self) -> Path:
        return self.folder / "large.db"

    def generate(self) -> None:
        for database, count in self.both:
            asyncio.run(generate(database, count, SHAPE))

    @property
    def both(self) -> tuple[tuple[Path, int], tuple[Path, int]]:
        return (self.small, SMALL), (self.large, LARGE)


def _polls(report: Report, rooms: Newsrooms) -> None:
    files = rooms.folder / "files"
    files.mkdir()
    report_polls(report, rooms.large, files)
    report_counting(report, rooms.small)
    report_mix(report, rooms.large, files)
    report_slow_clients(report, rooms.small)


def _misses(report: Report, rooms: Newsrooms) -> None:
    asyncio.run(report_misses(report, rooms.large, LARGE))
    asyncio.run(report_languages(report))
    asyncio.run(report_late(report, rooms.folder))


def _sizes(report: Report, rooms: Newsrooms) -> None:
    asyncio.run(report_sizes(report, *rooms.both))


def _kinds(report: Report, rooms: Newsrooms) -> None:
    report_kinds(report, rooms.large, LARGE)
    report_archive(report, rooms.large)
    asyncio.run(report_searches(report, rooms.large, LARGE))


def _writes(report: Report, rooms: Newsrooms) -> None:
    asyncio.run(report_writes(report, *rooms.both))
    asyncio.run(report_threads(report, rooms.folder))


def _postgres(report: Report, rooms: Newsrooms) -> None:
    asyncio.run(report_postgres(report, *rooms.both, rooms.folder))


def _hosts(report: Report, rooms: Newsrooms) -> None:
    report_hosts(report, rooms.small)


def _visible(report: Report, rooms: Newsrooms) -> None:
    asyncio.run(report_visible(report))
    asyncio.run(report_through_varnish(report))
    asyncio.run(report_import(report, rooms.folder))


def _imports(report: Report, _: Newsrooms) -> None:
    asyncio.run(report_wordpress(report))


def _compare(report: Report, rooms: Newsrooms) -> None:
    report_compare(report, rooms.folder / "moved")


def _posting(report: Report, _: Newsrooms) -> None:
    asyncio.run(report_posting(report))


def _putting(report: Report, rooms: Newsrooms) -> None:
    report_putting(report, rooms.small)


def _push(report: Report, _: Newsrooms) -> None:
    asyncio.run(report_push(report))
    asyncio.run(report_subscribed(report))


def _partners(report: Report, _: Newsrooms) -> None:
    asyncio.run(report_partners(report))


def _budget(report: Report, _: Newsrooms) -> None:
    report_budget(report)


def _idle(report: Report, rooms: Newsrooms) -> None:
    report_idle(report, rooms.small)


def _memory(report: Report, rooms: Newsrooms) -> None:
    report_memory(report, rooms.large, LARGE)


PARTS: Mapping[str, tuple[str, Callable[[Report, Newsrooms], None]]] = {
    "polls": ("Polls of what is kept", _polls),
    "misses": ("What has to be made", _misses),
    "sizes": ("The same feeds of a large newsroom and a small one", _sizes),
    "kinds": ("Each kind of feed, a year's archive, and search", _kinds),
    "writes": ("Writes", _writes),
    "postgres": ("The same in PostgreSQL", _postgres),
    "hosts": ("Two hosts over PostgreSQL", _hosts),
    "visible": ("Publish to visible, and import", _visible),
    "imports": ("A newsroom's export, some minutes", _imports),
    "compare": ("A newsroom beside the site that it left", _compare),
    "posting": ("Replies beside polls", _posting),
    "putting": ("Articles that are sent again as they are", _putting),
    "push": ("Publish to delivered", _push),
    "partners": ("Partners: polls, changes, streams and withdrawals", _partners),
    "budget": ("What readers that keep to the rules ask, a simulation", _budget),
    "idle": ("What costs though nobody asks", _idle),
    "memory": (f"The memory of {LARGE:,} feeds, some minutes", _memory),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all, unless some are named")
    chosen = parser.parse_args().parts or list(PARTS)
    if unknown := set(chosen) - PARTS.keys():
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    report = Report("Dateline, side by side")
    progress = Console(stderr=True)
    with tempfile.TemporaryDirectory() as name:
        rooms = Newsrooms(Path(name))
        progress.print(f"A newsroom of {LARGE:,} articles, and one of {SMALL:,} ...")
        rooms.generate()
        for part in chosen:
            title, run = PARTS[part]
            progress.print(f"{title} ...")
            run(report, rooms)
            report.section()
    report.print()


if __name__ == "__main__":
    main()
