"""What is measured of a process: lags by the clock, the cache, and loops by names that tell no address."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from feeds.loops import Loops
from feeds.measures import measures_of, store_measures
from feeds.metrics.snapshot import Snapshot
from storage.model import Partner
from tests.kinds.newsroom import SettableClock
from tests.web.site import Client, Site, client_of, open_site

pytestmark = pytest.mark.anyio


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(tmp_path, SettableClock(), metrics="10.0.0.1") as site:
        yield site


@pytest.fixture
async def client(site: Site) -> AsyncIterator[Client]:
    async with client_of(site) as client:
        yield client


def value(taken: Snapshot, name: str, *labels: str) -> Any:
    return taken.values[name][labels]


async def test_what_is_due_lags_until_it_is_written(site: Site) -> None:
    follower = site.state.follower
    await site.newsroom.publish("tonight", site.clock.now.replace(hour=23))
    await follower.catch_up()
    assert value(measures_of(site.state, "worker"), "dateline_due_lag_seconds") == 0
    before = value(measures_of(site.state, "worker"), "dateline_log_position")
    site.clock.now = site.clock.now.replace(hour=23, minute=1, second=0, microsecond=0)
    # Nobody has had a turn to write it.
    assert value(measures_of(site.state, "worker"), "dateline_due_lag_seconds") == 60
    await follower.catch_up()
    after = measures_of(site.state, "worker")
    assert value(after, "dateline_due_lag_seconds") == 0
    assert value(after, "dateline_log_position") > before
    assert value(after, "dateline_log_position") == value(await store_measures(site.state), "dateline_log_end")


async def test_what_partners_see_lags_until_it_is_brought_up(site: Site) -> None:
    views = site.state.partner_views
    await site.state.store.add_partner(Partner(name="Rome"))
    assert await views.catch_up(60)
    assert views.lag(site.clock()) == 0
    await site.newsroom.publish("ferry")
    await site.state.follower.catch_up()
    site.clock.advance(seconds=30)
    assert value(measures_of(site.state, "worker"), "dateline_views_lag_seconds") == 30
    assert await views.catch_up(60)
    assert value(measures_of(site.state, "worker"), "dateline_views_lag_seconds") == 0


async def test_answers_are_told_by_where_they_came_from(site: Site, client: Client) -> None:
    for _ in range(3):
        await client.ask("/feed.rss", Accept_Encoding="gzip")
    taken = measures_of(site.state, "worker", connections=7)
    assert value(taken, "dateline_cache_answers_total", "made") == 1
    assert value(taken, "dateline_cache_answers_total", "kept") == 2
    assert value(taken, "dateline_cache_entries", "feeds", "bodies") == 1
    assert value(taken, "dateline_cache_bytes", "feeds") == site.state.cache.size > 0
    assert sum(value(taken, "dateline_render_seconds", "feeds")[:-1]) == 1
    assert value(taken, "dateline_connections") == 7


async def test_a_loop_is_called_by_what_tells_no_address(site: Site) -> None:
    failed = asyncio.Event()

    async def step() -> float:
        failed.set()
        raise ValueError

    loops = Loops(site.clock)
    name = "purging the cache at http://10.0.0.7/"
    running = asyncio.create_task(loops.run_forever(name, step, known_as="purging caches in front"))
    await failed.wait()
    await asyncio.sleep(0)
    taken = measures_of(replace(site.state, loops=loops), "worker")
    assert [trouble.name for trouble in loops.troubles] == [name]
    assert value(taken, "dateline_loop_failures_total", "purging caches in front") == 1
    assert value(taken, "dateline_loops_failing", "purging caches in front") == 1
    assert b"10.0.0.7" not in taken.write()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
