"""The hub beside writers of other processes: neither waits for the other, no Change is passed over, and no row is given to two."""

import asyncio
from threading import Event

import pytest

from storage.model import Action, Subject
from storage.sql.engine import Connection
from storage.sql.mixin import Write
from storage.sql.store import SQLStore
from tests.postgres.test_log import Held, opened
from tests.storage.hub import HOME, LEASE, Newsstand, subscribe

pytestmark = pytest.mark.anyio


def publish(write: Write) -> object:
    return write.append(Action.EDIT, Subject.SITE, "", {"home"})


async def test_a_change_that_is_not_committed_yet_is_not_passed_over(postgres_url: str) -> None:
    async with opened(postgres_url, 3) as (hub, desk, other):
        stand = Newsstand(hub)
        await subscribe(hub, "ann")
        await stand.work()
        held = Held()
        slow = asyncio.create_task(desk._write(held.work(publish)))
        await asyncio.to_thread(held.reached.wait)
        quick = asyncio.create_task(other._write(publish))
        # The hub waits for neither of them.
        await subscribe(hub, "bob")
        await stand.work()
        assert not slow.done()
        assert not quick.done()
        held.go.set()
        await asyncio.gather(slow, quick)
        stand.documents[HOME] = "new"
        await stand.work()
        assert stand.take() == [("ann", "new"), ("bob", "new")]
        assert (await hub.push_counts()).unread == 0


async def test_no_publication_waits_for_the_hub(postgres_url: str) -> None:
    async with opened(postgres_url, 3) as (hub, desk, other):
        await subscribe(hub, "ann")
        reached, go = Event(), Event()

        def hold(db: Connection, _now: int) -> None:
            db.execute("UPDATE push_topics SET attempts = attempts").close()
            db.execute("SELECT 1").fetchall()
            reached.set()
            go.wait()

        slow = asyncio.create_task(hub._push(hold))
        await asyncio.to_thread(reached.wait)
        # Of the same process, too.
        for store in (hub, desk):
            await store._write(publish)
        behind = asyncio.create_task(subscribe(other, "bob"))
        assert not slow.done()
        go.set()
        await asyncio.gather(slow, behind)


async def test_workers_of_many_hosts_share_what_is_due(postgres_url: str) -> None:
    async with opened(postgres_url, 4) as workers:
        first, *_ = workers
        for number in range(30):
            await subscribe(first, f"s{number}")
        stand = Newsstand(first)
        await stand.work()
        await first._write(publish)
        stand.documents[HOME] = "new"
        got = await asyncio.gather(*(work(store) for store in workers for _ in range(3)))
        ids = [id_ for part in got for id_ in part]
        assert len(ids) == len(set(ids))
        await stand.work()
        kept = await first.list_subscriptions(limit=99)
        assert {one.last_delivered_at is not None or one.id in ids for one in kept} == {True}


async def work(store: SQLStore) -> list[int]:
    """A round of all steps, up to claims that are never reported."""
    await store.expand_changes(limit=1)
    for topic in await store.claim_topics(limit=1, lease=LEASE):
        await store.looked_at(topic, seq=await store.last_seq(), digest="of new")
    await store.spread_topics(limit=7)
    return [one.subscription.id for one in await store.claim_deliveries(limit=3, lease=LEASE)]
