"""From the acknowledgement of a publication until readers see it, over several workers."""

import asyncio
import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from time import monotonic

from storage.clock import utc_now
from storage.connect import open_store
from storage.model import Token
from tests.bench.generate import generate
from tests.bench.newsroom import Shape
from tests.bench.report import Report, percentile, spread
from tests.front.hosts import found, told_of
from tests.front.programs import varnish
from tests.ports import free_port
from tests.server.running import running
from tests.server.wire import Wire, connect

WORKERS = 4
TIMES = 25
"""Publications by each worker."""
ARTICLES = 1_000
VARNISH_BAR = 200
"""Milliseconds."""
PAUSE = 0.001
"""Seconds from one poll of a worker to the next: readers that do nothing but ask would take the time they measure."""

TOKEN = "a token for the benchmark"


async def report_visible(report: Report) -> None:
    own: list[float] = []
    others: list[float] = []
    stale: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        await _prepare(Path(name))
        with running(Path(name), "--workers", str(WORKERS), DATELINE_SYNCHRONOUS="FULL") as server:
            async with server.wire_to_each(WORKERS) as wires:
                for wire in wires.values():
                    await wire.ask("/feed.rss")
                for number in range(TIMES):
                    for writer in wires.values():
                        guid = await publish(writer, f"Ferry report {number}")
                        acknowledged = monotonic()
                        first, *rest = await asyncio.gather(
                            *(see(wire, guid, acknowledged) for wire in (writer, *(set(wires.values()) - {writer})))
                        )
                        own.append(first[1])
                        others += [seen for _, seen in rest]
                        stale += [asked for asked, _ in rest]
    count = f"{len(own)} publications, {WORKERS} workers"
    report.note(f"publish to visible, {count}: median / p99 / max", "")
    report.note("  in hand from the worker that acknowledged", spread(own))
    report.note("  in hand from the others", spread(others))
    report.note("  last asked for in vain at the others (rule: 10 ms at p99)", spread(stale))


async def report_through_varnish(report: Report) -> None:
    """The same, where Varnish keeps all for an hour and is told what to forget."""
    if shutil.which("varnishd") is None:
        return
    seen: list[float] = []
    with (
        tempfile.TemporaryDirectory() as name,
        varnish(Path(name) / "varnish", (port := free_port(), free_port())) as front,
    ):
        await _prepare(Path(name))
        with running(Path(name), port=port, **told_of(front.port), DATELINE_SYNCHRONOUS="FULL"):
            await found(front.port)
            writer, reader = await connect(port), await connect(front.port)
            for number in range(TIMES):
                await reader.ask("/feed.rss")
                guid = await publish(writer, f"Ferry report {number}")
                seen.append((await see(reader, guid, monotonic()))[1])
            writer.transport.abort()
            reader.transport.abort()
    name = "  in hand through Varnish, which keeps an hour, p99; the rule"
    report.compare(name, 1000 * percentile(seen, 99), VARNISH_BAR, "ms", bar=1)
    report.note("  the same: median / p99 / max", spread(seen))


async def _prepare(folder: Path) -> None:
    await generate(folder / "dateline.db", ARTICLES, Shape())
    store = await open_store(f"sqlite:///{folder}/dateline.db")
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    await store.add_token(Token(name="desk", hash=digest, scopes=frozenset({"publish"}), created_at=utc_now()))
    await store.close()


async def publish(wire: Wire, title: str) -> bytes:
    """The article's guid, once the worker has acknowledged it."""
    article = {"headline": title, "section": "world", "body_html": "<p>The first boat left.</p>", "status": "published"}
    answer = await wire.ask(
        "/api/articles",
        method="POST",
        body=json.dumps(article).encode(),
        Authorization=f"Bearer {TOKEN}",
        Content_Type="application/json",
    )
    assert answer.status == 201, answer
    guid: str = json.loads(answer.body)["guid"]
    return guid.encode()


async def see(wire: Wire, guid: bytes, acknowledged: float) -> tuple[float, float]:
    """Seconds after the acknowledgement: when it was last asked for in vain (0: never), and when it was in hand."""
    in_vain = 0.0
    while True:
        asked = monotonic()
        if guid in (await wire.ask("/feed.rss")).body:
            return in_vain, monotonic() - acknowledged
        in_vain = asked - acknowledged
        await asyncio.sleep(PAUSE)
