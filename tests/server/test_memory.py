"""What one client can make a server hold is bounded in bytes, whatever it sends and however little it reads."""

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from tests.server.running import Running, running

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

MEGABYTE = 1 << 20
_SETTINGS: dict[str, Any] = {
    "DATELINE_TRUSTED_PROXIES": "127.0.0.1",
    "DATELINE_RATE_LIMIT": "1000000",
    "DATELINE_RATE_BURST": "1000000",
    "DATELINE_CACHE_BYTES": "2000000",
}
"""The throttle is on: who a client is, is looked up for each request. What is rendered has a room that its operator chooses."""
_TIMES = 800
"""Requests of 30 kB: 24 MB in all."""
_LONG = 30_000
_BOUND = 16 * MEGABYTE
"""What a server may grow by: all that it remembers of requests has its room, and allocators have their slack."""


def resident(server: Running) -> int:
    """Bytes of memory that the server's only worker takes (proc(5))."""
    [worker] = server.workers()
    status = Path(f"/proc/{worker}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024


@pytest.fixture(scope="module", params=["true", "false"], ids=["fast", "plain"])
def either(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, int]]:
    """And what it took before anybody did anything to it: what one test left is of no help to the next."""
    with _started(tmp_path_factory.mktemp("memory"), request.param) as server:
        ask_all(server, iter([get("/feed.rss"), get("/nothing")] * 20))
        yield server, resident(server)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    """It leaves what is long to the ordinary way: both are attacked."""
    with _started(tmp_path, "true") as server:
        yield server


@contextmanager
def _started(folder: Path, fast_path: str) -> Iterator[Running]:
    media = folder / "media"
    media.mkdir()
    (media / "large.bin").write_bytes(bytes(32 * MEGABYTE))
    with running(folder, DATELINE_FAST_PATH=fast_path, **_SETTINGS) as server:
        yield server


def ask_all(server: Running, requests: Iterator[bytes], *, at_once: int = 4) -> None:
    """Each on one connection, a few before the first is answered."""
    with socket.create_connection(("127.0.0.1", server.port)) as connection, connection.makefile("rb") as answers:
        waiting = 0
        for request in requests:
            connection.sendall(request)
            waiting += 1
            if waiting == at_once:
                _read(answers)
                waiting -= 1
        for _ in range(waiting):
            _read(answers)


def _read(answers: BinaryIO) -> int:
    """One answer; its status."""
    status, length = int(answers.readline().split()[1]), 0
    while (line := answers.readline()) != b"\r\n":
        assert line
        name, _, value = line.lower().partition(b":")
        if name == b"content-length":
            length = int(value)
    assert status < 500
    if status != 304:
        answers.read(length)
    return status


def get(path: str, *fields: str) -> bytes:
    return "\r\n".join((f"GET {path} HTTP/1.1", "Host: news.example", *fields, "", "")).encode()


def _each(make: Callable[[int], bytes], times: int = _TIMES) -> Iterator[bytes]:
    return map(make, range(times))


def _long(number: int) -> str:
    return f"{number:x}" + "x" * _LONG


ATTACKS: dict[str, Callable[[], Iterator[bytes]]] = {
    "zones of addresses": lambda: _each(lambda n: get("/feed.rss", f"X-Forwarded-For: fe80::1%{_long(n)}")),
    "what is no address": lambda: _each(lambda n: get("/feed.rss", f"X-Forwarded-For: {_long(n)}")),
    "many addresses": lambda: _each(
        lambda n: get("/feed.rss", f"X-Forwarded-For: {', '.join(f'10.{n % 256}.{i % 256}.1' for i in range(2000))}")
    ),
    "long entity tags": lambda: _each(lambda n: get("/feed.rss", f'If-None-Match: "{_long(n)}"')),
    "entity tags in a packet": lambda: _each(
        lambda n: get("/feed.rss", f'If-None-Match: "{n:x}{"x" * 1400}"', "Accept-Encoding: gzip"), 6_000
    ),
    "codings": lambda: _each(lambda n: get("/feed.rss", f"Accept-Encoding: gzip, {_long(n)}")),
    "dates": lambda: _each(lambda n: get("/feed.rss", f"If-Modified-Since: {_long(n)}")),
    "fields in a packet": lambda: _each(
        lambda n: get("/feed.rss", *(f"X-{n:x}-{i}: {'x' * 200}" for i in range(6)), "Accept-Encoding: gzip"), 6_000
    ),
    "hosts": lambda: _each(lambda n: get("/feed.rss").replace(b"news.example", _long(n).encode())),
    "paths": lambda: _each(lambda n: get(f"/{_long(n)}/")),
    "queries": lambda: _each(lambda n: get(f"/feed.rss?before={_long(n)}")),
    "numbers of pages": lambda: _each(lambda n: get(f"/feed.rss?paged={_long(n)}")),
    "searches of letters": lambda: _each(lambda n: get(f"/search/feed.rss?q={n:x}+{'%E1%8A%A0' * 190}")),
    "searches": lambda: _each(lambda n: get(f"/search?q={n:x}+{_long(n)}")),
    "cookies": lambda: _each(lambda n: get("/desk/", f"Cookie: dateline_desk={_long(n)}")),
    "tokens": lambda: _each(lambda n: get("/api/articles", f"Authorization: Bearer {_long(n)}")),
}


def test_what_requests_say_is_not_kept_without_bound(server: Running) -> None:
    """All together, for each adds to what those before it left."""
    ask_all(server, iter([get("/feed.rss"), get("/feed.rss", "Accept-Encoding: gzip"), get("/search?q=a")] * 20))
    # What is made at the first request of a kind, and kept, is of no request.
    ask_all(server, (next(ATTACKS[name]()) for name in ATTACKS for _ in range(5)))
    before = resident(server)
    grown = {}
    for name, attack in ATTACKS.items():
        # What is one packet is read in other ways than several that came together.
        ask_all(server, attack(), at_once=1 if "packet" in name else 4)
        grown[name] = resident(server) - before
    assert max(grown.values()) < _BOUND, grown


@pytest.mark.parametrize("path", ["/media/large.bin", "/feed.rss", "/nothing"])
def test_whoever_reads_nothing_is_not_read_on(either: tuple[Running, int], path: str) -> None:
    """Sixteen connections send as much as the server takes, and read nothing."""
    server, before = either
    packet = memoryview(get(path) + b"GET /feed.rss HTTP/1.1\r\nHost:a\r\n\r\n" * 500_000)
    with ExitStack() as stack:
        sent = {stack.enter_context(_narrow(server.port)): 0 for _ in range(16)}
        quiet = 0
        while quiet < 50:
            quiet += 1
            for wire, at in sent.items():
                with suppress(BlockingIOError):
                    sent[wire] += wire.send(packet[at : at + 262_144])
                    quiet = 0
            # The server has looked at all of them in between.
            ask_all(server, iter([get("/healthz")]))
        assert all(at < len(packet) for at in sent.values()), "it read everything"
        assert resident(server) - before < _BOUND
    ask_all(server, iter([get("/feed.rss")]))


def _narrow(port: int) -> socket.socket:
    """A connection on whose way the system keeps little."""
    wire = socket.socket()
    for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
        wire.setsockopt(socket.SOL_SOCKET, option, 65_536)
    wire.connect(("127.0.0.1", port))
    wire.setblocking(False)
    return wire
