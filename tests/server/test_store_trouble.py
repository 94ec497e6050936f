"""The store's disk is full, its lock is held, its file is gone: readers read on, writers are told why, and all recovers."""

import asyncio
import contextlib
import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

import pytest

from storage.clock import utc_now
from storage.connect import open_store
from storage.model import Article, Token
from tests.kinds.newsroom import story
from tests.server.running import before_all, running
from tests.server.wire import Answer, Wire, dial, until
from tests.storage.newsroom import withdraw
from tests.stores import opened_store

pytestmark = pytest.mark.anyio

TOKEN = "a token for the tests"
_SOON = """
from storage.sqlite import engine
engine.open_engine.__kwdefaults__["busy_timeout"] = 1.0
"""
"""For another's lock a second is waited, not five."""
UTC = ZoneInfo("UTC")


async def newsroom(folder: Path) -> None:
    """A newsroom with an article."""
    store = await open_store(f"sqlite:///{folder}/dateline.db", migrate=True, synchronous="NORMAL")
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    await store.add_token(Token(name="desk", hash=digest, scopes=frozenset({"publish"}), created_at=utc_now()))
    await store.add_article(story("harbour", utc_now(), UTC, sections=()))
    await store.close()


async def schedule(folder: Path, slug: str = "budget") -> Article:
    """An article that is due in a moment."""
    async with opened_store(f"sqlite:///{folder}/dateline.db") as store:
        return await store.add_article(story(slug, utc_now() + timedelta(seconds=1), UTC, sections=()))


async def write(wire: Wire, headline: str = "Ferry", body_html: str = "") -> Answer:
    article = {"headline": headline, "body_html": body_html, "status": "published"}
    return await wire.ask(
        "/api/articles",
        method="POST",
        body=json.dumps(article).encode(),
        Authorization=f"Bearer {TOKEN}",
        Content_Type="application/json",
    )


def refused(answer: Answer) -> str:
    """Why a write was refused, as the client is told."""
    assert answer.status == 503, answer
    assert int(answer.field("retry-after") or 0) > 0
    assert answer.field("content-type") == "application/problem+json"
    detail: str = json.loads(answer.body)["detail"]
    return detail


def shown(answer: Answer) -> str:
    assert answer.status == 200, answer
    return answer.body.decode()


@dataclass
class Polls:
    """A reader that polls without pause, and meets nothing but 200 and 304."""

    port: int
    answered: int = 0
    longest: float = 0.0
    budget: bool = False
    """Whether the article that was due is shown."""

    @asynccontextmanager
    async def on(self) -> AsyncIterator["Polls"]:
        polling = asyncio.create_task(self._poll())
        try:
            yield self
        finally:
            polling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await polling

    async def _poll(self) -> None:
        async with dial(self.port) as wire:
            while True:
                asked = monotonic()
                answer = await wire.ask("/feed.atom")
                assert (await wire.ask("/feed.atom", If_None_Match=answer.field("etag") or "")).status in (200, 304)
                # Never kept, each made anew.
                assert (await wire.ask(f"/search?q=w{self.answered}")).status == 200
                self.longest = max(self.longest, monotonic() - asked)
                self.budget = "Budget" in shown(answer)
                self.answered += 3
                await asyncio.sleep(0.01)

    async def more(self, polls: int = 60) -> None:
        seen = self.answered
        await until(lambda: self.answered > seen + polls)


@contextmanager
def lock_held(folder: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(
        sqlite3.connect(folder / "dateline.db", isolation_level=None, timeout=60, check_same_thread=False)
    ) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


async def schedule_and_lock(folder: Path, locks: contextlib.ExitStack) -> sqlite3.Connection:
    """Have the lock before an article is due. Where this machine was at something else until it was: before another one is."""
    for number in count():
        article = await schedule(folder, f"budget-{number}")
        other = locks.enter_context(lock_held(folder))
        if other.execute("SELECT public FROM articles WHERE id = ?", (article.id,)).fetchall() == [(0,)]:
            return other
        other.execute("ROLLBACK")
        async with opened_store(f"sqlite:///{folder}/dateline.db") as store:
            await withdraw(store, await store.get_article(article.id))
    raise AssertionError


async def test_a_held_lock_keeps_back_what_is_new_and_no_reader(tmp_path: Path) -> None:
    await newsroom(tmp_path)
    with running(tmp_path, PYTHONPATH=before_all(tmp_path, _SOON)) as server, contextlib.ExitStack() as locks:
        async with Polls(server.port).on() as polls, contextlib.AsyncExitStack() as stack:
            other = await schedule_and_lock(tmp_path, locks)
            wires = [await stack.enter_async_context(dial(server.port)) for _ in range(8)]
            began = monotonic()
            for answer in await asyncio.gather(*(write(wire) for wire in wires)):
                assert refused(answer) == "The database is locked by another process. Nothing was changed."
            waited = monotonic() - began
            server.hear("writing what is due fails")
            await polls.more()
            assert not polls.budget
            [wire, *_] = wires
            ready = await wire.ask("/readyz")
            assert ready.status == 200
            assert b"writing what is due fails since" in ready.body
            assert b"locked by another process" in ready.body
            other.execute("ROLLBACK")
            assert (await write(wire)).status == 201
            await until(lambda: polls.budget)
            server.hear("writes work again")
        print(
            f"\nlocked: {polls.answered} answers, the longest took {polls.longest:.2f} s; 8 writes together {waited:.1f} s"
        )
        assert len(server.said) < 8, server.said


async def test_a_stop_waits_for_no_lock(tmp_path: Path) -> None:
    await newsroom(tmp_path)
    with running(tmp_path, PYTHONPATH=before_all(tmp_path, _SOON)) as server, contextlib.ExitStack() as locks:
        await schedule_and_lock(tmp_path, locks)
        server.hear("writing what is due fails")
        async with contextlib.AsyncExitStack() as stack:
            wires = [await stack.enter_async_context(dial(server.port)) for _ in range(8)]
            writing = [asyncio.create_task(write(wire)) for wire in wires]
            # They are on their way: what a worker was sent first it answers first.
            async with dial(server.port) as wire:
                await wire.ask("/healthz")
            began = monotonic()
            server.process.send_signal(signal.SIGTERM)
            answers = await asyncio.gather(*writing)
            assert all("locked" in refused(answer) for answer in answers)
        await asyncio.to_thread(server.process.wait, 60)
        print(f"\nstopped beside a lock in {monotonic() - began:.1f} s")


@pytest.mark.parametrize("crashed", [False, True])
async def test_a_server_comes_up_beside_a_lock(tmp_path: Path, crashed: bool) -> None:
    await newsroom(tmp_path)
    await schedule(tmp_path)
    if crashed:
        with contextlib.closing(sqlite3.connect(tmp_path / "dateline.db")) as db, db:
            db.execute("INSERT INTO last_writes SELECT '999999999 dead', 1, max(seq) FROM changes")
    await asyncio.sleep(1)
    with lock_held(tmp_path) as other, running(tmp_path, PYTHONPATH=before_all(tmp_path, _SOON)) as server:
        async with Polls(server.port).on() as polls:
            await polls.more()
            assert not polls.budget
            other.execute("ROLLBACK")
            await until(lambda: polls.budget)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system with no room for more than a few megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if (
        sys.platform != "linux"
        or os.geteuid() != 0
        or subprocess.run(mount, capture_output=True, check=False).returncode
    ):
        pytest.skip("a file system of a limited size cannot be had here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """A file that takes all the room that there is."""
    filler = folder / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as full:
        while full.write(b"x" * 4096):
            pass
    return filler


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
async def test_a_server_comes_up_again_on_a_full_disk(small: Path, end: signal.Signals) -> None:
    """What it needs to read by is what it left, or gave back."""
    await newsroom(small)
    with running(small) as server:
        await schedule(small)
        fill(small)
        server.process.send_signal(end)
        await asyncio.to_thread(server.process.wait, 60)
    with running(small) as server:
        async with dial(server.port) as wire, Polls(server.port).on() as polls:
            assert "no space left" in refused(await write(wire, body_html=f"<p>{'words ' * 40_000}</p>"))
            await polls.more()
            (small / "filler").unlink()
            assert (await write(wire)).status == 201
            await until(lambda: polls.budget)


async def test_a_full_disk_keeps_back_what_is_new_and_no_reader(small: Path) -> None:
    await newsroom(small)
    with running(small) as server:
        async with dial(server.port) as wire, Polls(server.port).on() as polls:
            await schedule(small)
            filler = fill(small)
            large = f"<p>{'words ' * 40_000}</p>"
            full_disk = "The database has no space left on its disk. Nothing was changed."
            for _ in range(30):
                assert refused(await write(wire, body_html=large)) == full_disk
            server.hear("writes fail: The database has no space left on its disk")
            await polls.more(120)
            said = len(server.said)
            filler.unlink()
            assert (await write(wire, body_html=large)).status == 201
            await until(lambda: polls.budget)
        print(f"\nfull: {polls.answered} answers, the longest took {polls.longest:.2f} s; {said} lines in the log")
        assert len(server.said) < 8, server.said


async def test_a_file_that_is_taken_away_is_noticed_and_its_return_too(tmp_path: Path) -> None:
    await newsroom(tmp_path)
    with running(tmp_path) as server:
        async with dial(server.port) as wire, Polls(server.port).on() as polls:
            await polls.more()
            (tmp_path / "dateline.db").rename(tmp_path / "aside.db")
            # Though nobody writes, or asks.
            server.hear("watching the store's file fails.*moved or deleted: put it back")
            assert "moved or deleted" in refused(await write(wire))
            ready = await wire.ask("/readyz")
            assert ready.status == 503
            assert ready.body.startswith(b"not ready: The database file was moved or deleted: put it back.")
            await polls.more()
            assert not (tmp_path / "dateline.db").exists()
            (tmp_path / "aside.db").rename(tmp_path / "dateline.db")
            assert (await wire.ask("/readyz")).status == 200
            assert (await write(wire)).status == 201
