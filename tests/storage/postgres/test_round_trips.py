"""How often a unit of work waits for the server, from begin to commit: each time is a round trip, a write's with the lock held."""

from collections.abc import Awaitable
from pathlib import Path

import pytest
from psycopg import pq

from storage.clock import utc_now
from storage.connect import open_store
from storage.postgres.connection import Database
from storage.sql.store import SQLStore
from tests.storage.newsroom import edit, sections, story

pytestmark = pytest.mark.anyio


async def round_trips(store: SQLStore, unit: Awaitable[object], trace: Path) -> int:
    """What libpq traces: the times that the server's words follow the client's."""
    assert isinstance(store._engine, Database)
    connections = [connection for _, connection in store._engine._pool._idle]
    with trace.open("w") as file:
        for connection in connections:
            connection.pgconn.trace(file.fileno())
            connection.pgconn.set_trace_flags(pq.Trace.SUPPRESS_TIMESTAMPS)
        await unit
        for connection in connections:
            connection.pgconn.untrace()
    speakers = "".join(line[0] for line in trace.read_text().splitlines() if line[:2] in ("F\t", "B\t"))
    return speakers.count("FB")


async def test_units_wait_as_seldom_as_can_be(postgres_url: str, tmp_path: Path) -> None:
    store = await open_store(postgres_url, migrate=True)
    assert isinstance(store, SQLStore)
    try:
        await store.import_sections(sections())
        # The day and its lists are there.
        article = await store.add_article(story("first", utc_now()))
        trace = tmp_path / "trace"
        # To begin and hear what time it is; names and the address; lists; all that is written, with the commit.
        assert await round_trips(store, store.add_article(story("second", article.published_at)), trace) == 4
        # The article as it was, and its names, besides.
        assert await round_trips(store, edit(store, article, headline="Another"), trace) == 5
        # Of what is old, how far down it stands.
        old = await store.add_article(story("old"))
        assert await round_trips(store, edit(store, old, headline="Another"), trace) == 6
        # One statement, which the begin goes with, and the commit.
        assert await round_trips(store, store.last_comment_at("ann@readers.example", "x"), trace) == 2
    finally:
        await store.close()
