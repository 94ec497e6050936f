"""A newsroom's export, by the command that its editors run: what it takes, what the second run of it takes, and what readers who
poll notice of it.
"""

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import monotonic
from typing import NamedTuple

from tests.bench.posting import poll_until
from tests.bench.report import Report, percentile, spread
from tests.importers.wxr_files import attachment, author, category, comment, post, wxr
from tests.server.running import COMMAND, Running, environment, running

POSTS, FEW = 50_000, 5_000
COMMENTS = 2
"""Of each post."""
MEMORY_MB = 70.0
POLLERS, SECONDS = 4, 8.0
"""Readers who poll, and how long they do where no import says when to stop."""
_WORDS = (
    "harbour",
    "council",
    "night",
    "ferry",
    "school",
    "budget",
    "clinic",
    "market",
    "iron",
    "season",
    "review",
    "crowd",
)
_ITEMS = "<!-- items -->"
_MEASURED = """
import resource, subprocess, sys, time
began = time.perf_counter()
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""
"""A small process that starts what it measures: Linux counts in the most memory of a process that of whoever started it."""
_SECTIONS = ("world", "local", "sport", "business", "culture")


class _Run(NamedTuple):
    seconds: float
    cpu: float
    memory_mb: float
    """At most."""


async def report_wordpress(report: Report) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for count in (POSTS, FEW):
            write_export(folder / f"{count}.xml", count)
        small = _import(folder / "small", folder / f"{FEW}.xml")
        first = _import(folder / "large", folder / f"{POSTS}.xml")
        second = _import(folder / "large", folder / f"{POSTS}.xml")
        quiet, beside, busy = await _polls(folder / "large", folder / f"{FEW}.xml")
    name = f"import of {POSTS:,} posts, {COMMENTS * POSTS:,} comments, WXR"
    report.note(name, f"{POSTS / first.seconds:,.0f} a second", f"{1000 * first.cpu / POSTS:.2f} ms CPU each")
    report.compare("  its memory; budget", first.memory_mb, MEMORY_MB, "MB", bar=1.0)
    report.note(f"  its memory; that of {FEW:,} posts", f"{first.memory_mb:.1f} MB", f"{small.memory_mb:.1f} MB")
    report.compare("a second import that changes nothing; the first", second.cpu, first.cpu, "s CPU", bar=0.5)
    report.compare(
        "polls while an import runs, p99; without",
        1000 * percentile(busy, 99),
        1000 * percentile(quiet, 99),
        "ms",
        bar=3.0,
    )
    report.note("  median / p99 / max", spread(busy), spread(quiet))
    # What any other process would do to them, which has nothing to do with the store.
    report.note("  the same beside a process that only computes; without", spread(beside), spread(quiet))


def write_export(path: Path, posts: int) -> None:
    """A post of some 2,500 characters, with a picture and replies; written a piece at a time."""
    heads = [category(slug, slug.title(), term_id=1 + number) for number, slug in enumerate(_SECTIONS)]
    heads += [author(f"writer{number}", f"Writer {number}", author_id=number) for number in range(1, 21)]
    start, end = wxr(_ITEMS, before=heads).split(_ITEMS)
    random = Random(0)
    with path.open("w") as file:
        file.write(start)
        for number in range(1, posts + 1):
            file.write(_post(number, posts, random))
        file.write(end)


def _post(number: int, posts: int, random: Random) -> str:
    body = "\n\n".join(" ".join(random.choices(_WORDS, k=60)).capitalize() + "." for _ in range(6))
    day = f"{2000 + number % 24:04d}-{1 + number % 12:02d}-{1 + number % 28:02d}"
    date = f"{day} 10:{number % 60:02d}:00"
    section = _SECTIONS[number % len(_SECTIONS)]
    replies = [
        comment(COMMENTS * number + reply, f"Reply {reply}: {body[:90]}", date_gmt=date, date=date)
        for reply in range(COMMENTS)
    ]
    return post(
        number,
        f"{body[:50]} {number}",
        body,
        link=f"https://old.example/{day.replace('-', '/')}/story-{number}/",
        creator=f"writer{1 + number % 20}",
        categories={section: section.title()},
        tags={f"tag-{number % 500}": f"Tag {number % 500}"},
        meta=[("_thumbnail_id", str(posts + number))],
        comments=replies,
        date_gmt=date,
        date=date,
    ) + attachment(posts + number, f"2020/{number}.jpg", parent=number)


def _import(folder: Path, export: Path) -> _Run:
    folder.mkdir(exist_ok=True)
    measured = subprocess.run(
        [sys.executable, "-c", _MEASURED, *COMMAND, "import", str(export)],
        env=environment(folder), cwd=folder, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    seconds, cpu, kilobytes = map(float, measured.stdout.split())
    return _Run(seconds, cpu, kilobytes / 1024)


async def _polls(folder: Path, export: Path) -> tuple[list[float], list[float], list[float]]:
    """Seconds that each poll took: with nothing beside, beside a process that only computes, and beside an import of another site's
    export.
    """
    other = folder / "other.xml"
    other.write_text(export.read_text().replace("https://old.example", "https://other.example"))
    with running(folder) as server:
        quiet = await _poll_for(server, SECONDS)
        computing = await asyncio.create_subprocess_exec(sys.executable, "-c", "while True: pass")
        beside = await _poll_for(server, SECONDS)
        computing.kill()
        await computing.wait()
        process = await asyncio.create_subprocess_exec(
            *COMMAND, "import", str(other), env=environment(folder), cwd=folder, stdout=subprocess.DEVNULL
        )
        busy = await _poll(server, lambda: process.returncode is None)
        assert process.returncode == 0
    return quiet, beside, busy


async def _poll_for(server: Running, seconds: float) -> list[float]:
    until = monotonic() + seconds
    return await _poll(server, lambda: monotonic() < until)


async def _poll(server: Running, goes_on: Callable[[], bool]) -> list[float]:
    return await poll_until(server, POLLERS, goes_on)
