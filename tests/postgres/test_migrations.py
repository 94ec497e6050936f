"""Releases side by side over one database, and migrations while they serve."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import psycopg
import pytest

from storage.clock import utc_now
from storage.connect import open_store
from storage.errors import Unavailable
from storage.migrations import Migration
from storage.omissions import Omissions
from storage.postgres import schema
from storage.postgres.connecting import Servers
from storage.postgres.schema import MIGRATIONS, migrate
from storage.postgres.units import UnitConnection
from storage.sql.store import SQLStore
from tests.postgres.databases import Databases
from tests.storage.newsroom import story

pytestmark = pytest.mark.anyio

EXPAND = Migration(
    len(MIGRATIONS) + 1, "expand", f"-- writers: {len(MIGRATIONS)}\nALTER TABLE articles ADD COLUMN mood TEXT;"
)
CONTRACT = Migration(len(MIGRATIONS) + 2, "contract", "ALTER TABLE articles ALTER COLUMN mood SET DEFAULT 'calm';")
NEXT = (*MIGRATIONS, EXPAND)
AFTER = (*NEXT, CONTRACT)


@contextmanager
def unit(url: str) -> Iterator[UnitConnection]:
    with Servers(url=url).connect_directly() as connection:
        yield UnitConnection(connection, Omissions())


async def bring_to(url: str, migrations: tuple[Migration, ...]) -> None:
    def work() -> None:
        with unit(url) as db:
            migrate(db, utc_now, migrations)

    await asyncio.to_thread(work)


async def test_a_release_goes_on_while_the_next_expands_the_schema_and_not_when_it_contracts_it(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = await open_store(postgres_url, migrate=True)
    await old.add_article(story("before"))
    await bring_to(postgres_url, NEXT)
    await old.add_article(story("between"))
    # One more of the old release may start beside.
    another = await open_store(postgres_url)
    assert not await another.check()
    await another.close()

    await bring_to(postgres_url, AFTER)
    with pytest.raises(Unavailable, match="replace it by one of the newer release"):
        await old.add_article(story("after"))
    # Readers have what there is until it is replaced.
    assert {article.slug for article in await old.list_articles(limit=10)} == {"before", "between"}
    with pytest.raises(Unavailable, match="replace it by one of the newer release"):
        await open_store(postgres_url)
    await old.close()

    monkeypatch.setattr(schema, "MIGRATIONS", AFTER)
    new = await open_store(postgres_url)
    await new.add_article(story("after"))
    await new.close()


async def test_a_release_whose_migrations_are_missing_says_what_to_do(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Unavailable, match="run `dateline migrate`"):
        await open_store(postgres_url)
    await bring_to(postgres_url, MIGRATIONS)
    monkeypatch.setattr(schema, "MIGRATIONS", NEXT)
    with pytest.raises(Unavailable, match=f"lacks 1 of {len(NEXT)} migrations: run `dateline migrate`"):
        await open_store(postgres_url)


async def test_of_many_that_migrate_at_once_one_does(postgres_url: str) -> None:
    await asyncio.gather(*(bring_to(postgres_url, NEXT) for _ in range(6)))
    with psycopg.connect(postgres_url) as db:
        numbers = [number for (number,) in db.execute("SELECT number FROM schema_migrations ORDER BY number")]
        assert numbers == list(range(1, len(NEXT) + 1))
        assert db.execute("SELECT count(*) FROM site").fetchone() == (1,)


async def test_a_migration_that_fails_leaves_nothing_of_itself(postgres_url: str) -> None:
    await bring_to(postgres_url, MIGRATIONS)
    broken = Migration(len(MIGRATIONS) + 1, "broken", "ALTER TABLE articles ADD COLUMN mood TEXT; SELECT 1 / 0;")
    with pytest.raises(psycopg.errors.DivisionByZero):
        await bring_to(postgres_url, (*MIGRATIONS, broken))
    await bring_to(postgres_url, NEXT)


async def test_no_write_ends_in_another_schema_than_it_began_in(postgres_url: str) -> None:
    store = await open_store(postgres_url, migrate=True)
    assert isinstance(store, SQLStore)
    reached, go = Event(), Event()

    def hold(write):  # type: ignore[no-untyped-def]
        write.db.execute("SELECT 1").fetchall()
        reached.set()
        go.wait()
        return write.db.execute("SELECT count(*) FROM schema_migrations").fetchall()

    slow = asyncio.create_task(store._write(hold))
    await asyncio.to_thread(reached.wait)
    migrating = asyncio.create_task(bring_to(postgres_url, AFTER))
    await asyncio.sleep(0.05)
    go.set()
    assert await slow == [(len(MIGRATIONS),)]
    await migrating
    await store.close()


def test_a_database_of_another_encoding_is_refused(postgres: Databases) -> None:
    with psycopg.connect(postgres.server.url, autocommit=True) as admin, ThreadPoolExecutor(1) as thread:
        name = f"{postgres.server.prefix}latin"
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'".encode())
        url = postgres.server.url.replace(f"/{admin.info.dbname}?", f"/{name}?")
        with pytest.raises(Unavailable, match="ENCODING 'UTF8'"):
            thread.submit(asyncio.run, open_store(url, migrate=True)).result()
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
