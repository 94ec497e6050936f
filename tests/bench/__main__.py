"""Run all benchmarks and print each beside its reference."""

import asyncio
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter

from rich.console import Console
from rich.table import Table

from feeds.cache.negotiation import Coding, encode
from feeds.formats import FORMATS
from feeds.kinds.base import Publication
from feeds.kinds.latest import LATEST
from feeds.render import KeptItems, render_in_turns
from feeds.settings import Settings
from storage.connect import open_store, utc_now
from storage.protocol import Store
from tests.bench.load import Target, connection, exchange, request, side_by_side
from tests.bench.newsroom import fill
from tests.bench.servers import bare, dateline, nginx

SMALL, LARGE = 1_000, 100_000
REQUESTS = 20_000
REPEATS = 30

table = Table(title="Dateline, side by side", title_justify="left")
for heading in ("benchmark", "Dateline", "reference", "ratio"):
    table.add_column(heading, justify="left" if heading == "benchmark" else "right")


def row(name: str, value: str, reference: str = "", ratio: float | None = None) -> None:
    table.add_row(name, value, reference, "" if ratio is None else f"{ratio:.2f}")


async def stores(folder: Path) -> None:
    """Import speed; a read at two sizes; a cold feed and its split."""
    reads: dict[int, float] = {}
    for size in (SMALL, LARGE):
        store = await open_store(f"sqlite:///{folder}/{size}.db", migrate=True)
        began = perf_counter()
        await fill(store, size)
        row(f"import of {size:,} articles", f"{size / (perf_counter() - began):,.0f} a second")
        reads[size] = await cold_feed(store, report=size == SMALL)
        await store.close()
    row(
        f"cold latest feed, {LARGE:,} articles against {SMALL:,}",
        f"{reads[LARGE]:.2f} ms",
        f"{reads[SMALL]:.2f} ms",
        reads[LARGE] / reads[SMALL],
    )


async def cold_feed(store: Store, *, report: bool) -> float:
    """Milliseconds from nothing kept to the compressed RSS of 50 entries: the median, and what its parts take."""
    publication = Publication.of(Settings(), utc_now())
    format = FORMATS[".rss"]
    parts: dict[str, list[float]] = {
        "read and document": [],
        "render": [],
        "render, 1 of 50 new": [],
        "gzip": [],
        "brotli": [],
    }
    for _ in range(REPEATS):
        began = perf_counter()
        document = await LATEST.build(store, publication, {}, utc_now())
        parts["read and document"].append(perf_counter() - began)
        began = perf_counter()
        body = await render_in_turns(format, document, KeptItems(1 << 24))
        parts["render"].append(perf_counter() - began)
        kept = KeptItems(1 << 24)
        await render_in_turns(format, replace(document, items=document.items[1:]), kept)
        began = perf_counter()
        again = await render_in_turns(format, document, kept)
        parts["render, 1 of 50 new"].append(perf_counter() - began)
        assert again == body
        for coding, part in ((Coding.GZIP, "gzip"), (Coding.BROTLI, "brotli")):
            began = perf_counter()
            encode(body, coding)
            parts[part].append(perf_counter() - began)
    ms = {part: 1000 * median(times) for part, times in parts.items()}
    cold = ms["read and document"] + ms["render"] + ms["brotli"]
    if report:
        row(f"cold latest feed, {len(document.items)} entries, {len(body) // 1000} kB", f"{cold:.2f} ms")
        for part, taken in ms.items():
            relation = "of it" if part in ("read and document", "render", "brotli") else "beside it"
            row(f"  {relation}: {part}", f"{taken:.2f} ms")
    return cold


def polls(folder: Path) -> None:
    """CPU of the server for a poll: the fast path, the ASGI layer, a bare application, nginx with the same bytes."""
    with ExitStack() as running:
        start = running.enter_context
        database = folder / f"{SMALL}.db"
        fast = start(dateline(database))
        asgi = start(dateline(database, fast_path="false"))
        small, large = start(bare("small")), start(bare("large"))
        coded = ("Accept-Encoding: gzip",)
        with connection(fast[0]) as poll:
            answered = exchange(poll, request("/feed.rss", *coded))
        head, _, body = answered.partition(b"\r\n\r\n")
        etag = next(line[6:].decode() for line in head.split(b"\r\n") if line.startswith(b"etag: "))
        (folder / "feed.rss").write_bytes(body)
        full, conditional = request("/feed.rss", *coded), request("/feed.rss", *coded, f"If-None-Match: {etag}")
        targets = {
            "304": Target((fast[1],), fast[0], conditional, 304),
            "304 by ASGI": Target((asgi[1],), asgi[0], conditional, 304),
            "304 bare": Target((small[1],), small[0], conditional, 304),
            "200": Target((fast[1],), fast[0], full, 200),
            "200 by ASGI": Target((asgi[1],), asgi[0], full, 200),
            "200 bare": Target((large[1],), large[0], full, 200),
        }
        for name, tuned in (("nginx", False), ("nginx tuned", True)):
            served = start(nginx(folder, tuned=tuned))
            if served is None:
                continue
            with connection(served[0]) as poll:
                file_head = exchange(poll, request("/feed.rss")).partition(b"\r\n\r\n")[0]
            file_tag = next(line[6:].decode() for line in file_head.split(b"\r\n") if line.startswith(b"ETag: "))
            targets[f"304 {name}"] = Target(
                served[1], served[0], request("/feed.rss", f"If-None-Match: {file_tag}"), 304
            )
            targets[f"200 {name}"] = Target(served[1], served[0], request("/feed.rss"), 200)
        costs = side_by_side(targets, REQUESTS)
    for status, size in (("304", ""), ("200", f" of {len(body) / 1000:.0f} kB")):
        ours = costs[status]
        for reference in ("bare", "by ASGI", "nginx", "nginx tuned"):
            beside = costs.get(f"{status} {reference}")
            shown = "not installed" if beside is None else f"{beside:.1f} us CPU"
            row(f"hot {status}{size} against {reference}", f"{ours:.1f} us CPU", shown, beside and ours / beside)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(stores(Path(name)))
        polls(Path(name))
    Console(width=120).print(table)
