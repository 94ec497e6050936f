"""A write may be tried in vain before it is kept, as where a server gives it up for another's sake: that leaves nothing behind."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest

from storage.model import Article, Comment, CommentHistory
from storage.postgres import connection as postgres
from storage.postgres.units import UnitConnection
from storage.protocol import Store
from storage.sql.engine import Connection, Work
from storage.sql.tables import TABLES
from storage.sqlite import connection as sqlite
from tests.storage.copies import filled, kept
from tests.storage.newsroom import (
    LIST_AFTER,
    SettableClock,
    add_reply,
    prune,
    reply,
    sections,
    story,
    take_in_and_back,
    use_members,
    use_views,
)
from tests.stores import Stores, opened_store

pytestmark = pytest.mark.anyio

BY_CHANCE = {"site": {"secret"}, "subscription_requests": {"claim"}}
"""Columns by table."""
COUNTED = [(table.name, table.columns[0]) for table in TABLES if table.counted]


@pytest.fixture
def in_vain(monkeypatch: pytest.MonkeyPatch) -> list[Work[Any]]:
    """From here on whatever writes is run once more before it is kept, and taken back. The units that were."""
    units: list[Work[Any]] = []

    def twice(work: Work[Any]) -> Work[Any]:
        def unit(db: Connection) -> Any:
            put_back = _numbers_of(db)
            db.execute("SAVEPOINT in_vain").close()
            work(db)
            db.execute("ROLLBACK TO SAVEPOINT in_vain").close()
            put_back()
            units.append(work)
            return work(db)

        return unit

    for engine in (sqlite.Database, postgres.Database):
        _patch(monkeypatch, engine, twice)
    return units


def _patch(patch: pytest.MonkeyPatch, engine: Any, twice: Callable[[Work[Any]], Work[Any]]) -> None:
    write, write_beside = engine.write, engine.write_beside

    async def write_twice(database: Any, work: Work[Any], then: Iterable[Work[object]] = ()) -> Any:
        return await write(database, twice(work), map(twice, then))

    async def write_beside_twice(database: Any, work: Work[Any]) -> Any:
        return await write_beside(database, twice(work))

    patch.setattr(engine, "write", write_twice)
    patch.setattr(engine, "write_beside", write_beside_twice)


def _numbers_of(db: Connection) -> Callable[[], object]:
    """What puts back the numbers that a server has given: that it gives none twice is no difference here."""
    if not isinstance(db, UnitConnection):
        return lambda: None
    sequences = [f"CAST(pg_get_serial_sequence('{table}', '{key}') AS regclass)" for table, key in COUNTED]
    last = db.execute(f"SELECT {', '.join(f'pg_sequence_last_value({one})' for one in sequences)}").fetchone()
    given = zip(sequences, last, strict=True)
    put_back = ", ".join(f"setval({one}, {number or 1}, {number is not None})" for one, number in given)
    return lambda: db.execute(f"SELECT {put_back}").fetchall()


async def imports_and_partners(url: str, clock: SettableClock) -> None:
    async with opened_store(url, clock) as store:
        await store.import_sections(sections())
        await take_in_and_back(store)
        await use_members(store, clock)
        await use_views(store, clock)
        clock.advance(days=9)
        await prune(store, timedelta(days=8), timedelta(days=8))


def rows_by_chance_alike(url: str) -> dict[str, list[dict[str, Any]]]:
    """All rows, by table, but for what is there by chance."""
    rows = kept(url)
    return {
        table.name: [
            {
                column: value
                for column, value in zip(table.columns, row, strict=True)
                if column not in BY_CHANCE.get(table.name, ())
            }
            for row in rows[table.name]
        ]
        for table in TABLES
    }


@pytest.mark.parametrize("fill", [filled, imports_and_partners])
async def test_what_was_tried_in_vain_leaves_nothing(
    stores: Stores, fill: Callable[[str, SettableClock], Awaitable[None]], request: pytest.FixtureRequest
) -> None:
    with stores.new() as once, stores.new() as again:
        await fill(once, SettableClock())
        units = request.getfixturevalue("in_vain")
        await fill(again, SettableClock())
        assert rows_by_chance_alike(again) == rows_by_chance_alike(once)
    assert len(units) > 50


@pytest.mark.usefixtures("in_vain")
async def test_who_judges_a_reply_is_asked_again_and_told_the_same(store: Store) -> None:
    article = await store.add_article(story("a"))
    parent = await add_reply(store, reply(article, "Ann"))
    told: list[tuple[Article, CommentHistory]] = []
    sent = reply(article, "Bob", parent_id=parent.id)

    def admit(its_article: Article, history: CommentHistory) -> Comment:
        told.append((its_article, history))
        return sent

    kept = await store.add_comment(sent, list_after=LIST_AFTER, admit=admit)
    first, again = told
    assert first == again
    assert await store.list_comments(limit=9) == (kept, parent)
