"""Workers killed at any point: every subscriber ends with the newest, and who unsubscribed is sent nothing that came after."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from feeds.delivery.carrier import host_of
from feeds.main import site_state
from feeds.settings import Settings
from storage.clock import utc_now
from storage.model import RequestMode, Section, SubscriptionRequest
from tests.delivery.subscribers import Asked, Callback, Sink, is_signed, sink, status
from tests.kinds.newsroom import SECTIONS, Newsroom, SettableClock
from tests.server.running import Running, environment, running
from tests.server.wire import PATIENCE, until
from tests.web.site import BASE, Site, application, client_of

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform != "linux", reason="a process is forked, and ended with its parent"),
]

FEED = "/section/world/feed.rss"
WORKERS, SUBSCRIBERS = 2, 18
HOSTS = ("127.0.2.1", "127.0.2.2", "127.0.2.3")


class Workers:
    """Of a process that begins them."""

    def __init__(self, begin: subprocess.Popen[str]) -> None:
        self._begin = begin
        self.alive: list[int] = []

    def begin(self) -> None:
        assert self._begin.stdin is not None
        assert self._begin.stdout is not None
        self._begin.stdin.write("\n")
        self._begin.stdin.flush()
        self.alive.append(int(self._begin.stdout.readline()))

    async def ready(self) -> None:
        """They are."""

    def kill(self, chance: Random) -> None:
        victim = self.alive.pop(chance.randrange(len(self.alive)))
        os.kill(victim, signal.SIGKILL)


def _settings(url: str) -> dict[str, str]:
    return {"DATELINE_DATABASE_URL": url, "DATELINE_OUTBOUND_ALLOW": "127.0.0.0/8", "DATELINE_DELIVER_TIMEOUT": "2"}


@contextmanager
def workers_of(folder: Path, url: str) -> Iterator[Workers]:
    with (
        (folder / "said").open("w") as said,
        subprocess.Popen(
            [sys.executable, "-m", "tests.delivery.killable"], env=environment(folder, **_settings(url)), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said,
        ) as begin,
    ):  # fmt: skip
        workers = Workers(begin)
        try:
            for _ in range(WORKERS):
                workers.begin()
            yield workers
        finally:
            begin.kill()


class OfServer:
    """The process that delivers beside the workers of `dateline serve`, which begins another whenever it ends."""

    def __init__(self, server: Running) -> None:
        self._server = server
        self._others = server.workers()

    def begin(self) -> None:
        """The server does."""

    def kill(self, chance: Random) -> None:
        pids = self._server.workers() - self._others
        if pids:
            os.kill(chance.choice(sorted(pids)), signal.SIGKILL)

    async def ready(self) -> None:
        """There is one again."""
        await until(lambda: bool(self._server.workers() - self._others))


@contextmanager
def server_of(folder: Path, url: str) -> Iterator[OfServer]:
    """It begins another a second after each end: how long it lives between is no measure here."""
    program = (sys.executable, "-c", _EAGER)
    with running(folder, program=program, **_settings(url)) as server:  # type: ignore[arg-type]
        yield OfServer(server)


_EAGER = "import feeds.server.deliveries as known; known._SOUND = 0.0; from feeds.cli.app import main; main()"


Killable = Callable[[Path, str], AbstractContextManager[Workers | OfServer]]


class Newsstand:
    """A newsroom that publishes, and its subscribers; no worker is in this process."""

    def __init__(self, site: Site, sink: Sink, chance: Random) -> None:
        self.site = site
        self.sink = sink
        self.chance = chance
        self.callbacks: dict[str, Callback] = {}
        self.left: dict[str, int] = {}
        """Callbacks that have unsubscribed, and how many stories there were then."""
        self.stories = 0

    async def publish(self) -> None:
        self.site.newsroom.clock.now = utc_now()
        await self.site.newsroom.publish(f"story-{self.stories}-told")
        self.stories += 1

    async def begun(self) -> None:
        """The last story has come to somebody."""
        name = f"story-{self.stories - 1}-told".encode()
        await until(lambda: any(name in callback.newest for callback in self.callbacks.values()))

    async def subscribe(self) -> None:
        number = len(self.callbacks)
        callback = self.sink.callback(f"/{number}", host=number % len(HOSTS))
        callback.takes = self._take
        self.callbacks[callback.url] = callback
        await self.ask(callback, RequestMode.SUBSCRIBE)

    async def leave(self) -> None:
        """Have one unsubscribe: what is published once it is gone is not for it."""
        staying = [url for url in self.callbacks if url not in self.left]
        url = self.chance.choice(staying)
        await self.ask(self.callbacks[url], RequestMode.UNSUBSCRIBE)
        await self.until(lambda urls: url not in urls)
        self.left[url] = self.stories

    async def ask(self, callback: Callback, mode: RequestMode) -> None:
        request = SubscriptionRequest(
            callback=callback.url, callback_host=host_of(callback.url), asked=BASE + FEED, path=FEED, mode=mode,
            secret=callback.url, lease=timedelta(days=10),
        )  # fmt: skip
        await self.site.state.store.request_subscription(request, most=999, most_per_host=999, most_per_client=999)

    async def until(self, condition: object) -> None:
        """Wait for what the callbacks that are subscribed show."""
        async with asyncio.timeout(PATIENCE):
            while True:
                found = await self.site.state.store.list_subscriptions(limit=1000)
                if condition({one.callback for one in found}):  # type: ignore[operator]
                    return
                await asyncio.sleep(0.01)

    async def _take(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(self.chance.random() * 0.01)
        await status(204)(asked, writer)

    async def faults(self) -> list[str]:
        """What is wrong with what came; only once all who stay have the newest."""
        async with client_of(self.site) as client:
            newest = (await client.ask(FEED)).body
        staying = [callback for url, callback in self.callbacks.items() if url not in self.left]
        await until(lambda: all(callback.newest == newest for callback in staying))
        faults = [
            f"{url} was sent what came after it had left" for url, count in self.left.items() if self.late(url, count)
        ]
        posts = [(callback, post) for callback in self.callbacks.values() for post in callback.posts]
        faults += [
            f"{one.url} was sent a body that is not signed" for one, post in posts if not is_signed(post, one.url)
        ]
        return faults

    def late(self, url: str, count: int) -> bool:
        """Whether it was sent a story that was published after it was gone."""
        later = [f"story-{number}-told".encode() for number in range(count, self.stories)]
        return any(name in post.body for post in self.callbacks[url].posts for name in later)


@asynccontextmanager
async def newsstand(folder: Path, url: str, chance: Random) -> AsyncIterator[Newsstand]:
    settings = Settings(database_url=url, base_url=BASE, media_dir=folder / "media", synchronous="NORMAL")
    async with site_state(settings, utc_now) as state, sink(HOSTS) as made:
        await state.store.import_sections(
            [Section(path=path, title=title, created_at=utc_now()) for path, title in SECTIONS.items()]
        )
        site = Site(state, Newsroom(state.store, SettableClock(utc_now()), state.publication), application(state))
        stand = Newsstand(site, made, chance)
        await stand.publish()
        yield stand


async def kill(
    folder: Path, url: str, kills: int, seed: int, longest_pause: float, killable: Killable = workers_of
) -> None:
    chance = Random(seed)
    async with newsstand(folder, url, chance) as stand:
        for _ in range(SUBSCRIBERS):
            await stand.subscribe()
        with killable(folder, url) as workers:
            await stand.until(lambda urls: len(urls) == SUBSCRIBERS)
            for number in range(1, kills + 1):
                await stand.publish()
                await workers.ready()
                if chance.random() < 0.5:
                    await stand.begun()
                await asyncio.sleep(chance.random() * longest_pause)
                workers.kill(chance)
                workers.begin()
                if number % 5 == 0:
                    await stand.leave()
                    await stand.subscribe()
            await stand.publish()
            assert await stand.faults() == []
    posts = sum(len(callback.posts) for callback in stand.callbacks.values())
    print(f"\n{kills} kills: {stand.stories} stories, {posts} deliveries to {len(stand.callbacks)} subscribers")


async def test_killed_workers_leave_nobody_behind(tmp_path: Path, store_url: str) -> None:
    await kill(tmp_path, store_url, 10, seed=int.from_bytes(os.urandom(4)), longest_pause=0.3)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(4))
async def test_many_killed_workers_leave_nobody_behind(tmp_path: Path, store_url: str, seed: int) -> None:
    await kill(tmp_path, store_url, 50, seed, longest_pause=1.0)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(4))
async def test_a_server_whose_deliveries_are_killed_leaves_nobody_behind(
    tmp_path: Path, store_url: str, seed: int
) -> None:
    await kill(tmp_path, store_url, 50, seed, longest_pause=0.5, killable=server_of)
