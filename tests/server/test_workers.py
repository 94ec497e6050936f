"""Several workers on one store: what one has acknowledged, the others show 10 ms later, and all say it in the same bytes."""

import asyncio
import hashlib
import json
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

import pytest

from feeds.http.negotiation import Coding
from storage.clock import utc_now
from storage.connect import open_store
from storage.model import Section, Token
from storage.protocol import Store
from storage.sqlite.connection import LOOK_AGAIN
from tests.kinds.newsroom import story
from tests.server.running import Running, running
from tests.server.wire import Answer, Wire

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform != "linux", reason="which worker answers is read from /proc"),
]

WORKERS = 4
TOKEN = "a token for the tests"
FEEDS = ("/feed.rss", "/feed.atom", "/feed.json", "/section/world/feed.atom", "/")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("newsroom")


@pytest.fixture(scope="module")
async def store(folder: Path) -> AsyncIterator[Store]:
    """The newsroom's, in a process that is none of the workers."""
    store = await open_store(f"sqlite:///{folder}/dateline.db", migrate=True, synchronous="NORMAL")
    await store.import_sections([Section(path="world", title="World", created_at=utc_now())])
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    await store.add_token(Token(name="desk", hash=digest, scopes=frozenset({"publish"}), created_at=utc_now()))
    yield store
    await store.close()


@pytest.fixture(scope="module")
def server(folder: Path, store: Store) -> Iterator[Running]:
    del store  # It has to be there first; the workers open it by themselves.
    with running(folder, "--workers", str(WORKERS), DATELINE_FEED_ITEMS="5") as server:
        yield server


def guids(answer: Answer) -> list[str]:
    assert answer.status == 200
    return [item["id"] for item in json.loads(answer.body)["items"]]


async def publish(wire: Wire, slug: str) -> str:
    """Through the management API; the guid, once the worker has acknowledged."""
    article = {"headline": slug, "section": "world", "body_html": "<p>News.</p>", "status": "published"}
    answer = await wire.ask(
        "/api/articles",
        method="POST",
        body=json.dumps(article).encode(),
        Authorization=f"Bearer {TOKEN}",
        Content_Type="application/json",
    )
    assert answer.status == 201, answer
    guid: str = json.loads(answer.body)["guid"]
    return guid


async def see(wire: Wire, guid: str, acknowledged: float) -> float:
    """Poll until the article is there; seconds since it was acknowledged.

    A worker's last look at the store may have been just before the commit: for 10 ms after it is not asked for another.
    """
    while True:
        asked = monotonic()
        answer = await wire.ask("/feed.json")
        if guid in guids(answer):
            return monotonic() - acknowledged
        assert asked < acknowledged + LOOK_AGAIN, "stale after the next look was due"


def report(title: str, seconds: list[float]) -> None:
    """For whoever runs pytest with -s."""
    ordered = sorted(seconds)
    median, p99 = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]
    print(f"\n{title}: {len(ordered)} times; median {median:.4f} s, p99 {p99:.4f} s, most {ordered[-1]:.4f} s")


async def test_what_another_process_wrote_is_there_at_the_next_look(server: Running, store: Store) -> None:
    waits = []
    async with server.wire_to_each(WORKERS) as wires:
        for number in range(50):
            article = await store.add_article(story(f"elsewhere-{number}", utc_now(), ZoneInfo("UTC")))
            acknowledged = monotonic()
            waits += await asyncio.gather(*(see(wire, article.guid, acknowledged) for wire in wires.values()))
    report("written in another process, seen by a worker after", waits)


async def test_who_acknowledged_is_never_stale_and_the_others_are_soon_not(server: Running) -> None:
    own, others = [], []
    async with server.wire_to_each(WORKERS) as wires:
        for number in range(12):
            for writer in wires.values():
                guid = await publish(writer, f"story {number}")
                acknowledged = monotonic()
                first, *rest = await asyncio.gather(
                    *(see(wire, guid, acknowledged) for wire in (writer, *(set(wires.values()) - {writer})))
                )
                own.append(first)
                others += rest
                guid = await publish(writer, f"story {number} again")
                assert guid in guids(await writer.ask("/feed.json")), "from the next byte on"
    report("seen by the worker that acknowledged after", own)
    report("seen by the other workers after", others)


async def test_every_worker_says_the_same(server: Running, store: Store) -> None:
    """Each has a hash seed of its own, and its own order of events."""
    async with server.wire_to_each(WORKERS) as wires:
        for number in range(3):
            article = await store.add_article(story(f"same-{number}", utc_now(), ZoneInfo("UTC")))
            acknowledged = monotonic()
            for wire in wires.values():
                await see(wire, article.guid, acknowledged)
            for path in FEEDS:
                for coding in Coding:
                    answers = [await wire.ask(path, Accept_Encoding=coding) for wire in wires.values()]
                    said = {(answer.status, answer.field("etag"), answer.body) for answer in answers}
                    assert len(said) == 1, (path, coding)
                    (tag,) = {answer.field("etag") for answer in answers}
                    assert tag is not None
                    for wire in wires.values():
                        assert (await wire.ask(path, Accept_Encoding=coding, If_None_Match=tag)).status == 304


async def test_a_scheduled_article_comes_at_its_moment_on_every_worker(server: Running, store: Store) -> None:
    for number in count():
        due = datetime.now(UTC) + timedelta(seconds=1.5)
        article = await store.add_article(story(f"scheduled-{number}", due, ZoneInfo("UTC")))
        # Unless this machine was at something else until then.
        if not article.public:
            break
    scheduled = monotonic()

    async def seen(wire: Wire) -> float:
        while True:
            asked, asked_at = datetime.now(UTC), monotonic()
            answer = await wire.ask("/feed.json")
            if article.guid in guids(answer):
                assert datetime.now(UTC) >= due
                return (datetime.now(UTC) - due).total_seconds()
            assert asked < due or asked_at < scheduled + LOOK_AGAIN, "late"

    async with server.wire_to_each(WORKERS) as wires:
        report("a scheduled article, seen after", list(await asyncio.gather(*(seen(wire) for wire in wires.values()))))
    changes = await store.changes_since(0, limit=10_000)
    seen_by_readers = [change for change in changes if change.subject_id == str(article.id) and change.scopes]
    assert len(seen_by_readers) == 1, "however many workers noticed"
