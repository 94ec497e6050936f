"""The published client, a process of its own: whatever is cut, killed or changed, its mirror ends as what its partner may show."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from feeds.newsroom.partners.keys import key_hash, new_key
from feeds.newsroom.partners.shown import article_for
from feeds.urls import Urls
from storage.clock import Clock, utc_now
from storage.connect import open_store
from storage.model import Partner, PartnerKey
from storage.protocol import Store
from tests.kinds.newsroom import SettableClock, until
from tests.partners.test_telling import EVENTS, NAME, TERMS, Newsroom
from tests.server.listening import Listening, listening
from tests.server.running import Running, running
from tests.storage.newsroom import sections
from tests.web.site import BASE, Site, open_site

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]

CLIENT = Path(__file__).parents[2] / "docs" / "dateline_mirror.py"
_HASTY = """
import runpy, sys
client = runpy.run_path(sys.argv.pop(1))
own = client["follow"].__globals__
own |= {"PAUSES": (0.01,), "LIMIT": 3, "WAIT": 1}
sys.exit(client["main"]())
"""
"""The client as it is published, but for how long it waits after a failure, and how little an answer tells it."""


class Proxy:
    """Between the client and the server: it cuts connections, some before and some amid what they carry."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.target = 0
        """The server's port; 0: nobody listens."""
        self.port = 0
        self.cuts = 0.3
        """The part of the connections that are cut."""
        self.carried = 0
        self._writers: set[asyncio.StreamWriter] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Proxy"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.cut_all()

    def cut_all(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            self._writers.discard(writer)
            return
        self._writers.add(back)
        left = self.chance.randrange(2000) if self.chance.random() < self.cuts else sys.maxsize
        asking = asyncio.create_task(self._carry(reader, back, sys.maxsize))
        try:
            await self._carry(there, writer, left)
        finally:
            asking.cancel()
            for one in (writer, back):
                one.transport.abort() if left <= 2000 else one.close()
                self._writers.discard(one)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, left: int) -> None:
        try:
            while left and (piece := await source.read(min(left, 65_536))):
                sink.write(piece)
                await sink.drain()
                self.carried += len(piece)
                left -= len(piece)
        except OSError:
            # The other end is gone.
            pass


@dataclass
class Client:
    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def database(self) -> Path:
        return self.folder / "mirror.db"

    def command(self, *options: str) -> list[str]:
        return [
            sys.executable, "-c", _HASTY, str(CLIENT), f"http://127.0.0.1:{self.port}", "--name", NAME,
            "--key-file", str(self.folder / "key"), "--db", str(self.database), *options,
        ]  # fmt: skip

    def start(self) -> None:
        self.process = subprocess.Popen(self.command(), stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    async def run(self, *options: str) -> tuple[int, str]:
        """To its end."""
        process = await asyncio.create_subprocess_exec(
            *self.command(*options), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        said, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, said.decode()

    def shown(self) -> dict[str, Any]:
        if not self.database.exists():
            return {}
        with closing(sqlite3.connect(self.database, timeout=30)) as db:
            try:
                return {guid: json.loads(article) for guid, article in db.execute("SELECT guid, article FROM articles")}
            except sqlite3.OperationalError:
                # Its first start was killed before there was a table.
                return {}


async def granted(store: Store) -> dict[str, Any]:
    await store.expand_views()
    partner = await store.get_partner(NAME)
    seen = await store.entitled_list(partner.set_id, after_id=0, limit=10_000)
    return {one.guid: article_for(one, partner.terms, Urls(BASE)) for one in seen}


class Server:
    """In this process, with a clock that is set; it is ended and started anew on the same store."""

    def __init__(self, folder: Path, url: str, clock: SettableClock, proxy: Proxy) -> None:
        self._folder, self._url, self._clock, self._proxy = folder, url, clock, proxy
        self._stack = AsyncExitStack()
        self.site: Site
        self.listening: Listening

    async def start(self) -> None:
        self.site = await self._stack.enter_async_context(open_site(self._folder, self._clock, database_url=self._url))
        self.listening = await self._stack.enter_async_context(listening(self.site.app, self.site.state))
        self._proxy.target = self.listening.port

    async def end(self) -> None:
        self._proxy.target = 0
        self._proxy.cut_all()
        await self._stack.aclose()


async def put_key(store: Store, folder: Path, clock: Clock) -> None:
    key = new_key()
    (folder / "key").write_text(f"{key}\n")
    await store.add_partner(Partner(name=NAME, terms=TERMS[0]))
    await store.add_partner_key(NAME, PartnerKey(name="first", hash=key_hash(key), created_at=clock()))


async def play(folder: Path, url: str, *, rounds: int, seed: int) -> None:
    chance, clock = Random(seed), SettableClock()
    async with Proxy(chance).running() as proxy:
        server, client = Server(folder, url, clock, proxy), Client(folder, proxy.port)
        await server.start()
        try:
            await put_key(server.site.state.store, folder, clock)
            newsroom = Newsroom(server.site.state.store, clock, clock.advance)
            client.start()
            for number in range(rounds):
                carried = proxy.carried
                for _ in range(chance.randrange(6)):
                    await getattr(newsroom, chance.choice((*EVENTS, "publish", "write")))(chance.randrange(100))
                if number % 10 == 4:
                    client.kill()
                    client.start()
                elif number % 10 == 9:
                    await server.end()
                    await server.start()
                    newsroom.store = server.site.state.store
                elif chance.random() < 0.3:
                    proxy.cut_all()
                await until(lambda before=carried: proxy.carried > before)  # type: ignore[misc]
            proxy.cuts = 0.0
            store = server.site.state.store
            right = await granted(store)
            await until(lambda: client.shown() == right)
            client.kill()
            assert await client.run("--once") == (0, "")
            assert await client.run("--certify") == (0, f"The mirror is identical: {len(right)} articles.\n")
        finally:
            client.kill()
            await server.end()


async def test_a_mirror_survives_whatever_happens(tmp_path: Path, store_url: str) -> None:
    seed = int.from_bytes(os.urandom(4))
    print(f"seed {seed}")
    await play(tmp_path, store_url, rounds=10, seed=seed)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(5))
async def test_a_mirror_survives_much_more(tmp_path: Path, store_url: str, seed: int) -> None:
    await play(tmp_path, store_url, rounds=400, seed=seed)


class Killed:
    """A server of two workers, a process of its own that is killed and started again on its port; what is written is another's."""

    def __init__(self, folder: Path, url: str, started: ExitStack) -> None:
        self._folder, self._url, self._started = folder, url, started
        self.server = self._start(0)

    def _start(self, port: int) -> Running:
        return self._started.enter_context(
            running(self._folder, "--workers", "2", port=port, DATELINE_DATABASE_URL=self._url)
        )

    async def kill(self, chance: Random) -> None:
        workers = sorted(self.server.workers())
        if workers and chance.random() < 0.6:
            os.kill(chance.choice(workers), signal.SIGKILL)
        else:
            port = self.server.port
            self.server.process.kill()
            self.server = await asyncio.to_thread(self._start, port)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(2))
async def test_a_mirror_survives_servers_that_are_killed(tmp_path: Path, store_url: str, seed: int) -> None:
    chance = Random(seed)
    store = await open_store(store_url, migrate=True)
    await store.import_sections(sections())
    await put_key(store, tmp_path, utc_now)
    # Its clock is the world's.
    events = [event for event in EVENTS if event not in ("wait", "prune")]
    newsroom = Newsroom(store, utc_now, lambda **_: utc_now())
    with ExitStack() as started:
        server = Killed(tmp_path, store_url, started)
        async with Proxy(chance).running() as proxy:
            proxy.target = server.server.port
            client = Client(tmp_path, proxy.port)
            client.start()
            try:
                for number in range(30):
                    carried = proxy.carried
                    for _ in range(chance.randrange(8)):
                        await getattr(newsroom, chance.choice((*events, "publish", "write")))(chance.randrange(100))
                    if number % 6 == 3:
                        await server.kill(chance)
                    elif number % 6 == 5:
                        client.kill()
                        client.start()
                    await until(lambda before=carried: proxy.carried > before)  # type: ignore[misc]
                proxy.cuts = 0.0
                right = await granted(store)
                await until(lambda: client.shown() == right)
            finally:
                client.kill()
    await store.close()
