"""A cache in front is told of every Change: whatever fails, ends or runs twice meanwhile."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from feeds.delivery.endpoints import FORMS, Endpoint, PurgeFailed
from feeds.delivery.purging import Purger
from feeds.http.shared_cache import SharedCache
from feeds.loops import Loops
from feeds.site import SiteState
from storage.model import ArticleStatus, Partner, Terms
from storage.protocol import Store
from storage.scopes import SITE
from tests.delivery.endpoint import Recorder
from tests.kinds.newsroom import FOUNDED, SettableClock
from tests.server.wire import PATIENCE, until
from tests.web.site import Site, client_of, open_site

pytestmark = pytest.mark.anyio

AGAIN = (0.02, 0.05)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    # Where the clock leaps by months, nothing of the log is let go meanwhile.
    async with open_site(tmp_path, SettableClock(FOUNDED), surrogate_keys="xkey", keep_changes=0) as site:
        yield site


def keys_of(site: Site) -> SharedCache:
    keys = site.state.shared_cache
    assert keys is not None
    return keys


def purger_of(state: SiteState, cache: Recorder, form: str = "xkey", again: Sequence[float] = AGAIN) -> Purger:
    assert state.shared_cache is not None
    endpoint = Endpoint(cache.url, FORMS[form])
    return Purger(state.store, state.follower, endpoint, state.shared_cache, state.clock, again=again)


@asynccontextmanager
async def purging(purger: Purger, *, killed: bool = False) -> AsyncIterator[Loops]:
    """Its loop, until the block ends; `killed`: without a last word."""
    loops = Loops(sleep=lambda seconds: asyncio.sleep(min(seconds, 0.01)))
    running = asyncio.create_task(loops.run_forever(str(purger), purger.step, plain=(PurgeFailed,)))
    try:
        yield loops
    finally:
        running.cancel()
        await asyncio.wait({running})
        if not killed:
            await purger.stop()


async def keys_since(site: Site, seq: int) -> set[str]:
    """The keys of every scope that was raised since."""
    changes = await site.state.store.changes_since(seq, limit=1000)
    return {key for change in changes for key in keys_of(site).keys(change.scopes)}


def cursor_of(cache: Recorder) -> str:
    return f"purge {Endpoint(cache.url, FORMS['xkey']).name}"


async def settled(store: Store, cache: Recorder) -> None:
    """All is purged, for the last time."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if await store.read_cursor(cursor_of(cache)) >= await store.last_seq():
                return
            await asyncio.sleep(0.002)


async def test_every_scope_of_a_write_is_purged_at_once_and_twice_more(site: Site, cache: Recorder) -> None:
    async with purging(purger_of(site.state, cache)):
        await settled(site.state.store, cache)
        before, seq = len(cache.told), await site.state.store.last_seq()
        await site.newsroom.publish("ferry", sections=("world/africa",))
        wanted = await keys_since(site, seq)
        assert len(wanted) > 5
        await until(lambda: len(cache.told) == before + 1)
        assert set(cache.told[-1].keys) == wanted
        assert len(cache.told[-1].keys) == len(wanted), "each once"
        await settled(site.state.store, cache)
        assert [set(told.keys) for told in cache.told[before:]] == [wanted] * 3


async def test_what_no_reader_can_see_is_not_told(site: Site, cache: Recorder) -> None:
    async with purging(purger_of(site.state, cache)):
        await settled(site.state.store, cache)
        before, store = len(cache.told), site.state.store
        await store.add_partner(Partner(name="partner", terms=Terms(embargoed=True)))
        until_later = site.state.clock() + timedelta(hours=1)
        await site.newsroom.publish("secret", embargoed_until=until_later)
        await store.expand_views()
        await site.newsroom.publish("draft", status=ArticleStatus.DRAFT)
        seq = await store.last_seq()
        await site.newsroom.publish("ferry")
        wanted = await keys_since(site, seq)
        await store.expand_views()
        await until(lambda: len(cache.told) == before + 1)
        assert set(cache.told[-1].keys) == wanted
        await settled(store, cache)
        assert all(set(told.keys) == wanted for told in cache.told[before:])


async def test_a_cache_of_which_nothing_is_known_forgets_everything(site: Site, cache: Recorder) -> None:
    await site.newsroom.publish("ferry")
    async with purging(purger_of(site.state, cache)):
        await until(lambda: bool(cache.told))
    assert cache.told[0].keys == [keys_of(site).key(SITE)]


async def test_a_cache_that_fails_is_told_all_of_it_later(
    site: Site, cache: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    purger = purger_of(site.state, cache)
    async with purging(purger) as loops:
        await settled(site.state.store, cache)
        seq = await site.state.store.last_seq()
        cache.status = 503
        for number in range(5):
            await site.newsroom.publish(f"story-{number}")
            await until(lambda number=number: len(cache.refused) > number)  # type: ignore[misc]
        [trouble] = loops.troubles
        assert trouble.name == str(purger) == f"purging the cache at {cache.url}"
        assert trouble.error == f"PurgeFailed: PURGE {cache.url} is answered 503"
        assert await site.state.store.read_cursor(cursor_of(cache)) == seq, "nothing is done"
        cache.told.clear()
        cache.status = 200
        await settled(site.state.store, cache)
        assert await keys_since(site, seq) <= cache.keys
        await until(lambda: not loops.troubles)
    said = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.levelname for record in said] == ["ERROR", "WARNING"], (
        "a line when it begins, and one when it is over"
    )


async def test_what_was_written_while_nobody_purged_is_told_after_the_next_start(site: Site, cache: Recorder) -> None:
    async with purging(purger_of(site.state, cache)):
        await settled(site.state.store, cache)
    seq = await site.state.store.last_seq()
    await site.newsroom.publish("ferry")
    cache.told.clear()
    async with purging(purger_of(site.state, cache)):
        await settled(site.state.store, cache)
    assert cache.keys == await keys_since(site, seq)


async def test_what_was_told_once_when_its_process_died_is_told_again(site: Site, cache: Recorder) -> None:
    async with purging(purger_of(site.state, cache)):
        await settled(site.state.store, cache)
    seq = await site.state.store.last_seq()
    async with purging(purger_of(site.state, cache, again=(3600,)), killed=True):
        before = len(cache.told)
        await site.newsroom.publish("ferry")
        await until(lambda: len(cache.told) > before)
    assert await site.state.store.read_cursor(cursor_of(cache)) == seq
    cache.told.clear()
    async with purging(purger_of(site.state, cache)):
        # It died and holds the cursor: the next has it when the lease is over.
        site.clock.advance(seconds=10)
        await settled(site.state.store, cache)
    assert cache.keys == await keys_since(site, seq)


async def test_of_several_processes_one_purges(site: Site, cache: Recorder, tmp_path: Path) -> None:
    async with (
        open_site(tmp_path, site.clock, surrogate_keys="xkey") as other,
        purging(purger_of(site.state, cache)),
        purging(purger_of(other.state, cache)),
    ):
        await settled(site.state.store, cache)
        before = len(cache.told)
        seq = await site.state.store.last_seq()
        writers = [site, other]
        for number in range(4):
            await writers[number % 2].newsroom.publish(f"story-{number}")
            await settled(site.state.store, cache)
        assert await keys_since(site, seq) <= cache.keys
        assert len(cache.told) == before + 12, "each of the four told at once and twice more, by one of them"


async def test_a_process_that_stops_leaves_the_rest_to_the_other_at_once(site: Site, cache: Recorder) -> None:
    """The clock of the leases stands still."""
    async with purging(purger_of(site.state, cache, again=(3600,))):
        await site.newsroom.publish("ferry")
        await until(lambda: bool(cache.told))
    async with purging(purger_of(site.state, cache)):
        await settled(site.state.store, cache)


@pytest.mark.parametrize(("form", "most"), [("tags", 30), ("xkey", 256)])
async def test_many_keys_go_in_few_requests(site: Site, cache: Recorder, form: str, most: int) -> None:
    async with purging(purger_of(site.state, cache)):
        await settled(site.state.store, cache)
    seq = await site.state.store.last_seq()
    for number in range(12):
        site.clock.advance(days=40)
        await site.newsroom.publish(f"story-{number}")
    wanted = await keys_since(site, seq)
    assert len(wanted) > 40
    cache.told.clear()
    async with purging(purger_of(site.state, cache, form)):
        await until(lambda: cache.keys >= wanted)
        await settled(site.state.store, cache)
    assert all(len(told.keys) <= most for told in cache.told)
    assert len(cache.told) == 3 * -(-len(wanted) // most)


async def test_more_than_that_is_everything(site: Site, cache: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.delivery.purging._REQUESTS", 0)
    async with purging(purger_of(site.state, cache)):
        await settled(site.state.store, cache)
        cache.told.clear()
        await site.newsroom.publish("ferry")
        await until(lambda: bool(cache.told))
    assert cache.keys == {keys_of(site).key(SITE)}


async def test_a_log_far_behind_is_not_read(site: Site, cache: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    async with purging(purger_of(site.state, cache)):
        await settled(site.state.store, cache)
    monkeypatch.setattr("feeds.delivery.purging._FAR", 2)
    for number in range(4):
        await site.newsroom.publish(f"story-{number}")
    cache.told.clear()
    async with purging(purger_of(site.state, cache)):
        await settled(site.state.store, cache)
    assert cache.keys == {keys_of(site).key(SITE)}


async def test_the_server_purges_as_it_is_set_to_and_says_what_fails(tmp_path: Path, cache: Recorder) -> None:
    chosen = {"surrogate_keys": "Cache-Tag", "purge_form": "tags", "purge_header": "Authorization: Bearer Hunter-2"}
    cache.status = 403
    async with open_site(tmp_path, SettableClock(FOUNDED), purge_urls=f"{cache.url}, {cache.url}2", **chosen) as site:
        await site.newsroom.publish("ferry")
        await until(lambda: len(site.state.loops.troubles) == 2)
        async with client_of(site) as client:
            ready = await client.ask("/readyz")
        assert ready.status == 200, "readers are served all the same"
        assert f"loops: purging the cache at {cache.url}2 fails since" in ready.text
        assert "Hunter-2" not in ready.text
        cache.status = 200
        await until(lambda: {told.path for told in cache.told} == {"/", "/2"})
        assert cache.told[0].fields["authorization"] == "Bearer Hunter-2"
