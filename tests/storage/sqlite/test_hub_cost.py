"""What the hub does costs the same however many subscriptions have nothing due: counted in steps of SQLite's machine."""

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest

from storage.model import DeliveryFailed, DeliverySucceeded
from storage.sql.store import SQLStore
from storage.sqlite.connection import Database
from storage.sqlite.schema import require_current
from tests.storage.hub import HOME, LEASE, WORLD, ask, asks, claim_request, subscribe, unsubscribe
from tests.storage.newsroom import FOUNDED, SettableClock, sections, story
from tests.storage.sqlite.test_flat_writes import Counted
from tests.stores import file_in, opened_store

pytestmark = pytest.mark.anyio

SUBSCRIPTIONS = (100, 20_000)
MANY = """
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
    INSERT INTO push_topics (path, raised, looked, digest, content, attempts, claim)
        SELECT '/tag/t-' || n || '/feed.rss', 0, 0, 'x', 0, 0, '' FROM numbers;
    INSERT INTO push_topic_scopes SELECT 'tag:t-' || id, id FROM push_topics WHERE path LIKE '/tag%';
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
    INSERT INTO subscriptions (topic_id, callback, asked, secret, algorithm, content, created_at, verified_at, expires_at, wanted,
            delivered, digest, attempts, claim, last_error)
        SELECT CASE WHEN n % 2 THEN 1 ELSE 2 + n END, 'https://s-' || n, 'x', '', 'sha256', 'full', 0, 0, 4000000000000000, 0, 0,
            'x', 0, '', '' FROM numbers;
"""
"""Half of them to one feed, the others to a feed each."""


async def opened(stack: AsyncExitStack, folder: Path, count: int) -> Counted:
    folder.mkdir()
    async with opened_store(file_in(folder), SettableClock()) as store:
        await store.import_sections(sections())
        for path in (HOME, WORLD):
            await subscribe(store, "ann", path)
    file = folder / "dateline.db"
    with closing(sqlite3.connect(file)) as db:
        db.executescript(MANY.format(count=count))
    database = await Database.open(
        str(file), create=False, synchronous="NORMAL", busy_timeout=1, prepare=require_current
    )
    stack.push_async_callback(database.close)
    counted = Counted(database, SettableClock())
    await counted.begin()
    return counted


async def _publish(store: SQLStore) -> None:
    await store.add_article(story("new", sections=("world",)))


async def _expand(store: SQLStore) -> None:
    assert await store.expand_changes(limit=9)


async def _look(store: SQLStore) -> None:
    for topic in await store.claim_topics(limit=9, lease=LEASE):
        await store.looked_at(topic, seq=topic.raised, digest="another")


async def _spread(store: SQLStore) -> None:
    for _ in range(2):
        assert await store.spread_topics(limit=20) == 20 or await store.spread_topics(limit=20)


async def _deliver(store: SQLStore) -> None:
    one, *others = await store.claim_deliveries(limit=20, lease=LEASE)
    failed = DeliveryFailed(delivery=one, error="500", due_at=FOUNDED)
    sent = [DeliverySucceeded(delivery=each, seq=9, digest="another") for each in others]
    await store.report_deliveries([failed, *sent])


async def _subscribe(store: SQLStore) -> None:
    await subscribe(store, "bob")


async def _deny(store: SQLStore) -> None:
    await ask(store, asks("eve"))
    await store.drop_request(await claim_request(store))


async def _unsubscribe(store: SQLStore) -> None:
    await unsubscribe(store, "bob")


async def _expire(store: SQLStore) -> None:
    await subscribe(store, "eve", lease=-LEASE)
    assert await store.expire_subscriptions(limit=9) == 1


STEPS: tuple[Callable[[SQLStore], Awaitable[object]], ...] = (
    _subscribe, _publish, _expand, _look, _spread, _deliver, _deny, _unsubscribe, _expire,
)  # fmt: skip


async def test_no_step_costs_more_for_those_with_nothing_due(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        few, many = [await opened(stack, tmp_path / f"{count}", count) for count in SUBSCRIPTIONS]
        for step in STEPS:
            small, large = await few.cost(step), await many.cost(step)
            assert large <= 1.3 * small + 100, step.__name__
