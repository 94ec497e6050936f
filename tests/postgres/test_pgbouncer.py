"""A pooler before the server: each transaction may be on another connection, which others had before."""

import asyncio
from collections.abc import Iterator

import psycopg
import pytest

from storage.connect import open_store
from storage.protocol import Store
from storage.scopes import HOME
from tests.postgres.bouncer import bouncer
from tests.readers.newsroom import needs
from tests.storage.newsroom import story, until

pytestmark = [pytest.mark.anyio, needs("pgbouncer")]

LOCKS = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE locktype = 'advisory' AND datname = current_database()
"""


@pytest.fixture
def pooled_url(postgres_url: str) -> Iterator[str]:
    with bouncer(postgres_url) as url:
        yield url


async def test_what_is_read_and_written_through_it_is_whole(postgres_url: str, pooled_url: str) -> None:
    stores = [
        await open_store(pooled_url, direct_url=postgres_url, read_url=pooled_url, pooled=True, migrate=True)
        for _ in range(2)
    ]
    try:

        async def work(store: Store, name: str) -> None:
            # More often than a statement has to come to be prepared.
            for number in range(5):
                await store.add_article(story(f"{name}-{number}"))
                await store.read_articles(HOME, limit=5)

        await asyncio.gather(*(work(store, name) for store, name in zip(stores * 2, "abcd", strict=True)))
        for store in stores:
            assert len(await store.list_articles(limit=50)) == 20
            changes = await store.changes_since(0, limit=100)
            assert [change.seq for change in changes] == sorted(change.seq for change in changes)
    finally:
        for store in stores:
            await store.close()
    with psycopg.connect(postgres_url, autocommit=True) as db:
        # Of what was closed the server learns in its own time.
        await until(lambda: db.execute(LOCKS).fetchall() == [(0,)])
