"""How fast a newsroom is brought in."""

from pathlib import Path
from time import perf_counter

from storage.connect import open_store
from tests.bench.newsroom import FILLED, Shape, fill
from tests.bench.report import Report

ARTICLES = 10_000


async def report_import(report: Report, folder: Path) -> None:
    store = await open_store(f"sqlite:///{folder}/imported.db", migrate=True, clock=lambda: FILLED)
    began = perf_counter()
    await fill(store, ARTICLES, Shape())
    taken = perf_counter() - began
    await store.close()
    report.note(f"import of {ARTICLES:,} articles", f"{ARTICLES / taken:,.0f} a second")
