"""A scope's date is later than any answer given before its commit, however long that took and whatever the clock did."""

import asyncio
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.http.conditional import http_date, last_modified, not_modified
from storage.lifecycle import AHEAD
from storage.model import Action, Subject
from storage.sql.store import SQLStore
from storage.sqlite.connection import Database
from storage.sqlite.schema import migrate
from tests.storage.newsroom import FOUNDED, SettableClock, changes_of, draft, sections, story
from tests.storage.sqlite.opening import open_sqlite

pytestmark = pytest.mark.anyio

Hook = Callable[[], None]


class Slow:
    """A store whose commits take as long as is said, by its clock; `meanwhile` happens half-way."""

    def __init__(self, database: Database, clock: SettableClock) -> None:
        self._database = database
        self.clock = clock
        self.store = SQLStore(database, clock)
        self.delays: list[timedelta] = []
        self.meanwhile: Hook = lambda: None

    @classmethod
    async def open(cls, folder: Path, clock: SettableClock) -> "Slow":
        database = await Database.open(
            str(folder / "a.db"),
            create=True,
            synchronous="NORMAL",
            busy_timeout=1,
            prepare=lambda db: migrate(db, clock),
        )
        slow = cls(database, clock)
        await slow.store.import_sections(sections())
        await database.write(lambda db: db.set_trace_callback(slow._traced))
        return slow

    def _traced(self, statement: str) -> None:
        if statement == "COMMIT" and self.delays:
            delay = self.delays.pop(0)
            self.clock.now += delay / 2
            self.meanwhile()
            self.clock.now += delay / 2

    async def date(self) -> tuple[int, datetime]:
        """How many articles readers see, and the date of their list."""
        found = await self.store.read_articles("home", limit=None)
        return len(found.articles), found.snapshot.scopes["home"].modified_at


class Reader:
    """Knows dates alone: that of Last-Modified, or, as some do, that of the answer itself."""

    def __init__(self, *, by_date: bool) -> None:
        self._by_date = by_date
        self._since: str | None = None
        self._seen = -1

    def poll(self, content: int, modified_at: datetime, now: datetime, *, keep: bool = True) -> None:
        if not_modified(None, self._since, etag='"x"', modified_at=modified_at, now=now):
            assert self._seen == content, (self._since, modified_at, now)
            if not keep:
                return
        self._seen = content
        self._since = http_date(now if self._by_date else last_modified(modified_at, now))


async def test_a_commit_that_crosses_a_seconds_edge_leaves_nobody_behind(tmp_path: Path) -> None:
    """Two writes of one second, the second of which is seen in the next; a reader asks between the two."""
    slow = await Slow.open(tmp_path, SettableClock(FOUNDED.replace(microsecond=500_000)))
    readers = [Reader(by_date=by_date) for by_date in (False, True)]
    await slow.store.add_article(story("a"))
    before = await slow.date()

    def poll() -> None:
        for reader in readers:
            reader.poll(*before, slow.clock())

    slow.clock.advance(milliseconds=400)
    slow.delays, slow.meanwhile = [timedelta(milliseconds=300)], poll
    since = await slow.store.last_seq()
    await slow.store.add_article(story("b"))
    assert len(await slow.store.changes_since(since, limit=9)) == 1
    after = await slow.date()
    for seconds in (0, 1, 2, 60):
        slow.clock.advance(seconds=seconds)
        for reader in readers:
            reader.poll(*after, slow.clock())
    await slow.store.close()


async def test_a_commit_that_took_longer_is_followed_by_a_second_raise(tmp_path: Path) -> None:
    slow = await Slow.open(tmp_path, SettableClock())
    slow.delays = [timedelta(seconds=7), timedelta(milliseconds=5)]
    first, again = await changes_of(slow.store, slow.store.add_article(story("a")))
    assert (again.action, again.subject, again.subject_id) == (Action.EDIT, Subject.SITE, "")
    assert again.scopes == first.scopes
    state = (await slow.store.read_articles("home", limit=1)).snapshot.scopes["home"]
    assert (state.version, state.modified_at) == (again.seq, FOUNDED + timedelta(seconds=7) + AHEAD)
    # What no reader sees has no date.
    slow.delays = [timedelta(seconds=7)]
    assert len(await changes_of(slow.store, slow.store.add_article(draft("b")))) == 1
    await slow.store.close()


async def test_where_the_second_raise_is_late_too_the_next_write_makes_up_for_it(tmp_path: Path) -> None:
    slow = await Slow.open(tmp_path, SettableClock())
    slow.delays = [timedelta(seconds=7)] * 4
    assert len(await changes_of(slow.store, slow.store.add_article(story("a")))) == 4
    *_, last = await changes_of(slow.store, slow.store.add_article(draft("b")))
    state = (await slow.store.read_articles("home", limit=1)).snapshot.scopes["home"]
    assert (state.version, state.modified_at) == (last.seq, slow.clock() + AHEAD)
    await slow.store.close()


async def test_where_nobody_writes_any_more_it_is_made_up_for_all_the_same(tmp_path: Path) -> None:
    slow = await Slow.open(tmp_path, SettableClock())
    slow.delays = [timedelta(seconds=7)] * 4
    await slow.store.add_article(story("a"))
    [again] = await changes_of(slow.store, slow.store.settle_dates(), slow.store.settle_dates())
    state = (await slow.store.read_articles("home", limit=1)).snapshot.scopes["home"]
    assert (state.version, state.modified_at) == (again.seq, slow.clock() + AHEAD)
    await slow.store.close()


async def test_a_change_that_is_damaged_may_have_raised_whatever_there_is(tmp_path: Path) -> None:
    clock = SettableClock()
    slow = await Slow.open(tmp_path, clock)
    await slow.store.add_article(story("a"))
    await slow._database.close()
    with closing(sqlite3.connect(tmp_path / "a.db")) as db, db:
        db.execute("UPDATE changes SET scopes = 'damaged' WHERE subject = 'article'")
        every = {name for (name,) in db.execute("SELECT name FROM scopes")}
    store = await open_sqlite(str(tmp_path / "a.db"), clock=clock, synchronous="NORMAL")
    [again] = await changes_of(store, store.settle_dates())
    assert again.scopes == every
    await store.close()


async def test_the_second_raise_is_made_up_for_after_a_crash(tmp_path: Path) -> None:
    clock = SettableClock()
    slow = await Slow.open(tmp_path, clock)
    await slow.store.add_article(story("a"))
    # Its process is gone: nobody is left who knows how long the commit took.
    await slow._database.close()
    clock.advance(seconds=30)
    store = await open_sqlite(str(tmp_path / "a.db"), clock=clock, synchronous="NORMAL")
    [before] = [change for change in await store.changes_since(0, limit=9) if change.subject is Subject.ARTICLE]
    [again] = await changes_of(store, store.settle_dates(), store.settle_dates())
    assert again.scopes == before.scopes
    assert (await store.read_articles("home", limit=1)).snapshot.scopes["home"].modified_at == clock() + AHEAD
    await store.close()


async def test_what_is_closed_in_order_is_not_raised_again(tmp_path: Path) -> None:
    clock = SettableClock()
    path = str(tmp_path / "a.db")
    store = await open_sqlite(path, clock=clock, migrate=True, synchronous="NORMAL")
    await store.add_article(story("a"))
    await store.close()
    store = await open_sqlite(path, clock=clock, synchronous="NORMAL")
    assert await changes_of(store, store.settle_dates()) == ()
    await store.close()


async def test_a_living_process_is_left_alone(tmp_path: Path) -> None:
    store = await open_sqlite(str(tmp_path / "a.db"), clock=SettableClock(), migrate=True, synchronous="NORMAL")
    with closing(sqlite3.connect(tmp_path / "a.db")) as db, db:
        db.execute("INSERT INTO last_writes VALUES ('1 init', 1, 1)")
    assert await changes_of(store, store.settle_dates()) == ()
    await store.close()


async def test_a_start_with_the_clock_put_back_dates_nothing_before_what_readers_have_seen(tmp_path: Path) -> None:
    """A document of two scopes, of which the one with the lesser date is raised."""
    clock = SettableClock()
    path = str(tmp_path / "a.db")
    store = await open_sqlite(path, clock=clock, migrate=True, synchronous="NORMAL")
    await store.import_sections(sections())
    await store.add_article(story("a"))
    clock.advance(seconds=30)
    await store.announce_rendering("other")
    seen = (await store.read_articles("home", limit=1, also=("site",))).snapshot.modified_at
    await store.close()
    clock.advance(hours=-1)
    store = await open_sqlite(path, clock=clock, synchronous="NORMAL")
    await store.add_article(draft("b"))
    await store.close()
    store = await open_sqlite(path, clock=clock, synchronous="NORMAL")
    await store.add_article(story("c", FOUNDED - timedelta(days=2)))
    snapshot = (await store.read_articles("home", limit=1, also=("site",))).snapshot
    assert snapshot.modified_at == snapshot.scopes["home"].modified_at == seen + timedelta(seconds=1)
    await store.close()


MOMENTS = st.one_of(st.integers(0, 999_999), st.integers(0, 4_000_000)).map(lambda us: timedelta(microseconds=us))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), MOMENTS),
        st.tuples(st.just("put back"), st.one_of(MOMENTS, st.just(timedelta(hours=1)))),
        st.tuples(st.just("write"), MOMENTS),
        st.tuples(st.just("poll"), st.just(timedelta(0))),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(begin=st.integers(0, 999_999), steps=STEPS)
def test_no_reader_that_knows_dates_alone_is_left_behind(begin: int, steps: list[tuple[str, timedelta]]) -> None:
    asyncio.run(_live_through(SettableClock(FOUNDED.replace(microsecond=begin)), steps))


async def _live_through(clock: SettableClock, steps: list[tuple[str, timedelta]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        slow = await Slow.open(Path(folder), clock)
        readers = [(Reader(by_date=by_date), keep) for by_date in (False, True) for keep in (False, True)]
        state = await slow.date()

        def poll() -> None:
            for reader, keep in readers:
                reader.poll(*state, clock(), keep=keep)

        slow.meanwhile = poll
        for number, (step, span) in enumerate([*steps, ("wait", timedelta(hours=2)), ("poll", timedelta(0))]):
            if step == "wait":
                clock.now += span
            elif step == "put back":
                clock.now -= span
            elif step == "write":
                slow.delays = [span]
                await slow.store.add_article(story(f"a{number}", FOUNDED - timedelta(days=2)))
                state = await slow.date()
            # As each answer from memory does.
            slow.store.moved()
            if step == "poll":
                poll()
        await slow.store.close()
