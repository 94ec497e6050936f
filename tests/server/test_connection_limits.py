"""What one client may take: time, room, connections. Others are answered meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from feeds.server.connection_limits import GuardedProtocol, sweep_all
from feeds.settings import Settings
from tests.kinds.newsroom import SettableClock
from tests.readers.newsroom import needs
from tests.server.gate import Gate
from tests.server.listening import CountedPolls, Listening, listening
from tests.server.newsroom import NOON, fill
from tests.server.wire import dial, request, until
from tests.web.site import open_site

pytestmark = pytest.mark.anyio

BOTH = pytest.mark.parametrize("http", [CountedPolls, GuardedProtocol], ids=["fast", "plain"])
HEAD = b"GET /feed.rss HTTP/1.1\r\nHost: news.example\r\n"


@asynccontextmanager
async def opened(folder: Path, http: type[HttpToolsProtocol], **settings: Any) -> AsyncIterator[tuple[Listening, Gate]]:
    async with open_site(folder, SettableClock(), **settings) as site:
        await fill(site)
        site.clock.now = NOON + timedelta(seconds=1)
        gate = Gate(site)
        async with listening(gate, site.state, http) as server:
            async with dial(server.port) as wire:
                assert (await wire.ask("/feed.rss")).status == 200
            await until(lambda: not server.connections)
            yield server, gate


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set it when all is in place: no client's time is over before, however long this machine was at something else."""
    may_look = asyncio.Event()

    async def sweep(connections: Iterable[object], settings: Settings) -> float:
        await may_look.wait()
        return await sweep_all(connections, settings)

    monkeypatch.setattr("feeds.server.worker.sweep_all", sweep)
    return may_look


@BOTH
async def test_a_head_that_does_not_end_is_given_up(
    tmp_path: Path, http: type[HttpToolsProtocol], looks: asyncio.Event
) -> None:
    async with opened(tmp_path, http, head_timeout=0.2) as (server, _), AsyncExitStack() as stack:
        silent, begun, later, trickling = [await stack.enter_async_context(dial(server.port)) for _ in range(4)]
        await begun.send(HEAD)
        assert (await later.ask("/feed.rss")).status == 200
        await later.send(HEAD)

        async def trickle() -> None:
            await trickling.send(HEAD)
            while not trickling.ended:
                await trickling.send(b"X-A: b\r\n")
                await asyncio.sleep(0.05)

        dripping = asyncio.create_task(trickle())
        looks.set()
        assert await silent.rest() == b""
        for wire in (begun, later, trickling):
            assert (await wire.rest()).startswith(b"HTTP/1.1 408 ")
        await dripping
        await until(lambda: not server.connections)


@BOTH
async def test_who_waits_between_requests_is_left_in_peace(
    tmp_path: Path, http: type[HttpToolsProtocol], looks: asyncio.Event
) -> None:
    async with opened(tmp_path, http, head_timeout=0.2) as (server, gate), dial(server.port) as idle:
        assert (await idle.ask("/feed.rss")).status == 200
        async with dial(server.port) as waiting, dial(server.port) as witness:
            await waiting.send(request("/slow"))
            await gate.waiting.wait()
            looks.set()
            assert await witness.rest() == b"", "given up by now, as the other two would be"
            gate.opened.set()
            assert (await waiting.answer()).body == b"slow"
        assert (await idle.ask("/feed.rss")).status == 200


@BOTH
@pytest.mark.parametrize(
    "packets",
    [
        [HEAD, *([b"X-Long: " + b"x" * 4000 + b"\r\n"] * 9)],
        [HEAD + b"X-Many: x\r\n" * 120 + b"\r\n"],
        [HEAD, *([b"X-Many: x\r\n"] * 120), b"\r\n"],
        [b"GET /" + b"x" * 40_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n"],
        [b"GET /", *([b"x" * 4000] * 9)],
        [HEAD + b"X-Many: x\r\n" * 120 + b"Content-Length: 5\r\n\r\nhello" + HEAD + b"\r\n"],
    ],
    ids=["long", "many", "many in packets", "a long path", "a long path in packets", "with a body"],
)
async def test_a_head_that_is_too_large_is_refused(
    tmp_path: Path, http: type[HttpToolsProtocol], packets: list[bytes], caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(tmp_path, http) as (server, _):
        for first in ([], [request("/feed.rss")]):
            async with dial(server.port) as wire:
                await wire.send(*first, *packets)
                if first:
                    assert (await wire.answer()).status == 200
                assert (await wire.answer()).status == 431
                assert await wire.rest() == b""
    assert caplog.text == ""


@BOTH
async def test_a_body_that_does_not_end_is_given_up(tmp_path: Path, http: type[HttpToolsProtocol]) -> None:
    async with opened(tmp_path, http, body_timeout=0.2) as (server, _), dial(server.port) as wire:
        raw = request("/2023/03/22/harbour-reopens/comments", method="POST", body=b"name=x", Content_Type="text/plain")
        await wire.send(raw[:-1])
        assert (await wire.answer()).status == 408
        assert await wire.rest() == b""


@BOTH
async def test_who_does_not_read_is_let_go(tmp_path: Path, http: type[HttpToolsProtocol], looks: asyncio.Event) -> None:
    async with opened(tmp_path, http, write_timeout=0.2) as (server, _), dial(server.port) as wire:
        wire.transport.pause_reading()
        await wire.send(*[request("/feed.rss")] * 1000)
        await until(lambda: any(each.transport.get_write_buffer_size() for each in server.connections))
        looks.set()
        await until(lambda: not server.connections)


@BOTH
async def test_the_quiet_make_room_for_newcomers(tmp_path: Path, http: type[HttpToolsProtocol]) -> None:
    async with opened(tmp_path, http, max_connections=3) as (server, _), AsyncExitStack() as stack:
        wires = []
        for _ in range(3):
            wires.append(await stack.enter_async_context(dial(server.port)))
            assert (await wires[-1].ask("/feed.rss")).status == 200
            # The loop's time has milliseconds: that one of them is the first has to show in it.
            answered = asyncio.get_running_loop().time()
            await until(lambda answered=answered: asyncio.get_running_loop().time() > answered)  # type: ignore[misc]
        newcomer = await stack.enter_async_context(dial(server.port))
        assert (await newcomer.ask("/feed.rss")).status == 200
        assert await wires[0].rest() == b""
        for wire in (*wires[1:], newcomer):
            assert (await wire.ask("/feed.rss")).status == 200


@BOTH
async def test_who_is_being_answered_is_not_put_out(tmp_path: Path, http: type[HttpToolsProtocol]) -> None:
    async with opened(tmp_path, http, max_connections=2) as (server, gate), AsyncExitStack() as stack:
        busy = [await stack.enter_async_context(dial(server.port)) for _ in range(2)]
        for wire in busy:
            gate.waiting.clear()
            await wire.send(request("/slow"))
            await gate.waiting.wait()
        newcomer = await stack.enter_async_context(dial(server.port))
        answer = await newcomer.answer()
        assert (answer.status, answer.field("retry-after")) == (503, "5")
        gate.opened.set()
        for wire in busy:
            assert (await wire.answer()).body == b"slow"


@needs("slowhttptest")
async def test_a_thousand_slow_heads_keep_nobody_out(tmp_path: Path, looks: asyncio.Event) -> None:
    """slowhttptest, slow headers: a field every second on each of a thousand connections."""
    async with opened(tmp_path, CountedPolls, head_timeout=3) as (server, _):
        attack = await asyncio.create_subprocess_exec(
            *["slowhttptest", "-H", "-c", "1000", "-r", "1000", "-i", "1", "-l", "20", "-p", "2"], "-u", f"http://127.0.0.1:{server.port}/",
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            await until(lambda: len(server.connections) > 900)
            async with dial(server.port) as kept:
                for _ in range(50):
                    assert (await kept.ask("/feed.rss")).status == 200
                    async with dial(server.port) as new:
                        assert (await new.ask("/feed.rss")).status == 200
            looks.set()
            await until(lambda: len(server.connections) < 10)
        finally:
            if attack.returncode is None:
                attack.kill()
            await attack.wait()


@BOTH
async def test_bodies_that_do_not_end_take_bounded_room_together(tmp_path: Path, http: type[HttpToolsProtocol]) -> None:
    """Each is small enough by itself; whoever sends too many of them is told to come again, and others may then."""
    path = "/2023/03/22/harbour-reopens/comments"
    raw = request(path, method="POST", body=b"x" * 4096, Content_Type="text/plain")
    async with opened(tmp_path, http, max_body=4096) as (server, _), AsyncExitStack() as stack:
        wires = [await stack.enter_async_context(dial(server.port)) for _ in range(40)]
        for wire in wires:
            await wire.send(raw[:-1])
        await until(lambda: sum(wire.ended for wire in wires) == 8)
        for wire in wires:
            if wire.ended:
                answer = await wire.answer()
                assert (answer.status, answer.field("retry-after")) == (503, "5")
        assert sum(not wire.ended for wire in wires) == 32
        for wire in wires:
            if not wire.ended:
                await wire.send(raw[-1:])
                assert (await wire.answer()).status == 400
        async with dial(server.port) as another:
            assert (await another.ask(path, method="POST", body=b"name=", Content_Type="text/plain")).status == 400


async def test_a_connection_that_cannot_be_looked_at_is_ended_and_the_others_are_watched_on(
    tmp_path: Path, looks: asyncio.Event
) -> None:
    async with opened(tmp_path, CountedPolls, head_timeout=0.2) as (server, gate), dial(server.port) as odd:
        assert (await odd.ask("/feed.rss")).status == 200
        (connection,) = server.connections

        def fail(*_: object) -> None:
            raise ZeroDivisionError

        connection.sweep = fail
        async with dial(server.port) as silent:
            looks.set()
            assert await odd.rest() == b""
            assert [trouble.error for trouble in gate.site.state.loops.troubles] == ["ZeroDivisionError"]
            assert await silent.rest() == b"", "its time for a head is over"
        await until(lambda: not gate.site.state.loops.troubles)
        assert gate.site.state.loops.failures["connections"] == 1
