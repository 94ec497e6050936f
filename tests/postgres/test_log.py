"""The log of Changes under overlapping writers of many processes: a cursor skips nothing, and whoever reads it learns of all."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from threading import Event

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.connect import open_store
from storage.errors import Conflict
from storage.model import Change
from storage.postgres import watch
from storage.postgres.transaction import CHANNEL
from storage.protocol import Store
from storage.sql.mixin import Write
from storage.sql.store import SQLStore
from tests.postgres.databases import Databases
from tests.storage.newsroom import story, until

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def opened(url: str, count: int) -> AsyncIterator[list[SQLStore]]:
    """As many processes have it, as far as the database can tell."""
    async with AsyncExitStack() as stack:
        stores = []
        for _ in range(count):
            store = await open_store(url, migrate=True)
            stack.push_async_callback(store.close)
            assert isinstance(store, SQLStore)
            stores.append(store)
        yield stores


class Held:
    """A write that stays between its last statement and its commit until it is let go."""

    def __init__(self) -> None:
        self.reached, self.go = Event(), Event()

    def work(self, inner: Callable[[Write], object]) -> Callable[[Write], object]:
        def held(write: Write) -> object:
            result = inner(write)
            # All of it is with the server.
            write.db.execute("SELECT 1").fetchall()
            self.reached.set()
            self.go.wait()
            return result

        return held


def append(write: Write) -> object:
    from storage.model import Action, Subject

    return write.append(Action.EDIT, Subject.SITE, "held", {"site"})


async def follow(store: Store, seen: list[Change]) -> None:
    cursor = seen[-1].seq if seen else 0
    seen += await store.changes_since(cursor, limit=1000)


async def test_a_cursor_does_not_pass_a_change_that_is_not_committed_yet(postgres_url: str) -> None:
    async with opened(postgres_url, 3) as (one, other, reader):
        held, seen = Held(), list[Change]()
        slow = asyncio.create_task(one._write(held.work(append)))
        await asyncio.to_thread(held.reached.wait)
        quick = asyncio.create_task(other.add_article(story("harbour")))
        for _ in range(20):
            await follow(reader, seen)
            await asyncio.sleep(0.005)
        assert seen == []
        assert not quick.done()
        held.go.set()
        await asyncio.gather(slow, quick)
        await follow(reader, seen)
        assert [change.subject_id for change in seen] == ["held", "1"]


WRITERS = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["article", "edit", "token", "refused"])), max_size=25)


def test_a_cursor_skips_nothing_whatever_the_writers_do(postgres: Databases) -> None:
    @settings(max_examples=8)
    @given(writes=WRITERS)
    def play(writes: list[tuple[int, str]]) -> None:
        with postgres.empty() as url:
            asyncio.run(overlap(url, writes))

    play()


async def overlap(url: str, writes: list[tuple[int, str]]) -> None:
    async with opened(url, 4) as (*writers, reader):
        article = await writers[0].add_article(story("first"))
        done = asyncio.Event()
        seen: list[Change] = []

        async def write(number: int, writer: int, kind: str) -> None:
            store = writers[writer]
            if kind == "article":
                await store.add_article(story(f"n{number}"))
            elif kind == "edit":
                await store._write(append)
            elif kind == "refused":
                with pytest.raises(Conflict):
                    await store.add_article(story("first"))
            else:
                await store.end_session("none")

        async def read() -> None:
            while not done.is_set():
                if reader.moved():
                    await follow(reader, seen)
                await asyncio.sleep(0)

        reading = asyncio.create_task(read())
        await asyncio.gather(*(write(number, *each) for number, each in enumerate(writes)))
        everything = await reader.changes_since(0, limit=1000)
        await until(lambda: len(seen) == len(everything))
        done.set()
        await reading
        assert tuple(seen) == everything
        wanted = 1 + sum(kind in ("article", "edit") for _, kind in writes)
        assert len(everything) >= wanted
        assert article.id == 1


async def test_writers_see_the_rows_of_those_before_them(postgres_url: str) -> None:
    """The lock comes first, the snapshot after: ids are free, versions are the newest, slugs are refused."""
    async with opened(postgres_url, 2) as (one, other):
        article = await one.add_article(story("harbour"))
        held = Held()
        slow = asyncio.create_task(
            one._write(
                held.work(
                    lambda write: (
                        write.db.execute(
                            "UPDATE articles SET version = version + 1 WHERE id = ?", (article.id,)
                        ).rowcount
                    )
                )
            )
        )
        await asyncio.to_thread(held.reached.wait)
        edit = asyncio.create_task(other.update_article(article, if_version=article.version))
        await asyncio.sleep(0.05)
        assert not edit.done()
        held.go.set()
        await slow
        with pytest.raises(Conflict):
            await edit
        # Ids are made of what is there.
        made = await asyncio.gather(
            *(store.add_article(story(f"{n}-{i}")) for i, store in enumerate((one, other)) for n in range(10))
        )
        assert sorted(each.id for each in made) == list(range(2, 22))


async def test_a_read_stands_on_one_snapshot(postgres_url: str) -> None:
    async with opened(postgres_url, 2) as (one, other):
        reached, go = Event(), Event()

        def twice(db):  # type: ignore[no-untyped-def]
            before = db.execute("SELECT count(*) FROM articles").fetchall()
            reached.set()
            go.wait()
            return before, db.execute("SELECT count(*) FROM articles").fetchall()

        reading = asyncio.create_task(one._read(twice))
        await asyncio.to_thread(reached.wait)
        await other.add_article(story("harbour"))
        go.set()
        before, after = await reading
        assert before == after == [(0,)]


async def test_a_commit_that_nobody_was_told_of_is_noticed(postgres_url: str) -> None:
    """The notice is a hint: the log is looked at again and again."""
    async with opened(postgres_url, 1) as (store,):
        await until(lambda: not store.moved())
        with psycopg.connect(postgres_url, autocommit=True) as db:
            db.execute(
                "INSERT INTO changes (at, action, subject, subject_id, scopes) VALUES (0, 'edit', 'site', '', '[]')"
            )
        await until(store.moved)


@pytest.mark.timeout(60)
async def test_a_store_is_closed_without_a_last_look_at_the_log(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LOOK_AGAIN", 3600.0)
    async with opened(postgres_url, 1) as (store,):
        await store.get_site()


async def test_an_own_commit_is_known_at_once(postgres_url: str) -> None:
    async with opened(postgres_url, 1) as (store,):
        for number in range(20):
            await until(lambda: not store.moved())
            await store.add_article(story(f"n{number}"))
            assert store.moved()


@pytest.mark.parametrize("notify", [True, False])
async def test_who_listens_is_told_with_what_seq_the_log_ends_unless_nobody_is_to_be(
    postgres_url: str, notify: bool
) -> None:
    store = await open_store(postgres_url, migrate=True, notify=notify)
    try:
        with psycopg.connect(postgres_url, autocommit=True) as db:
            db.execute(f"LISTEN {CHANNEL}".encode())
            await store.add_article(story("harbour"))
            seq = await store.last_seq()
            # What was told before it has come when this has.
            db.execute(f"NOTIFY {CHANNEL}, 'the end'".encode())
            told = [notice.payload for notice in db.notifies(timeout=60, stop_after=1 + notify)]
        assert told == [str(seq), "the end"][not notify :]
        # Whatever else is said there is no trouble.
        await until(lambda: not store.moved())
        assert store.fault() is None
    finally:
        await store.close()
