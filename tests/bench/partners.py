"""Many partners of a few sets of terms: what their polls cost, what a long log costs, and how soon each of them knows.

`python -m tests.bench.partners` is this part alone; a number after it is how many changes the long log has.
"""

import asyncio
import json
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from time import monotonic
from typing import cast

from feeds.newsroom.partners.cursors import Cursor, point_at
from feeds.newsroom.partners.keys import key_hash, new_key
from storage.clock import utc_now
from storage.connect import open_store
from storage.model import Partner, PartnerKey, Terms
from tests.bench.load import Poll, Target, connection, cpu_ns, exchange, field, request, same, side_by_side
from tests.bench.memory import resident
from tests.bench.report import Report, percentile, shown, spread
from tests.bench.servers import Server, dateline
from tests.bench.visible import TOKEN, _prepare, publish
from tests.server.wire import Wire, connect, until

PARTNERS, SETS = 1_000, 20
STREAMS = 2_000
SHORT, LONG = 10_000, 10_000_000
"""Changes of a log."""
TIMES, TAKEDOWNS = 9, 5
ROUNDS = 9
"""The first round is not counted."""
FEED, CHANGES = "/partner/feed.rss", "/partner/changes"
GZIP = "Accept-Encoding: gzip"


async def report_partners(report: Report, length: int = LONG) -> None:
    """A newsroom of a thousand articles."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        await _prepare(folder)
        keys = await _take_partners(folder / "dateline.db")
        await _report_polls(report, folder / "dateline.db", keys)
        report.section()
        await _report_streams(report, folder / "dateline.db", keys)
        report.section()
        await _report_takedowns(report, folder / "dateline.db", keys)
    report.section()
    await _report_log(report, length)


async def _take_partners(database: Path) -> Sequence[str]:
    """A key of each partner; of twenty that follow each other no two have equal terms."""
    store = await open_store(f"sqlite:///{database}", synchronous="NORMAL")
    keys = []
    for number in range(PARTNERS):
        terms = Terms(items=40 + number % SETS)
        partner = await store.add_partner(Partner(name=f"Partner {number}", terms=terms))
        keys.append(new_key())
        kept = PartnerKey(name="bench", hash=key_hash(keys[-1]), created_at=utc_now())
        await store.add_partner_key(partner.name, kept)
    await store.expand_views()
    await store.close()
    return keys


async def _report_polls(report: Report, database: Path, keys: Sequence[str]) -> None:
    with dateline(database) as server:
        writer = await connect(server.port)
        _, *others = [await _after_publication(writer, server, keys[:SETS]) for _ in range(TIMES)]
        few = resident(server.pids[0])["Rss"]
        _, *others_of_all = [await _after_publication(writer, server, keys) for _ in range(TIMES)]
        many = resident(server.pids[0])["Rss"]
        writer.transport.abort()
        asking = {
            "partners": [_conditional(server, FEED, f"Authorization: Bearer {key}") for key in keys],
            "public": [_conditional(server, "/feed.rss", f"User-Agent: {key}") for key in keys],
        }
        targets = {name: Target(server.pids, server.port, [polls] * ROUNDS) for name, polls in asking.items()}
        costs = side_by_side(targets)
    report.note(f"{PARTNERS:,} partners of {SETS} sets", "")
    report.compare(
        f"  304 of each; of {PARTNERS:,} readers of the public's", costs["partners"], costs["public"], "us CPU", bar=1.3
    )
    each = f"  a publication, then a 200 of each of {PARTNERS:,} partners; the same of {SETS}, one of each set"
    report.compare(each, percentile(others_of_all, 50), percentile(others, 50), "ms CPU")
    report.note("  memory of the worker; where one partner of each set came", shown(many, "MB"), shown(few, "MB"))


async def _after_publication(writer: Wire, server: Server, keys: Sequence[str]) -> float:
    """Milliseconds of CPU that the worker takes until each key has the feed after a publication."""
    await publish(writer, f"Ferry report {monotonic()}")
    before = cpu_ns(server.pids)
    with connection(server.port) as poll:
        for key in keys:
            answered = exchange(poll, request(FEED, GZIP, f"Authorization: Bearer {key}"))
            assert answered[9:12] == b"200", answered[:200]
    return (cpu_ns(server.pids) - before) / 1e6


def _conditional(server: Server, path: str, own: str) -> Poll:
    with connection(server.port) as poll:
        etag = field(exchange(poll, request(path, GZIP, own)), "etag")
    return Poll(request(path, GZIP, f"If-None-Match: {etag}", own), 304)


class _Listener(asyncio.Protocol):
    """A client of a stream, which notes when something was told."""

    def __init__(self, key: str, cursor: str) -> None:
        asked = request(CHANGES, f"Authorization: Bearer {key}", f"Last-Event-ID: {cursor}")
        self._request = asked.replace(b"Accept: */*", b"Accept: text/event-stream")
        self.told_at: float | None = None
        self.is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self.is_open |= b"\nid: " in data
        if b"\ndata: " in data:
            self.told_at = monotonic()


@asynccontextmanager
async def _listening(server: Server, keys: Sequence[str], count: int) -> AsyncIterator[Sequence[_Listener]]:
    """So many streams, which are told of what comes from now on."""
    loop = asyncio.get_running_loop()
    cursors = [await _end(server, key) for key in keys[:SETS]]
    listeners: list[_Listener] = []
    for number in range(count):
        at = number % len(keys)
        listener = partial(_Listener, keys[at], cursors[at % SETS])
        _, one = await loop.create_connection(listener, "127.0.0.1", server.port)
        listeners.append(one)
    await until(lambda: all(one.is_open for one in listeners))
    try:
        yield listeners
    finally:
        for one in listeners:
            one.transport.abort()


async def _report_streams(report: Report, database: Path, keys: Sequence[str]) -> None:
    with dateline(database) as server:
        writer = await connect(server.port)
        await publish(writer, "Ferry report before")
        await _end(server, keys[0])
        idle = resident(server.pids[0])["Rss"]
        taken: list[float] = []
        async with _listening(server, keys, STREAMS) as listeners:
            memory = resident(server.pids[0])["Rss"]
            for number in range(TIMES):
                for one in listeners:
                    one.told_at = None
                await publish(writer, f"Ferry report {number}")
                acknowledged = monotonic()
                await until(lambda: all(one.told_at is not None for one in listeners))
                taken += [one.told_at - acknowledged for one in listeners if one.told_at is not None]
        writer.transport.abort()
    report.note(f"{STREAMS:,} streams of {PARTNERS:,} partners", "")
    report.note("  from the acknowledgement to each event: median / p99 / max", spread(taken))
    report.note("  memory of the worker; without streams", shown(memory, "MB"), shown(idle, "MB"))


async def _report_takedowns(report: Report, database: Path, keys: Sequence[str]) -> None:
    """Each partner waits for what is new, as `docs/dateline_mirror.py` does, and asks again at once."""
    lasts: list[float] = []
    with dateline(database) as server:
        ends = [await _end(server, key) for key in keys[:SETS]]
        known = [ends[number % SETS] for number in range(len(keys))]
        for number in range(TAKEDOWNS):
            writer = await connect(server.port)
            await publish(writer, f"Wrong report {number}")
            [article] = json.loads(await _api(writer, "/api/articles?limit=1"))["items"]
            wires = [await connect(server.port) for _ in keys]
            known = await asyncio.gather(*map(_follow, wires, keys, known))
            waiting = [asyncio.create_task(_follow(*each, wait=True)) for each in zip(wires, keys, known, strict=True)]
            # Until each waits: what it waits for is to be told, not found.
            await asyncio.sleep(2)
            began = monotonic()
            await _api(writer, f"/api/articles/{article['id']}", method="DELETE")
            known = await asyncio.gather(*waiting)
            lasts.append(monotonic() - began)
            for wire in (writer, *wires):
                wire.transport.abort()
    report.note(f"withdrawal to the last of {PARTNERS:,} acknowledgements: median / p99 / max", spread(lasts))


async def _follow(wire: Wire, key: str, cursor: str, *, wait: bool = False) -> str:
    """Read all there is, the answer without items included: whoever asks for it says that it has what came before.

    `wait`: until there is anything.
    """
    while True:
        path = f"{CHANGES}?since={cursor}&limit=500" + ("&wait=30" if wait else "")
        answer = await wire.ask(path, Authorization=f"Bearer {key}")
        assert answer.status == 200, answer
        said = json.loads(answer.body)
        cursor, wait = said["next"], False
        if not said["items"]:
            return str(cursor)


async def _api(wire: Wire, path: str, method: str = "GET") -> bytes:
    answer = await wire.ask(path, method=method, Authorization=f"Bearer {TOKEN}")
    assert answer.status in (200, 204), answer
    return answer.body


async def _end(server: Server, key: str) -> str:
    """The cursor of who knows all."""
    wire = await connect(server.port)
    try:
        return await _follow(wire, key, "")
    finally:
        wire.transport.abort()


_LENGTHEN = """
    INSERT INTO entitled_log (set_id, number, action, article_id, guid, at)
    WITH RECURSIVE numbers (n) AS (SELECT ? UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
    SELECT set_id, n, 'edit', article_id, guid, at FROM numbers JOIN entitled_log ON set_id = ? AND number = 1 + n % ?
"""


async def _report_log(report: Report, length: int) -> None:
    """What a partner pays who is in the middle of a log, beside a short one."""
    with tempfile.TemporaryDirectory() as short, tempfile.TemporaryDirectory() as long:
        asked = [(Path(short), SHORT), (Path(long), length)]
        starts = []
        for folder, count in asked:
            await _prepare(folder)
            starts.append(await _lengthened(folder / "dateline.db", count))
        with dateline(Path(short) / "dateline.db") as few, dateline(Path(long) / "dateline.db") as many:
            targets = {}
            for name, server, (own, *cursors) in (("few", few, starts[0]), ("many", many, starts[1])):
                # What takes less is asked for more often: each round is about as long.
                for what, cursor, polls in zip(("middle", "end"), cursors, (20, 400), strict=True):
                    poll = Poll(request(f"{CHANGES}?since={cursor}&limit=100", own), 200)
                    targets[f"{name} {what}"] = Target(server.pids, server.port, same(poll, rounds=ROUNDS, polls=polls))
            costs = side_by_side(targets)
    report.note(f"changes of a log of {length:,}; of {SHORT:,}", "")
    report.compare("  the next hundred from the middle", costs["many middle"], costs["few middle"], "us CPU", bar=1.2)
    report.compare("  what there is at the end: nothing", costs["many end"], costs["few end"], "us CPU", bar=1.2)


async def _lengthened(database: Path, count: int) -> tuple[str, str, str]:
    """A partner's Authorization, and its cursors in the middle and at the end of a log of so many changes."""
    url = f"sqlite:///{database}"
    store = await open_store(url, synchronous="NORMAL")
    partner = await store.add_partner(Partner(name="Partner"))
    key = new_key()
    await store.add_partner_key("Partner", PartnerKey(name="bench", hash=key_hash(key), created_at=utc_now()))
    await store.expand_views()
    there = await store.entitled_number(partner.set_id)
    await store.close()
    with closing(sqlite3.connect(database)) as db, db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute(_LENGTHEN, (there + 1, count, partner.set_id, there))
        db.execute("UPDATE term_sets SET last_number = ? WHERE id = ?", (count, partner.set_id))
    store = await open_store(url)
    cursors = []
    for number in (count // 2, count):
        [entry] = await store.entitled_changes(partner.set_id, number - 1, limit=1)
        cursors.append(str(Cursor(point_at(partner.set_id, entry))))
    await store.close()
    return f"Authorization: Bearer {key}", cursors[0], cursors[1]


if __name__ == "__main__":
    _alone = Report("Partners")
    asyncio.run(report_partners(_alone, int(sys.argv[1]) if len(sys.argv) > 1 else LONG))
    _alone.print()
