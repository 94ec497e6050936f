"""Hosts that fail are left alone, and come back."""

import asyncio
import socket
from collections.abc import Sequence

import pytest

from feeds.outbound import Bounds, Callbacks, Guard, Networks, Resting, Unreachable, breaker
from feeds.outbound.breaker import FAILURES, FIRST_PAUSE, KNOWN, LONGEST_PAUSE, Breaker
from tests.outbound.hostile import OK, Hostile, drop, listening
from tests.outbound.test_callbacks import FIELDS, LOOPBACK, Gate, here

pytestmark = pytest.mark.anyio

FAILED = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"


class Hands:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def fail(known: Breaker, host: str, times: int = FAILURES) -> None:
    for _ in range(times):
        known.admit(host)
        known.failed(host)


async def test_a_circuit_opens_after_failures_in_a_row() -> None:
    known = Breaker(Hands())
    fail(known, "a", FAILURES - 1)
    known.admit("a")
    known.succeeded("a")
    fail(known, "a", FAILURES)
    with pytest.raises(Resting, match="a failed 5 times in a row: it is left alone for 10 s") as resting:
        known.admit("a")
    assert resting.value.seconds == FIRST_PAUSE
    known.admit("b")
    assert known.resting() == {"a": FIRST_PAUSE}


async def test_one_probe_at_a_time_and_longer_pauses() -> None:
    clock = Hands()
    known = Breaker(clock)
    fail(known, "a")
    pauses = []
    for _ in range(8):
        [pause] = known.resting().values()
        pauses.append(pause)
        clock.now += pause
        known.admit("a")
        with pytest.raises(Resting):
            known.admit("a")
        known.failed("a")
    assert pauses == [10, 20, 40, 80, 160, 320, 600, 600] == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE
    clock.now += LONGEST_PAUSE
    known.admit("a")
    known.ended("a")
    known.admit("a")
    known.succeeded("a")
    known.admit("a")
    assert not known.resting()


async def test_what_began_before_the_circuit_opened_does_not_lengthen_it() -> None:
    known = Breaker(Hands())
    for _ in range(50):
        known.admit("a")
    for _ in range(50):
        known.failed("a")
    assert known.resting() == {"a": FIRST_PAUSE}


async def test_as_many_hosts_are_remembered_as_memory_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    assert KNOWN == 10_000
    monkeypatch.setattr(breaker, "KNOWN", 10)
    known = Breaker(Hands())
    for number in range(30):
        fail(known, f"host{number}")
    assert list(known.resting()) == [f"host{number}" for number in range(20, 30)]


async def test_a_host_that_fails_is_asked_no_more_until_its_pause_is_over() -> None:
    clock = Hands()
    async with listening() as server, Callbacks(Guard(LOOPBACK, resolve=here), clock=clock) as client:
        server.answers |= {"/500": FAILED, "/drop": drop()}
        for _ in range(2):
            await client.post(server.url("/500"), b"x", FIELDS)
        for _ in range(2):
            with pytest.raises(Unreachable):
                await client.post(server.url("/drop"), b"x", FIELDS)
        assert (await client.post(server.url("/500"), b"x", FIELDS)).status == 500
        asked = len(server.asked)
        with pytest.raises(Resting):
            await client.post(server.url(), b"x", FIELDS)
        assert client.resting() == {f"callback.example:{server.port}": FIRST_PAUSE}
        # Another name is another host, though it is at the same address.
        assert (await client.post(server.url(host="other.example"), b"x", FIELDS)).status == 204
        clock.now += FIRST_PAUSE
        gate = server.answers["/gate"] = Gate()
        probe = asyncio.create_task(client.post(server.url("/gate"), b"x", FIELDS))
        await gate.holds(1)
        with pytest.raises(Resting):
            await client.post(server.url(), b"x", FIELDS)
        # A probe that is given up is followed by another.
        probe.cancel()
        await asyncio.wait([probe])
        assert (await client.post(server.url(), b"x", FIELDS)).status == 204
        assert len(server.asked) == asked + 3
        assert not client.resting()


async def test_an_address_that_takes_no_connection_is_left_alone_whatever_name_leads_there() -> None:
    asked: list[str] = []

    async def nowhere(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    clock = Hands()
    with socket.socket() as taken:
        # Nobody listens there, and nobody else can.
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        async with Callbacks(Guard(Networks.of("127.0.0.0/8"), resolve=nowhere), Bounds(), clock=clock) as client:
            for number in range(FAILURES):
                with pytest.raises(Unreachable):
                    await client.post(f"http://name{number}.example:{port}/", b"x", FIELDS)
            with pytest.raises(Resting, match=r"127\.0\.0\.1"):
                await client.post(f"http://fresh.example:{port}/", b"x", FIELDS)
            assert not client.resting(), "it is no fault of the name's"
            clock.now += FIRST_PAUSE
            with pytest.raises(Unreachable):
                await client.post(f"http://fresh.example:{port}/", b"x", FIELDS)


async def test_a_redirect_or_a_refusal_is_no_failure_of_the_host() -> None:
    async with listening() as server, Callbacks(Guard(LOOPBACK, resolve=here)) as client:
        for number, status in enumerate((301, 400, 404, 410, 429, 501)):
            server.answers[f"/{number}"] = OK.replace(b"204", b"%d" % status).replace(
                b"\r\n\r\n", b"\r\nContent-Length: 0\r\n\r\n"
            )
        await ask_all(server, client)
        assert not client.resting()


async def ask_all(server: Hostile, client: Callbacks) -> None:
    for path in [*server.answers] * 2:
        await client.post(server.url(path), b"x", FIELDS)
