"""Requests to subscribers: what arrives there, and what no server can do to whoever asks it."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Sequence

import httpx2
import pytest

from feeds.outbound import (
    BadAnswer,
    Bounds,
    Busy,
    Callbacks,
    Forbidden,
    Guard,
    Networks,
    OutboundError,
    Resolver,
    TooSlow,
    Unreachable,
)
from feeds.settings import Settings
from tests.outbound.hostile import OK, Hostile, Send, drop, listening, silence, without_end
from tests.outbound.table import HOSTS, PORTS, SCHEMES

pytestmark = pytest.mark.anyio

LOOPBACK = Networks.of("127.0.0.0/8")
SHORT = Bounds(timeout=0.3)
FIELDS = {"Content-Type": "application/rss+xml; charset=utf-8", "Link": '<https://x.example/feed.rss>; rel="self"'}


@pytest.fixture
async def server() -> AsyncIterator[Hostile]:
    async with listening() as hostile:
        yield hostile


async def here(_host: str, _port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def callbacks(bounds: Bounds | None = None) -> Callbacks:
    return Callbacks(Guard(LOOPBACK, resolve=here), bounds)


async def test_what_is_posted_arrives_as_it_is(server: Hostile) -> None:
    body = bytes(range(256)) * 400
    server.answers["/in?a=%20b&c"] = (
        b"HTTP/1.1 202 Accepted\r\nRetry-After: 5\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 2\r\n\r\nok"
    )
    async with callbacks() as client:
        url = server.url("/in?a=%20b&c#part").replace("http://", "http://me:p%40ss@")
        status, headers, kept = await client.post(url, body, FIELDS)
    assert (status, headers["retry-after"], headers["x-a"], kept) == (202, "5", "1, 2", b"")
    [request] = server.asked
    assert (request.line, request.body) == ("POST /in?a=%20b&c HTTP/1.1", body)
    sent = {**{name.lower(): value for name, value in FIELDS.items()}, "content-length": str(len(body))}
    assert sent.items() <= request.headers.items()
    assert request.headers["host"] == f"callback.example:{server.port}"
    assert request.headers["accept-encoding"] == "identity"
    assert request.headers["authorization"] == "Basic bWU6cEBzcw=="
    assert request.headers["user-agent"].startswith("Dateline/")


async def test_what_is_asked_for_comes_whole(server: Hostile) -> None:
    server.answers["/length"] = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nchallenge"
    server.answers["/chunks"] = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nchal\r\n5\r\nlenge\r\n0\r\nX: y\r\n\r\n"
    )
    server.answers["/end"] = drop(b"HTTP/1.0 200 OK\r\n\r\nchallenge")
    server.answers["/early"] = (
        b"HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nchallenge"
    )
    async with callbacks() as client:
        for path in server.answers:
            status, headers, body = await client.get(server.url(path), {}, most=9)
            assert (status, body) == (200, b"challenge"), path
            assert "link" not in headers
        with pytest.raises(BadAnswer, match="larger than 8 bytes"):
            await client.get(server.url("/length"), {}, most=8)


@pytest.mark.parametrize("status", [200, 204, 301, 302, 307, 308, 404, 410, 429, 500, 999])
async def test_every_status_is_an_answer_and_no_redirect_is_followed(status: int, server: Hostile) -> None:
    length = "" if status == 204 else "Content-Length: 0\r\n"
    server.answers["/"] = f"HTTP/1.1 {status} So\r\nLocation: {server.url('/secret')}\r\n{length}\r\n".encode()
    async with callbacks() as client:
        assert (await client.post(server.url(), b"x", FIELDS)).status == status
        assert (await client.get(server.url(), {})).status == status
    assert len(server.asked) == 2


async def test_a_connection_is_used_again(server: Hostile) -> None:
    async with callbacks() as client:
        for number in range(3):
            await client.post(server.url(f"/{number}"), b"x", FIELDS)
        await client.post(server.url(host="another.example"), b"x", FIELDS)
    assert [request.connection for request in server.asked] == [1, 1, 1, 2]


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        OK + OK,
        OK + b"what nobody asked for",
        drop(OK),
    ],
)
async def test_a_connection_is_made_anew_where_it_cannot_be_used(answer: bytes, server: Hostile) -> None:
    server.answers["/"] = answer
    async with callbacks() as client:
        for _ in range(3):
            assert (await client.post(server.url(), b"x", FIELDS)).status in (200, 204)
    assert [request.connection for request in server.asked] == [1, 2, 3]


async def test_no_disguise_leads_into_the_own_network(server: Hostile) -> None:
    names = {host.written: host.answer for host in HOSTS if host.answer is not None}
    system = Resolver()

    async def resolve(host: str, port: int) -> Sequence[str]:
        known = names.get(host)
        return await system(host, port) if known is None else known

    async with Callbacks(Guard(Networks(), resolve=resolve)) as client:
        for host in HOSTS:
            for ask in (
                client.post(server.url("/secret", host.written), b"x", {}),
                client.get(server.url("/secret", host.written), {}),
            ):
                with pytest.raises((Forbidden, Unreachable)):
                    await ask
    assert not server.connections


@pytest.mark.parametrize("port", PORTS)
async def test_at_the_ports_of_other_protocols_nobody_is_asked(port: int) -> None:
    async def public(_host: str, _port: int) -> Sequence[str]:
        return ["8.8.8.8"]

    async with Callbacks(Guard(Networks(), resolve=public)) as client:
        with pytest.raises(Forbidden, match=f"at port {port} there is no web server"):
            await client.post(f"http://public.example:{port}/", b"x", {})


@pytest.mark.parametrize("url", SCHEMES)
async def test_what_is_no_url_of_the_web(url: str) -> None:
    async with callbacks() as client:
        with pytest.raises(Forbidden):
            await client.post(url, b"x", {})


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\nb", "a\rb", "a\0b"])
async def test_no_field_holds_another(value: str, server: Hostile) -> None:
    async with callbacks() as client:
        for headers in ({"Link": value}, {value: "Link"}):
            with pytest.raises(ValueError, match="header field"):
                await client.post(server.url(), b"x", headers)
    assert not server.connections


async def test_a_name_that_leads_elsewhere_a_moment_later_gains_nothing(server: Hostile) -> None:
    """Its name server is asked once in an attempt, and the connection made to what it said then."""
    answers = [["127.0.0.1"], ["169.254.169.254"], ["127.0.0.1", "10.0.0.1"], ["127.0.0.1"]]
    asked: list[str] = []

    async def turning(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return answers[len(asked) - 1]

    server.answers["/"] = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    async with Callbacks(Guard(LOOPBACK, resolve=turning)) as client:
        assert (await client.post(server.url(), b"x", FIELDS)).status == 200
        for _ in range(2):
            with pytest.raises(Forbidden):
                await client.post(server.url(), b"x", FIELDS)
        assert (await client.post(server.url(), b"x", FIELDS)).status == 200
    assert len(asked) == 4
    assert server.connections == 2


async def test_of_several_addresses_the_next_is_tried(server: Hostile) -> None:
    async def two(_host: str, _port: int) -> Sequence[str]:
        return ["127.0.0.77", "127.0.0.1"]

    async with Callbacks(Guard(LOOPBACK, resolve=two)) as client:
        assert (await client.post(server.url(), b"x", FIELDS)).status == 204


HEAD = b"HTTP/1.1 200 OK\r\n"
BOMB = gzip.compress(bytes(10_000_000))


@pytest.mark.parametrize(
    ("behaviour", "failure", "said"),
    [
        (silence, TooSlow, "no answer within 0.3 s"),
        (without_end(HEAD, b"X", 0.01), TooSlow, "no answer within"),
        (without_end(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), BadAnswer, "head of its answer is larger"),
        (without_end(HEAD, b"X-Filler: " + b"x" * 1000 + b"\r\n"), BadAnswer, "head of its answer is larger"),
        (without_end(HEAD + b"X: ", b"x" * 1000), BadAnswer, "head of its answer is larger"),
        (drop(), Unreachable, "ended before an answer"),
        (drop(HEAD), BadAnswer, "ended before the answer did"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", BadAnswer, "does not answer as HTTP"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", BadAnswer, "another protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", BadAnswer, "does not answer as HTTP"),
    ],
)  # fmt: skip
async def test_what_is_no_answer(behaviour: bytes, failure: type[OutboundError], said: str, server: Hostile) -> None:
    server.answers["/token/secret"] = behaviour
    async with callbacks(SHORT if failure is TooSlow else None) as client:
        for ask in (
            client.post(server.url("/token/secret"), b"x", FIELDS),
            client.get(server.url("/token/secret"), {}),
        ):
            with pytest.raises(failure, match=said) as error:
                await ask
            assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("behaviour", "failure"),
    [
        (without_end(HEAD + b"Content-Length: 9\r\n\r\n", b"", 0.01), TooSlow),
        (without_end(HEAD + b"Content-Length: 99999\r\n\r\n", b"x", 0.01), TooSlow),
        (without_end(HEAD + b"\r\n", b"x" * 10_000), BadAnswer),
        (without_end(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"), BadAnswer),
        (drop(HEAD + b"Content-Length: 9\r\n\r\nchal"), BadAnswer),
        (drop(HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\nchal\r\n"), BadAnswer),
        (HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB, BadAnswer),
    ],
)  # fmt: skip
async def test_a_body_without_end_takes_nothing(
    behaviour: bytes, failure: type[OutboundError], server: Hostile
) -> None:
    """Where it is wanted, there is no answer without it; where it is not, the head has said all."""
    server.answers["/"] = behaviour
    async with callbacks(SHORT if failure is TooSlow else None) as client:
        with pytest.raises(failure):
            await client.get(server.url(), {})
    async with callbacks(Bounds(linger=0.01)) as client:
        assert (await client.post(server.url(), b"x", FIELDS)).status == 200


async def test_a_server_that_does_not_read_what_is_sent(server: Hostile) -> None:
    """An answer that comes early counts; its connection holds the rest of the body, and is not used again."""
    server.answers["/rude"] = b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"
    body = bytes(15_000_000)
    async with callbacks() as client:
        for _ in range(2):
            assert (await client.post(server.url("/rude"), body, FIELDS)).status == 413
    assert server.connections == 2
    server.answers["/rude"] = silence
    async with callbacks(SHORT) as client:
        with pytest.raises(TooSlow):
            await client.post(server.url("/rude"), body, FIELDS)


class Gate:
    """Requests that are answered when the test says so."""

    def __init__(self) -> None:
        self.under_way = self.most = 0
        self.opened = asyncio.Event()
        self.came = asyncio.Condition()

    async def __call__(self, send: Send) -> None:
        async with self.came:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            self.came.notify_all()
        await self.opened.wait()
        self.under_way -= 1
        await send(OK)

    async def holds(self, number: int) -> None:
        async with self.came:
            await self.came.wait_for(lambda: self.under_way == number)


async def test_a_host_gets_so_many_requests_at_once(server: Hostile) -> None:
    gate = server.answers["/"] = Gate()
    async with callbacks(Bounds(per_host=3)) as client:
        posts = [asyncio.create_task(client.post(server.url(), b"x", FIELDS)) for _ in range(10)]
        await gate.holds(3)
        with pytest.raises(Busy, match=r"callback\.example"):
            await client.post(server.url(), b"x", FIELDS, patience=0)
        with pytest.raises(Busy):
            await client.post(server.url(host="CALLBACK.example."), b"x", FIELDS, patience=0.01)
        posts.pop().cancel()
        posts.pop(0).cancel()
        assert (await client.post(server.url("/other", "other.example"), b"x", FIELDS)).status == 204
        gate.opened.set()
        answers = await asyncio.gather(*posts)
    assert [answer.status for answer in answers] == [204] * 8
    assert gate.most <= 4, "one was given up, and another took its place"


async def test_many_names_of_one_address_are_one_host_too(server: Hostile) -> None:
    gate = server.answers["/"] = Gate()
    async with callbacks(Bounds(per_host=1)) as client:
        names = [server.url(host=f"name{number}.example") for number in range(12)]
        posts = [asyncio.create_task(client.post(name, b"x", FIELDS)) for name in names]
        await gate.holds(4)
        with pytest.raises(Busy, match=r"127\.0\.0\.1"):
            await client.post(server.url(host="one-more.example"), b"x", FIELDS, patience=0)
        gate.opened.set()
        assert [answer.status for answer in await asyncio.gather(*posts)] == [204] * 12
        assert gate.most == 4
        # Those that wait for a next request make room.
        for name in names:
            assert (await client.post(name, b"x", FIELDS, patience=0)).status == 204


async def test_what_is_under_way_ends_with_the_client(server: Hostile) -> None:
    gate = server.answers["/"] = Gate()
    async with callbacks() as client:
        post = asyncio.create_task(client.post(server.url(), b"x", FIELDS))
        await gate.holds(1)
    with pytest.raises(Unreachable):
        await post


async def test_networks_are_the_operators(server: Hostile) -> None:
    own = server.url(host="127.0.0.1")
    async with Callbacks.of(Settings(outbound_allow="127.0.0.0/8")) as client:
        assert (await client.post(own, b"x", FIELDS)).status == 204
    async with Callbacks.of(Settings()) as client:
        with pytest.raises(Forbidden):
            await client.post(own, b"x", FIELDS)
    async with Callbacks.of(Settings(), trusted=httpx2.URL(own)) as client:
        assert (await client.post(f"{own}its/own", b"x", FIELDS)).status == 204


def test_bounds_are_the_operators() -> None:
    assert Bounds.of(Settings()) == Bounds()
    assert Bounds.of(Settings(outbound_timeout=1, outbound_connections=2)) == Bounds(timeout=1, per_host=2)
