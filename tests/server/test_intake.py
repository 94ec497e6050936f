"""What a client sends without reading is parsed as far as it is answered; the rest waits in few bytes."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from feeds.server.connection_limits import GuardedProtocol
from tests.kinds.newsroom import SettableClock
from tests.server.gate import Gate
from tests.server.listening import CountedPolls, Listening, listening
from tests.server.newsroom import NOON, fill
from tests.server.wire import dial, request, until
from tests.web.site import open_site

pytestmark = pytest.mark.anyio

_SHORT = b"GET /healthz HTTP/1.1\r\nHost:a\r\n\r\n"
_MOST_WAITING = 64
"""Requests of a connection that are parsed and not answered."""
_MOST_HELD = 1 << 19
"""Bytes that are read and not parsed."""


@pytest.fixture(params=[CountedPolls, GuardedProtocol], ids=["fast", "plain"])
async def served(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Listening, Gate]]:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "large.bin").write_bytes(bytes(8 << 20))
    async with open_site(tmp_path, SettableClock()) as site:
        await fill(site)
        site.clock.now = NOON + timedelta(seconds=1)
        gate = Gate(site)
        async with listening(gate, site.state, request.param) as server:
            yield server, gate


@pytest.mark.parametrize("first", ["/slow", "/media/large.bin"])
async def test_what_waits_is_bounded(served: tuple[Listening, Gate], first: str) -> None:
    """Behind an answer that is being made, and behind one that is not taken."""
    server, gate = served
    count = 100_000
    async with dial(server.port) as wire:
        wire.transport.pause_reading()
        wire.transport.write(request(first) + _SHORT * count)
        await until(lambda: bool(server.connections and server.connections[0].flow.read_paused))
        (protocol,) = server.connections
        await until(lambda: bool(protocol.pipeline))
        for _ in range(20):
            async with dial(server.port) as other:
                assert (await other.ask("/healthz")).status == 200
            assert len(protocol.pipeline) <= _MOST_WAITING
            assert len(protocol._held) <= _MOST_HELD
        gate.opened.set()
        wire.transport.resume_reading()
        assert (await wire.answer()).status == 200
        for _ in range(2000):
            assert (await wire.answer()).body == b"ok\n"
            assert len(protocol.pipeline) <= _MOST_WAITING


async def test_whatever_the_packets_every_request_is_answered_in_order(served: tuple[Listening, Gate]) -> None:
    """Bodies of all sizes between polls and misses, in packets of all sizes."""
    server, gate = served
    gate.opened.set()
    random = Random(7)
    paths = ["/healthz", "/feed.rss", "/nothing", "/slow", "/2023/03/22/harbour-reopens/"]
    statuses = {"/nothing": 404}
    asked = [random.choice(paths) for _ in range(400)]
    sent = b"".join(request(path, body=b"\r\n\r\n" * random.choice((0, 0, 1, 300, 40_000))) for path in asked)
    async with dial(server.port) as wire:
        while sent:
            length = random.choice((1, 40, 1000, 1023, 1024, 1025, 70_000, 300_000))
            await wire.send(sent[:length])
            sent = sent[length:]
        for path in asked:
            answer = await wire.answer()
            assert answer.status == statuses.get(path, 200), path
            assert (answer.body == b"ok\n") == (path == "/healthz")
            assert (answer.body == b"slow") == (path == "/slow")
        assert (await wire.ask("/feed.rss")).status == 200


async def test_who_goes_away_from_requests_that_wait_leaves_no_error(
    served: tuple[Listening, Gate], caplog: pytest.LogCaptureFixture
) -> None:
    """Each would be a traceback in the log, as many as anybody likes."""
    server, gate = served
    async with dial(server.port) as wire:
        wire.transport.write(request("/slow") + _SHORT * 10)
        await gate.waiting.wait()
        (protocol,) = server.connections
        await until(lambda: bool(protocol.pipeline))
        wire.transport.abort()
        gate.opened.set()
        await until(lambda: not server.connections and not protocol.tasks)
    assert caplog.messages == []
    assert not protocol.pipeline


async def test_a_body_is_not_read_before_it_is_asked_for(served: tuple[Listening, Gate]) -> None:
    """uvicorn stops reading at 64 kB of a body: pieces must not make it read on."""
    server, gate = served
    async with dial(server.port) as wire:
        wire.transport.write(request("/slow", method="POST", body=bytes(4 << 20)))
        await gate.waiting.wait()
        (protocol,) = server.connections
        await until(lambda: bool(protocol.flow.read_paused))
        for _ in range(20):
            async with dial(server.port) as other:
                assert (await other.ask("/healthz")).status == 200
        assert len(protocol.cycle.body) <= _MOST_HELD
        gate.opened.set()
        assert (await wire.answer()).body == b"slow"
        assert (await wire.ask("/healthz")).status == 200


async def test_a_large_form_comes_whole(served: tuple[Listening, Gate]) -> None:
    server, _ = served
    async with dial(server.port) as wire:
        for size in (10, 60_000, 900_000):
            fields = {"Content-Type": "text/plain"}
            answer = await wire.ask("/2023/03/22/harbour-reopens/comments", method="POST", body=b"x" * size, **fields)
            assert answer.status == 400
        answer = await wire.ask("/2023/03/22/harbour-reopens/comments", method="POST", body=b"x" * (2 << 20))
        assert answer.status == 413


async def test_long_heads_in_one_packet_are_none_too_long(served: tuple[Listening, Gate]) -> None:
    """The bytes of one are not counted as the next one's."""
    server, _ = served
    async with dial(server.port) as wire:
        await wire.send(request("/healthz", X_Long="x" * 30_000) * 6)
        for _ in range(6):
            assert (await wire.answer()).status == 200
