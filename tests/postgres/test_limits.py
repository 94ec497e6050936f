"""What a transaction may take of a server's time: it is said in each, and nothing of it stays on the connection for the next."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing

import pytest

from storage.errors import Unavailable
from storage.omissions import Omissions
from storage.postgres import transaction
from storage.postgres.connecting import Servers
from storage.postgres.connection import Database
from storage.postgres.engine import open_engine
from storage.postgres.units import UnitConnection

pytestmark = pytest.mark.anyio

Limits = dict[str, int]
NAMES = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


def limits(db: UnitConnection) -> Limits:
    """In milliseconds; 0: none."""
    rows = db.execute(f"SELECT name, CAST(setting AS BIGINT) FROM pg_settings WHERE {db.among('name')}", (list(NAMES),))
    return dict(rows.fetchall())


async def in_a_snapshot(database: Database) -> Limits:
    async with database.snapshot() as frozen:
        return await frozen.read(limits)


UNITS: dict[str, Callable[[Database], Awaitable[Limits]]] = {
    "read": lambda database: database.read(limits),
    "write": lambda database: database.write(limits),
    "write beside": lambda database: database.write_beside(limits),
    "snapshot": in_a_snapshot,
}


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    database = await open_engine(Servers(url=postgres_url), migrate=True)
    yield database
    await database.close()


@pytest.mark.parametrize("unit", UNITS)
async def test_no_statement_lock_or_idle_transaction_lasts_for_ever(database: Database, unit: str) -> None:
    said = await UNITS[unit](database)
    assert said.keys() == set(NAMES)
    assert all(0 < limit <= 600_000 for limit in said.values()), said
    # As a pooler would hand it to somebody else.
    for _, connection in database._pool._idle:
        assert set(limits(UnitConnection(connection, Omissions())).values()) == {0}


async def test_a_statement_that_takes_longer_is_ended(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "STATEMENT_MS", 50)

    def sleep(db: UnitConnection) -> None:
        db.execute("SELECT pg_sleep(60)").fetchall()

    for run in (database.read, database.write, database.write_beside):
        with pytest.raises(Unavailable, match="took longer for a statement than it may"):
            await run(sleep)
    monkeypatch.undo()
    assert await database.read(limits)


def test_behind_a_pooler_nothing_is_prepared(postgres_url: str) -> None:
    for pooled in (False, True):
        with closing(Servers(url=postgres_url, pooled=pooled).connect(5.0)) as connection:
            db = UnitConnection(connection, Omissions())
            for number in range(9):
                assert db.execute("SELECT CAST(? AS BIGINT)", (number,)).fetchall() == [(number,)]
            [(prepared,)] = db.execute("SELECT count(*) FROM pg_prepared_statements").fetchall()
            assert (prepared == 0) is pooled
