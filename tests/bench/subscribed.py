"""What subscriptions cost where there are many: listed, looked at for what is due, ended.

`python -m tests.bench.subscribed` is this part alone.
"""

import asyncio
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from feeds.topics import kept_topic
from storage.connect import open_store
from storage.model import RequestMode, SubscriptionRequest
from storage.protocol import Store
from tests.bench.report import Report, percentile

FEW, MANY = 1_000, 100_000
PAGE, ENDED = 500, 500
"""Subscriptions."""
TIMES = 41
FEED = "/feed.rss"

_MULTIPLY = """
    INSERT INTO subscriptions (topic_id, callback, asked, secret, algorithm, content, created_at, verified_at, expires_at, wanted,
        delivered, digest, due_at, attempts, claim, last_error, last_error_at, last_delivered_at)
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
    SELECT topic_id, callback || n, asked, secret, algorithm, content, created_at, verified_at, expires_at, wanted,
        delivered, digest, due_at, attempts, claim, last_error, last_error_at, last_delivered_at FROM subscriptions, numbers
"""
_END = f"""
    UPDATE subscriptions SET expires_at = 1 WHERE id IN (SELECT id FROM subscriptions ORDER BY id DESC LIMIT {ENDED})
"""


async def report_subscribed(report: Report) -> None:
    """Each figure beside that of a hundredth as many: who looked at all of them would take a hundred times as long."""
    with tempfile.TemporaryDirectory() as name:
        few, many = [await _measured(Path(name) / f"{count}.db", count) for count in (FEW, MANY)]
    report.note(f"{MANY:,} subscriptions beside {FEW:,}: median", "")
    for what, ours in many.items():
        report.compare(f"  {what}", ours * 1e3, few[what] * 1e3, "ms", bar=10.0)


async def _measured(path: Path, count: int) -> dict[str, float]:
    """Seconds, by what is done."""
    store = await open_store(f"sqlite:///{path}", migrate=True)
    topic = kept_topic(FEED)
    assert topic is not None
    asked = SubscriptionRequest(
        callback="https://reader.example/hook/", callback_host="reader.example", path=FEED, lease=timedelta(days=10),
        asked="https://bench.example/feed.rss", mode=RequestMode.SUBSCRIBE,
    )  # fmt: skip
    await store.add_subscription(asked, scopes=topic.scopes)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(_MULTIPLY, (count - 1,))
    # What a worker would do with the topic once, it has done.
    for claimed in await store.claim_topics(limit=1, lease=timedelta(minutes=1)):
        await store.looked_at(claimed, seq=claimed.raised, digest="as it was")
    while await store.spread_topics(limit=1_000):
        pass
    try:
        return await _times(store, path, count)
    finally:
        await store.close()


async def _times(store: Store, path: Path, count: int) -> dict[str, float]:
    middle = count // 2

    async def expire() -> None:
        assert await store.expire_subscriptions(limit=ENDED) == ENDED

    async def repeated(do: Callable[[], Awaitable[object]]) -> float:
        return percentile([await _taken(do) for _ in range(TIMES)], 50)

    found = {
        f"a page of {PAGE} from the middle": await repeated(
            lambda: store.list_subscriptions(after=middle - 1, limit=PAGE)
        ),
        "those of one feed": await repeated(lambda: store.list_subscriptions(path=FEED, after=middle - 1, limit=PAGE)),
        "those that fail, of which there is none": await repeated(
            lambda: store.list_subscriptions(failing=True, limit=PAGE)
        ),
        "what is due next": await repeated(store.next_push_at),
        "to claim where nothing is due": await repeated(
            lambda: store.claim_deliveries(limit=100, lease=timedelta(minutes=1))
        ),
        "to look for what has expired, of which there is none": await repeated(
            lambda: store.expire_subscriptions(limit=1_000)
        ),
    }
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(_END)
    return found | {f"to end {ENDED} that have expired": await _taken(expire)}


async def _taken(do: Callable[[], Awaitable[object]]) -> float:
    began = perf_counter()
    await do()
    return perf_counter() - began


if __name__ == "__main__":
    _alone = Report("Subscriptions")
    asyncio.run(report_subscribed(_alone))
    _alone.print()
