"""What uvicorn does for a request, the fast path does too: timers, order, back-pressure, counters and limits."""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from feeds.http.access_log import AccessLog
from feeds.http.representation import CacheKey
from feeds.server.protocol import is_tested
from tests.kinds.newsroom import SettableClock
from tests.server.gate import Gate
from tests.server.listening import CountedPolls, Listening, listening
from tests.server.newsroom import NOON, fill
from tests.server.wire import Ended, dial, request, until
from tests.web.site import Site, application, open_site

pytestmark = pytest.mark.anyio

_FIXED = (type(None), bool, int, float, str, bytes, tuple)


@pytest.fixture(scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with open_site(tmp_path_factory.mktemp("site"), SettableClock()) as site:
        await fill(site)
        yield site


@pytest.fixture
async def gate(site: Site) -> Gate:
    site.clock.now = NOON + timedelta(seconds=1)
    return Gate(site)


@pytest.fixture
async def warm(gate: Gate) -> AsyncIterator[Listening]:
    """A server that closes a connection idle for a second, with the feeds that the tests ask for kept."""
    async with listening(gate, gate.site.state, timeout_keep_alive=1) as server:
        async with dial(server.port) as wire:
            for path in ("/feed.rss", "/feed.atom", "/feed.json"):
                assert (await wire.ask(path)).status == 200
        CountedPolls.hits = 0
        yield server


async def test_an_idle_connection_is_closed_after_a_fast_answer(warm: Listening) -> None:
    async with dial(warm.port) as wire:
        assert (await wire.ask("/feed.rss")).status == 200
        assert CountedPolls.hits == 1
        answered = asyncio.get_running_loop().time()
        async with asyncio.timeout(60):
            assert await wire.rest() == b""
        assert asyncio.get_running_loop().time() - answered > 0.9


@pytest.mark.parametrize("together", [True, False], ids=["in one packet", "in two"])
async def test_a_slow_request_after_a_fast_answer_is_not_cut_off(warm: Listening, gate: Gate, together: bool) -> None:
    async with dial(warm.port) as wire, dial(warm.port) as witness:
        pair = (request("/feed.rss"), request("/slow"))
        await wire.send(*([b"".join(pair)] if together else pair))
        await gate.waiting.wait()
        # When the timer of this one, armed later, has run out, so has any that the other may have left.
        await witness.ask("/feed.rss")
        assert await witness.rest() == b""
        gate.opened.set()
        assert (await wire.answer()).status == 200
        assert (await wire.answer()).body == b"slow"
        assert CountedPolls.hits == 2


async def test_who_does_not_read_is_not_written_to_without_end(warm: Listening) -> None:
    """A thousand answers of 30 kB are asked for at once, and none is taken until the server holds back."""
    paths = ["/feed.rss", "/feed.atom", "/feed.json"] * 400
    async with dial(warm.port) as reader:
        expected = {path: (await reader.ask(path)).body for path in set(paths)}
    async with dial(warm.port) as wire:
        wire.transport.pause_reading()
        await wire.send(*(request(path) for path in paths))
        (protocol,) = warm.connections
        await until(lambda: bool(protocol.flow.write_paused and protocol.flow.read_paused))
        waiting = protocol.transport.get_write_buffer_size()
        assert waiting < 1_000_000, "of thirty million bytes"
        assert CountedPolls.hits < len(paths)
        wire.transport.resume_reading()
        for path in paths:
            assert (await wire.answer()).body == expected[path], path
    assert warm.total_requests >= len(paths)


async def test_one_packet_full_of_requests_is_answered_within_bounds(warm: Listening) -> None:
    """All of it is parsed in one go, before the socket has taken a byte of the answers."""
    async with dial(warm.port) as wire:
        wire.transport.pause_reading()
        await wire.send(request("/feed.rss") * 1000)
        (protocol,) = warm.connections
        await until(lambda: bool(protocol.flow.write_paused))
        assert protocol.transport.get_write_buffer_size() < 1_000_000
        wire.transport.resume_reading()
        for _ in range(1000):
            assert (await wire.answer()).status == 200


async def test_pipelined_answers_keep_their_order(warm: Listening, gate: Gate) -> None:
    asked = ["/feed.rss", "/slow", "/feed.atom", "/nothing-here", "/feed.json", "/healthz", "/slow", "/feed.rss"]
    async with dial(warm.port) as wire:
        await wire.send(b"".join(request(path) for path in asked))
        assert (await wire.answer()).field("content-type") == "application/rss+xml; charset=utf-8"
        await gate.waiting.wait()
        assert wire.received == b"", "nothing overtakes the slow one"
        gate.opened.set()
        answers = [await wire.answer() for _ in asked[1:]]
        assert [answer.status for answer in answers] == [200, 200, 404, 200, 200, 200, 200]
        assert answers[0].body == answers[5].body == b"slow"
        assert answers[1].body.startswith(b"<?xml")
        assert b"<feed" in answers[1].body[:400]
        assert answers[3].body.startswith(b"{")
        assert b"<rss" in answers[6].body[:400]
        # In order again: the fast path is back.
        hits = CountedPolls.hits
        await wire.ask("/feed.rss")
        assert CountedPolls.hits == hits + 1


async def test_a_connection_that_is_to_close_closes(warm: Listening) -> None:
    for raw in (
        request("/feed.rss", Connection="close"),
        b"GET /feed.rss HTTP/1.0\r\n\r\n",
        request("/feed.rss", Connection="close") + request("/feed.atom"),
    ):
        async with dial(warm.port) as wire:
            await wire.send(raw)
            answer = await wire.answer()
            assert (answer.status, answer.field("connection")) == (200, "close")
            assert await wire.rest() == b"", "nothing is answered after the last answer"
    assert CountedPolls.hits == 3


async def test_a_body_is_asked_for_where_the_client_waits_for_that(warm: Listening) -> None:
    path = "/2023/03/22/harbour-reopens/comments"
    body = b"name=&email=&comment=&token="
    async with dial(warm.port) as wire:
        await wire.ask("/feed.rss")
        fields = {"Expect": "100-continue", "Content-Type": "application/x-www-form-urlencoded"}
        raw = request(path, method="POST", body=body, **fields)
        await wire.send(raw[: -len(body)])
        assert (await wire.answer()).status == 100
        await wire.send(body)
        assert (await wire.answer()).status == 400
        await wire.ask("/feed.rss")
    assert CountedPolls.hits == 2


async def test_every_request_is_counted(warm: Listening) -> None:
    before = warm.total_requests
    async with dial(warm.port) as wire:
        for path in ("/feed.rss", "/feed.rss", "/nothing-here", "/feed.json", "/healthz"):
            await wire.ask(path)
    assert CountedPolls.hits == 3
    assert warm.total_requests == before + 5


async def test_a_server_ends_after_as_many_requests_as_it_may_answer(gate: Gate) -> None:
    async with listening(gate, gate.site.state, limit_max_requests=3) as server, dial(server.port) as wire:
        for _ in range(3):
            await wire.ask("/feed.rss")
        await until(lambda: server.server.lifespan.state.get("draining", False))


@pytest.mark.parametrize("limit", [1, 2])
async def test_the_limit_of_concurrency_is_uvicorns(gate: Gate, limit: int) -> None:
    answers = []
    for http in (CountedPolls, HttpToolsProtocol):
        async with listening(gate, gate.site.state, http, limit_concurrency=limit) as server, dial(server.port) as wire:
            first = await wire.ask("/feed.rss")
            async with dial(server.port) as another:
                answers.append((first.status, (await another.ask("/feed.rss")).status))
    assert answers[0] == answers[1] == ((200, 503) if limit == 2 else (503, 503))


class Lines(logging.Handler):
    """What a logger was told."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@pytest.mark.parametrize("as_json", [False, True])
async def test_an_access_log_has_every_request_and_the_fast_path_stays_on(gate: Gate, as_json: bool) -> None:
    state = replace(gate.site.state, access_log=AccessLog(as_json=as_json))
    log, written = logging.getLogger("dateline.access"), Lines()
    log.addHandler(written)
    log.setLevel(logging.INFO)
    try:
        async with listening(application(state), state) as server, dial(server.port) as wire:
            etag = (await wire.ask("/feed.rss")).field("etag")
            before = CountedPolls.hits
            await wire.ask("/feed.rss", If_None_Match=etag or "", User_Agent='Reader "7" \xe9')
            assert CountedPolls.hits == before + 1
            wrong = await wire.ask("/nothing?mine=1-secret", method="HEAD", User_Agent="Reader")
            assert wrong.status == 404
    finally:
        log.removeHandler(written)
    first, fast, last = map(json.loads if as_json else _read_line, written.lines)
    assert first["target"] == "/feed.rss"
    assert first["status"] == 200
    assert first["bytes"] > 1000
    assert fast["agent"] == ('Reader "7" \xe9' if as_json else r"Reader \x227\x22 \xE9")
    assert (fast["method"], fast["status"], fast["bytes"], fast["client"]) == ("GET", 304, 0, "127.0.0.1")
    assert (last["method"], last["status"], last["target"]) == ("HEAD", 404, "/nothing?mine=***")
    for line in (first, fast, last):
        assert 0 < line["seconds"] < 60
        assert line["version"] == "1.1"


def _read_line(line: str) -> Mapping[str, Any]:
    """In the Combined Log Format, with seconds behind it."""
    read = re.fullmatch(
        r'(?P<client>\S+) - - \[[^]]+\] "(?P<method>\S+) (?P<target>\S+) HTTP/(?P<version>\S+)" (?P<status>\d+) (?P<bytes>\d+) '
        r'"-" "(?P<agent>[^"]*)" (?P<seconds>[\d.]+)',
        line,
    )
    assert read is not None, line
    numbers = {"status": int(read["status"]), "bytes": int(read["bytes"]), "seconds": float(read["seconds"])}
    return read.groupdict() | numbers


async def test_a_look_up_that_fails_leaves_the_answer_to_the_application(
    gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    def broken_clock() -> datetime:
        raise RuntimeError("the clock has stopped")

    gate.site.clock.now = NOON + timedelta(seconds=1)
    CountedPolls.hits = 0
    async with listening(gate, replace(gate.site.state, clock=broken_clock)) as server, dial(server.port) as wire:
        for _ in range(2):
            assert (await wire.ask("/feed.rss")).status == 200
    assert CountedPolls.hits == 0
    assert "the clock has stopped" in caplog.text


async def test_who_goes_away_harms_nobody(warm: Listening, gate: Gate, caplog: pytest.LogCaptureFixture) -> None:
    async with dial(warm.port) as wire:
        await wire.send(request("/slow") + request("/feed.rss") * 5)
        await gate.waiting.wait()
    async with dial(warm.port) as wire:
        await wire.send(request("/feed.rss")[:20])
    gate.opened.set()
    async with dial(warm.port) as wire:
        assert (await wire.ask("/feed.rss")).status == 200
    await until(lambda: not warm.connections)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_who_has_said_all_is_still_answered(warm: Listening) -> None:
    """A client that closes its sending side after its poll, as `nc -N` does."""
    async with dial(warm.port) as wire:
        await wire.send(request("/feed.rss"))
        wire.transport.write_eof()
        assert (await wire.answer()).status == 200
        assert await wire.rest() == b""
    assert CountedPolls.hits == 1


async def test_a_server_that_ends_answers_on_and_asks_clients_to_leave(warm: Listening) -> None:
    async with dial(warm.port) as wire:
        await wire.ask("/feed.rss")
        warm.server.should_exit = True
        await until(lambda: warm.server.lifespan.state.get("draining", False))
        answer = await wire.ask("/feed.rss")
        assert (answer.status, answer.field("connection")) == (200, "close")
        assert await wire.rest() == b""


async def test_an_idle_client_of_a_server_that_ends_is_told_nothing(warm: Listening) -> None:
    async with dial(warm.port) as wire:
        await wire.ask("/feed.rss")
        warm.server.should_exit = True
        with pytest.raises(Ended):
            await wire.answer()
        assert wire.received == b""
        assert not wire.reset


@pytest.mark.parametrize(
    ("version", "tested"),
    [("0.54.0", True), ("0.54.9", True), ("0.53.0", False), ("0.55.0", False), ("1.0.0", False), ("0.55rc1", False)],
)
def test_versions_that_the_fast_path_was_tested_with(
    monkeypatch: pytest.MonkeyPatch, version: str, tested: bool
) -> None:
    monkeypatch.setattr(uvicorn, "__version__", version)
    assert is_tested() is tested


async def test_what_is_repeated_is_never_old(tmp_path: Path) -> None:
    """The same packet again and again, while the clock, the newsroom and what is kept move."""
    CountedPolls.hits = 0
    async with (
        open_site(tmp_path, SettableClock()) as site,
        listening(site.app, site.state) as fast,
        listening(site.app, site.state, HttpToolsProtocol) as plain,
        dial(fast.port) as quick,
        dial(plain.port) as slow,
    ):
        await fill(site)
        tag = (await quick.ask("/feed.atom")).field("etag") or ""
        polls = [
            request("/feed.atom"),
            request("/feed.atom", If_None_Match=tag),
            request("/feed.atom", Accept_Encoding="gzip"),
        ]
        for step in range(12):
            for raw in polls * 3:
                answers = []
                for wire in (quick, slow):
                    await wire.send(raw)
                    answers.append(await wire.answer())
                assert answers[0] == answers[1]
            site.clock.advance(milliseconds=400)
            if step % 3 == 0:
                await site.newsroom.publish(f"moved-{step}")
            if step % 5 == 0:
                site.state.cache._drop(CacheKey("/feed.atom"))
    assert CountedPolls.hits > 30


async def test_a_date_to_come_counts_once_it_has_come(warm: Listening, gate: Gate) -> None:
    """The same packet: If-Modified-Since is looked past until the server's clock is there."""
    raw = request("/feed.rss", If_Modified_Since="Wed, 22 Mar 2023 12:00:05 GMT")
    async with dial(warm.port) as wire:
        for milliseconds, status in ((0, 200), (0, 200), (3999, 200), (1, 304), (0, 304), (-1, 200), (5000, 304)):
            gate.site.clock.advance(milliseconds=milliseconds)
            await wire.send(raw)
            assert (await wire.answer()).status == status
    assert CountedPolls.hits == 7


async def test_only_what_was_answered_is_remembered(warm: Listening) -> None:
    async with dial(warm.port) as wire:
        for path in ("/nothing-here", "/healthz", "/feed.rss"):
            await wire.ask(path)
        (protocol,) = warm.connections
        remembered = {poll.key.target for poll in protocol._polls.values() if poll}
        assert "/feed.rss" in remembered
        assert remembered.isdisjoint(("/nothing-here", "/healthz"))


async def test_connections_share_nothing_that_changes_with_them(warm: Listening) -> None:
    """They begin as the first one did: what is its own has to be made anew."""
    of_the_server = {"config", "app", "loop", "logger", "access_logger", "server_state", "connections", "tasks"}
    of_the_server |= {"app_state", "site", "_polls"}
    async with dial(warm.port), dial(warm.port):
        await until(lambda: len(warm.connections) == 2)
        one, other = map(vars, warm.connections)
        shared = {name for name in one if one[name] is other[name] and not isinstance(one[name], _FIXED)}
        assert shared == of_the_server
        assert one["pipeline"] is not other["pipeline"]


async def test_an_idle_connection_is_closed_after_a_repeated_answer(warm: Listening) -> None:
    async with dial(warm.port) as wire:
        for _ in range(5):
            assert (await wire.ask("/feed.rss")).status == 200
        answered = asyncio.get_running_loop().time()
        async with asyncio.timeout(60):
            assert await wire.rest() == b""
        assert asyncio.get_running_loop().time() - answered > 0.9
