"""Workers, and at times the whole server, killed under mixed traffic: nothing acknowledged is lost, nobody is left stale."""

import asyncio
import hashlib
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from feeds.main import site_state
from feeds.settings import Settings
from storage.clock import utc_now
from storage.connect import open_store
from storage.model import Author, Section, Tag, Token
from tests.kinds.newsroom import Newsroom, SettableClock, story
from tests.server.running import Running, running
from tests.server.traffic import FEEDS, SECTIONS, Traffic
from tests.server.wire import until
from tests.web.site import Site, application, client_of

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform != "linux", reason="workers are found in /proc"),
]

WORKERS = 3
TOKEN = "a token for the writers"
_ANSWERS = {200, 201, 204, 226, 304}
"""Statuses that clients get, besides 503."""


async def newsroom(folder: Path, url: str = "") -> None:
    """Sections, a token, and an article with the tag and the author whose feeds are polled; in the folder, or at a URL."""
    store = await open_store(url or f"sqlite:///{folder}/dateline.db", migrate=True)
    await store.import_sections([Section(path=path, title=path.title(), created_at=utc_now()) for path in SECTIONS])
    first = story("first", utc_now(), ZoneInfo("UTC"))
    tags, authors = (Tag(slug="harbour", name="Harbour"),), (Author(slug="ann", name="Ann"),)
    await store.add_article(replace(first, sections=("world",), tags=tags, authors=authors))
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    scopes = frozenset({"publish", "moderate"})
    await store.add_token(Token(name="desk", hash=digest, scopes=scopes, created_at=utc_now()))
    await store.close()


class Killed:
    """A server that is started again, on the same address, whenever it is killed as a whole."""

    def __init__(self, folder: Path, started: ExitStack) -> None:
        self._folder = folder
        self._started = started
        self.server = self._start(0)
        self.port = self.server.port

    def _start(self, port: int) -> Running:
        # Else the last comment counts would come ten minutes later.
        server = running(self._folder, "--workers", str(WORKERS), port=port, DATELINE_COMMENT_COUNT_INTERVAL="0")
        return self._started.enter_context(server)

    def kill_a_worker(self, chance: Random) -> None:
        workers = sorted(self.server.workers())
        if workers:
            os.kill(chance.choice(workers), signal.SIGKILL)

    async def kill_everything(self) -> None:
        """The supervisor alone: its workers have to see to their own ends."""
        self.server.process.kill()
        self.server = await asyncio.to_thread(self._start, self.port)

    async def settled(self) -> None:
        """All workers are there, and answer."""
        await until(lambda: len(self.server.workers()) == WORKERS)
        async with self.server.wire_to_each(WORKERS):
            pass


@contextmanager
def killed(folder: Path) -> Iterator[Killed]:
    with ExitStack() as started:
        yield Killed(folder, started)


async def rendered_afresh(folder: Path, url: str = "") -> dict[str, bytes]:
    """Every feed and page as an application makes them that has just opened the store, in the folder or at a URL."""
    settings = Settings(
        database_url=url or f"sqlite:///{folder}/dateline.db", base_url="https://news.example", media_dir=folder / "media",
        synchronous="NORMAL", comment_count_interval=0,
    )  # fmt: skip
    async with site_state(settings, utc_now) as state:
        site = Site(state, Newsroom(state.store, SettableClock(), state.publication), application(state))
        async with client_of(site) as client:
            return {path: (await client.ask(path)).body for path in FEEDS}


async def kill(folder: Path, kills: int, seed: int, longest_pause: float) -> None:
    chance = Random(seed)
    await newsroom(folder)
    with killed(folder) as target:
        traffic = Traffic(target.port, TOKEN, seed=seed)
        async with traffic.flowing():
            await until(lambda: traffic.ledger.acknowledged > 20)
            for number in range(1, kills + 1):
                await asyncio.sleep(chance.random() * longest_pause)
                if number % 8 == 0:
                    await target.kill_everything()
                else:
                    target.kill_a_worker(chance)
            seen = traffic.ledger.acknowledged
            # What clients do is drawn: it goes on until there was some of each kind.
            await until(lambda: traffic.ledger.acknowledged > seen + 20 and set(traffic.answers) >= _ANSWERS)
        await target.settled()
        truth = await rendered_afresh(folder)
        await target.settled()
        assert await traffic.faults(truth) == []
        answers = traffic.answers
        print(f"\n{kills} kills: {traffic.ledger.acknowledged} writes acknowledged, "
              f"{traffic.ledger.unanswered} edits without an answer, answers {dict(answers)}")  # fmt: skip
        assert set(answers) <= _ANSWERS | {503}


async def test_kills_under_load_lose_nothing_and_leave_nobody_stale(tmp_path: Path) -> None:
    await kill(tmp_path, 10, seed=int.from_bytes(os.urandom(4)), longest_pause=1.0)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(4))
async def test_many_kills_under_load_lose_nothing_and_leave_nobody_stale(tmp_path: Path, seed: int) -> None:
    await kill(tmp_path, 50, seed, longest_pause=3.0)
