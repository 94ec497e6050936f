"""Prometheus scrapes three workers, and its figures are what a client counted, whichever of them ends meanwhile."""

import asyncio
import gzip
import os
import re
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import pytest

from feeds.metrics.catalogue import METRICS
from feeds.newsroom.partners.keys import key_hash, new_key
from storage.clock import utc_now
from storage.connect import open_store
from storage.model import Partner, PartnerKey, Section
from tests.kinds.newsroom import story
from tests.metrics.documented import DOCUMENT
from tests.metrics.prometheus import Prometheus, prometheus
from tests.readers.newsroom import needs
from tests.server.running import Running, running
from tests.server.wire import PATIENCE, Answer, Wire

pytestmark = [pytest.mark.anyio, needs("prometheus")]

WORKERS = 3
FEEDLY, CURL = "Feedly/1.0 (123 subscribers)", "curl/8"
WRITTEN = DOCUMENT.read_text()
RULES = re.findall(r"```yaml\n(# dateline-rules.yml\n.*?)```", WRITTEN, re.S)
QUERIES = [
    line
    for block in re.findall(r"```promql\n(.*?)```", WRITTEN, re.S)
    for line in block.splitlines()
    if not line.startswith("#")
]
KEY = new_key()
_SECRETS = (KEY, "Courier of Rome", "127.0.0.1", "a-secret-word", "reader@mail.example")


async def fill(folder: Path) -> None:
    store, now = await open_store(f"sqlite:///{folder}/dateline.db", migrate=True, synchronous="NORMAL"), utc_now()
    try:
        await store.import_sections([Section(path="world", title="World", created_at=now)])
        for number in range(3):
            await store.add_article(story(f"story-{number}", now, ZoneInfo("UTC")))
        await store.add_partner(Partner(name="Courier of Rome"))
        await store.add_partner_key("Courier of Rome", PartnerKey(name="a", hash=key_hash(KEY), created_at=now))
    finally:
        await store.close()


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Running, Prometheus]]:
    folder = tmp_path
    asyncio.run(fill(folder))
    with ExitStack() as stack:
        server = stack.enter_context(running(folder, "--workers", str(WORKERS), DATELINE_METRICS="127.0.0.1"))
        yield server, stack.enter_context(prometheus(folder, server.port, *RULES))


@dataclass
class Client:
    """Counts what it is answered."""

    requests: Counter[tuple[str, ...]] = field(default_factory=Counter)
    polls: Counter[tuple[str, ...]] = field(default_factory=Counter)
    bytes: Counter[tuple[str, ...]] = field(default_factory=Counter)
    unsent: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def note(self, answer: Answer, kind: str, format: str, reader: str, validator: str, coding: str) -> Answer:
        self.requests[kind, format, str(answer.status), reader] += 1
        self.bytes[kind, format] += len(answer.body)
        if validator:
            self.polls[reader, validator, coding] += 1
        return answer

    async def poll(self, wire: Wire) -> None:
        """One of everything."""
        whole = self.note(
            await wire.ask("/feed.rss", User_Agent=FEEDLY, Accept_Encoding="gzip"),
            "latest",
            "rss",
            "feedly",
            "none",
            "gzip",
        )
        self.unsent["compression",] += len(gzip.decompress(whole.body)) - len(whole.body)
        for _ in range(3):
            same = await wire.ask(
                "/feed.rss", User_Agent=FEEDLY, Accept_Encoding="gzip", If_None_Match=whole.field("etag") or ""
            )
            assert self.note(same, "latest", "rss", "feedly", "etag", "gzip").status == 304
            self.unsent["not_modified",] += len(whole.body)
        head = await wire.ask("/section/world/feed.json?q=a-secret-word", method="HEAD", User_Agent=CURL)
        self.note(head, "section", "json", "curl", "none", "identity")
        for path in ("/section/nowhere/feed.json", f"/partner/{KEY}/feed.atom", "/search?q=reader@mail.example"):
            answer = await wire.ask(path, User_Agent=CURL)
            if "nowhere" in path:
                assert self.note(answer, "section", "json", "curl", "none", "identity").status == 404
            elif "partner" in path:
                assert self.note(answer, "partner", "atom", "curl", "none", "identity").status == 200
            else:
                assert self.note(answer, "page", "", "curl", "", "").status == 200


def told(source: Prometheus) -> tuple[Mapping[tuple[str, ...], float], ...]:
    ours = 'kind!~"health|metrics"'
    return (
        source.query(f"dateline_requests_total{{{ours}}}", "kind", "format", "status", "reader"),
        source.query("dateline_polls_total", "reader", "validator", "coding"),
        source.query(f"dateline_response_body_bytes_total{{{ours}}}", "kind", "format"),
        source.query("dateline_unsent_body_bytes_total", "by"),
    )


async def until_agreed(source: Prometheus, client: Client) -> None:
    await until_told(lambda: told(source), (client.requests, client.polls, client.bytes, client.unsent))


async def until_told(told: Callable[[], Any], expected: Any) -> None:
    """Prometheus looks twice a second at what is two seconds old at most."""
    end = monotonic() + PATIENCE
    while True:
        found = await asyncio.to_thread(told)
        if found == expected or monotonic() > end:
            break
        await asyncio.sleep(0.2)
    assert found == expected


async def test_its_figures_are_what_a_client_counted(watched: tuple[Running, Prometheus]) -> None:
    """One test: each process that takes over a part of several would start three workers for it."""
    server, source = watched
    await count(server, source)
    await ask_what_the_document_asks(source)
    look_for_secrets(server)


async def count(server: Running, source: Prometheus) -> None:
    client = Client()
    async with server.wire_to_each(WORKERS) as wires:
        for wire in wires.values():
            await client.poll(wire)
        await until_agreed(source, client)
        # What a worker counted stays when it is killed.
        killed, replaced, *others = wires
        os.kill(killed, signal.SIGKILL)
        for pid in others:
            await client.poll(wires[pid])
        # One that ends in peace tells of its last second, too.
        await client.poll(wires[replaced])
        os.kill(replaced, signal.SIGTERM)
    server.hear("starting another")
    await until_told(lambda: len(server.workers()) == WORKERS and not {killed, replaced} & server.workers(), True)
    async with server.wire_to_each(WORKERS) as wires:
        for wire in wires.values():
            await client.poll(wire)
    await until_agreed(source, client)
    await until_told(lambda: source.query('dateline_processes{role="worker"}'), {(): float(WORKERS)})
    assert source.query("resets(dateline_requests_total[1h]) > 0") == {}, "no counter ever fell"


async def ask_what_the_document_asks(source: Prometheus) -> None:
    """And nothing alarms."""
    assert len(QUERIES) >= 10
    for query in QUERIES:
        source.get("query", query=query)
        names = re.findall(r"dateline_\w+", query)
        assert names
        assert {re.sub("_(bucket|sum|count)$", "", name) for name in names} <= METRICS.keys()
    [group] = source.get("rules")["groups"]
    assert [rule["name"] for rule in group["rules"]] == ["DatelineLags", "DatelineFails"]
    await until_told(lambda: {rule["health"] for rule in source.get("rules")["groups"][0]["rules"]}, {"ok"})
    assert not [rule["name"] for rule in source.get("rules")["groups"][0]["rules"] if rule["state"] != "inactive"]


def look_for_secrets(server: Running) -> None:
    answer = httpx2.get(f"http://127.0.0.1:{server.port}/metrics")
    assert answer.headers["cache-control"] == "no-store"
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert not [secret for secret in _SECRETS if secret in answer.text]
