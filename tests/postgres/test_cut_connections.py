"""Connections that break, servers that stop or say nothing: a write is never done twice, nor is its outcome told wrongly."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from threading import Event, Semaphore

import psycopg
import pytest

from storage.clock import Clock, utc_now
from storage.connect import open_store
from storage.errors import OutcomeUnknown, Unavailable
from storage.postgres import reading
from storage.postgres.connecting import Servers
from storage.postgres.connection import READERS, Database
from storage.postgres.engine import open_engine
from storage.postgres.units import UnitConnection
from storage.protocol import Store
from storage.scopes import HOME
from storage.sql.store import SQLStore
from tests.postgres.proxy import Proxy
from tests.server.wire import PATIENCE
from tests.storage.newsroom import SettableClock, all_slugs, story, until

pytestmark = pytest.mark.anyio


@pytest.fixture
async def store(postgres_url: str, way: tuple[Proxy, str]) -> AsyncIterator[Store]:
    """Its units go through the proxy; it looks at the log, and asks for outcomes, directly."""
    store = await open_store(way[1], direct_url=postgres_url, migrate=True)
    yield store
    await store.close()


@asynccontextmanager
async def impatient(url: str, clock: Clock | None = None, patience: float = 0.5) -> AsyncIterator[SQLStore]:
    """A store that gives up after so many seconds, but not before it is open."""
    await (await open_engine(Servers(url=url), migrate=True)).close()
    engine = Database(Servers(url=url), patience=PATIENCE)
    await engine.open()
    store = await SQLStore.open(engine, clock or engine.clock.now)
    engine._patience = patience
    try:
        yield store
    finally:
        await store.close()


def is_commit(packet: bytes) -> bool:
    return b"\0COMMIT\0" in packet


def once(seen: list[bytes], packet: bytes) -> bool:
    """Whether it is the first commit."""
    if is_commit(packet) and not seen:
        seen.append(packet)
        return True
    return False


async def test_a_commit_that_did_not_reach_the_server_is_done_again_once(store: Store, way: tuple[Proxy, str]) -> None:
    proxy, seen = way[0], list[bytes]()
    proxy.cut_before = lambda packet: once(seen, packet)
    article = await store.add_article(story("harbour"))
    assert proxy.cuts == 1
    assert await all_slugs(store) == ["harbour"]
    changes = await store.changes_since(0, limit=100)
    assert [change.subject_id for change in changes if change.subject == "article"] == [str(article.id)]


async def test_a_commit_whose_answer_is_lost_is_not_done_again(store: Store, way: tuple[Proxy, str]) -> None:
    proxy, seen = way[0], list[bytes]()
    proxy.cut_after = lambda packet: once(seen, packet)
    store.moved()
    article = await store.add_article(story("harbour"))
    assert proxy.cuts == 1
    assert await all_slugs(store) == ["harbour"]
    changes = await store.changes_since(0, limit=100)
    assert [change.subject_id for change in changes if change.subject == "article"] == [str(article.id)]
    assert (await store.get_article(article.id)).slug == "harbour"


@pytest.mark.parametrize("when", [b"BEGIN", b"FROM scopes"])
async def test_a_write_that_is_cut_off_before_its_commit_is_done_again(
    store: Store, way: tuple[Proxy, str], when: bytes
) -> None:
    proxy, seen = way[0], list[bytes]()

    def first(packet: bytes) -> bool:
        if when in packet and not seen:
            seen.append(packet)
            return True
        return False

    proxy.cut_after = first
    await store.add_article(story("harbour"))
    assert proxy.cuts == 1
    assert await all_slugs(store) == ["harbour"]


async def test_reads_go_on_though_every_connection_broke_while_nobody_used_it(
    store: Store, way: tuple[Proxy, str]
) -> None:
    await asyncio.gather(*(store.last_seq() for _ in range(40)))
    way[0].cut_all()
    await asyncio.gather(*(store.last_seq() for _ in range(40)))
    await store.add_article(story("harbour"))


async def test_an_outcome_that_nobody_can_tell_is_said_to_be_unknown(way: tuple[Proxy, str]) -> None:
    (proxy, url), clock = way, SettableClock(utc_now() + timedelta(hours=1))
    async with impatient(url, clock) as store:

        def last_word(packet: bytes) -> bool:
            if is_commit(packet):
                # From now on the server is heard no more.
                proxy.is_silent = True
                clock.advance(seconds=10)
                return True
            return False

        proxy.cut_after = last_word
        with pytest.raises(OutcomeUnknown, match="look before you do it again"):
            await store.add_article(story("harbour"))
        proxy.is_silent, proxy.cut_after = False, lambda _: False
        proxy.cut_all()
        # It was kept, and it was not said that it was not.
        assert await all_slugs(store) == ["harbour"]
        assert store.written() == await store.last_seq()
        # When that was is not known: as its date a reader may have been given a second of before it.
        await store.settle_dates()
        assert (await store.read_articles(HOME, limit=1)).snapshot.modified_at > clock.now


async def test_a_server_that_takes_connections_and_never_answers_is_waited_for_in_vain_but_briefly(
    way: tuple[Proxy, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, url = way
    # What a unit may take, and half a minute would show no more.
    monkeypatch.setattr(reading, "UNIT_TIME", 3.0)
    # Of the first reads none is late before it is asked, however busy this machine is.
    async with impatient(url, patience=3) as store:
        proxy.is_silent = True
        accepted = proxy.accepted
        outcomes = await asyncio.gather(
            *(store.last_seq() for _ in range(30)), store.add_article(story("harbour")), return_exceptions=True
        )
        assert all(type(outcome) is Unavailable for outcome in outcomes), outcomes
        assert "does not answer" in str(outcomes[0])
        # Who has waited in the queue for as long as it may does not ask any more.
        assert proxy.accepted - accepted < 15
        assert store.moved()
        proxy.is_silent = False
        proxy.cut_all()
        assert await store.last_seq() == 0
        await store.add_article(story("harbour"))


async def test_what_cannot_be_reached_at_the_start_is_told_in_a_sentence(way: tuple[Proxy, str]) -> None:
    way[0].close()
    database = Database(Servers(url=way[1].replace("dateline@", "dateline:hunter2@")), patience=0.2)
    with pytest.raises(Unavailable, match="see that PostgreSQL is running") as raised:
        await database.open()
    await database.close()
    assert "hunter2" not in repr(raised.value)
    assert raised.value.__cause__ is None


@pytest.mark.parametrize(
    ("call", "at_once", "why"),
    [("write", 1, "The database is busy with other writes."), ("read", READERS, "This process has more to ask")],
)
async def test_who_waits_too_long_behind_others_is_refused_and_costs_no_connection(
    postgres_url: str, call: str, at_once: int, why: str
) -> None:
    async with impatient(postgres_url, patience=PATIENCE) as store:
        assert isinstance(store._engine, Database)
        run = getattr(store._engine, call)
        begun, is_over = Semaphore(0), Event()

        def backend(db: UnitConnection) -> int:
            return int(db.execute("SELECT pg_backend_pid()").fetchall()[0][0])

        def slow(db: UnitConnection) -> int:
            begun.release()
            is_over.wait()
            return backend(db)

        first = [asyncio.create_task(run(slow)) for _ in range(at_once)]
        for _ in first:
            await asyncio.to_thread(begun.acquire)
        store._engine._patience = 0.01
        last = [asyncio.create_task(run(backend)) for _ in range(8)]
        # They ask now, and then their time goes by.
        await asyncio.sleep(0)
        await asyncio.sleep(0.02)
        is_over.set()
        store._engine._patience = PATIENCE
        backends = set(await asyncio.gather(*first))
        refused = await asyncio.gather(*last, return_exceptions=True)
        assert all(str(outcome).startswith(why) for outcome in refused), refused
        assert {await run(backend) for _ in range(8)} <= backends


async def test_a_write_waits_for_its_turn_no_longer_than_it_may(postgres_url: str) -> None:
    async with impatient(postgres_url) as store:
        with psycopg.connect(postgres_url) as other:
            other.execute("SELECT pg_advisory_xact_lock(%s)", (0x4474_6C6E_7772_6974,))
            outcomes = await asyncio.gather(
                *(store.add_article(story(f"n{number}")) for number in range(5)), return_exceptions=True
            )
        assert isinstance(store._engine, Database)
        store._engine._patience = PATIENCE
        assert [str(outcome) for outcome in outcomes] == ["The database is busy with other writes."] * 5
        await store.add_article(story("harbour"))


async def test_a_look_at_the_log_that_hangs_is_not_believed(way: tuple[Proxy, str], postgres_url: str) -> None:
    proxy, url = way
    store = await open_store(postgres_url, direct_url=url, migrate=True)
    other = await open_store(postgres_url)
    try:
        await until(lambda: not store.moved())
        proxy.is_silent = True
        await other.add_article(story("harbour"))
        await until(store.moved)
        # From now on at each call, for nothing more is heard.
        assert all(store.moved() for _ in range(10))
        assert await all_slugs(store) == ["harbour"]
        proxy.is_silent = False
        proxy.cut_all()
        await until(lambda: not store.moved())
        await other.add_article(story("ferry"))
        await until(store.moved)
    finally:
        await store.close()
        await other.close()
