"""Over TLS the address is the one that was judged, and the name the one in the URL: with certificates made here."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence

import httpx2
import pytest
import trustme

from feeds.outbound import Callbacks, Guard, Networks, Outbound, Unreachable
from tests.outbound.hostile import Hostile, listening

pytestmark = pytest.mark.anyio

FIELDS = {"Content-Type": "application/rss+xml"}
AUTHORITY = trustme.CA()
NAMED: list[str | None] = []


@pytest.fixture
async def server() -> AsyncIterator[Hostile]:
    """A certificate of the authority's, for callback.example and xn--bcher-kva.example."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert("callback.example", "xn--bcher-kva.example").configure_cert(context)
    NAMED.clear()
    context.sni_callback = lambda _socket, name, _context: NAMED.append(name)
    async with listening(context) as hostile:
        yield hostile


@pytest.fixture
def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    AUTHORITY.configure_trust(context)
    return context


async def here(_host: str, _port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def guard() -> Guard:
    return Guard(Networks.of("127.0.0.0/8"), resolve=here)


@pytest.mark.parametrize("host", ["callback.example", "CALLBACK.example", "callback.example.", "bücher.example"])
async def test_the_right_name(host: str, server: Hostile, trusting: ssl.SSLContext) -> None:
    async with Callbacks(guard(), certificates=trusting) as client:
        for _ in range(2):
            assert (await client.post(server.url("/", host, "https"), b"x" * 100_000, FIELDS)).status == 204
    ascii_host = httpx2.URL(f"https://{host}/").raw_host.decode()
    assert [ascii_host.removesuffix(".")] == NAMED
    assert {request.headers["host"] for request in server.asked} == {f"{ascii_host}:{server.port}"}
    assert {len(request.body) for request in server.asked} == {100_000}


@pytest.mark.parametrize("host", ["other.example", "127.0.0.1", "callback.example.evil.example"])
async def test_another_name(host: str, server: Hostile, trusting: ssl.SSLContext) -> None:
    async with Callbacks(guard(), certificates=trusting) as client:
        with pytest.raises(Unreachable, match="certificate is not to be trusted"):
            await client.post(server.url("/", host, "https"), b"secret", FIELDS)
    assert not server.asked


async def test_an_authority_that_the_machine_does_not_trust(server: Hostile) -> None:
    async with Callbacks(guard()) as client:
        with pytest.raises(Unreachable, match="certificate is not to be trusted"):
            await client.post(server.url("/", scheme="https"), b"secret", FIELDS)
    assert not server.asked


async def test_no_tls_at_all(trusting: ssl.SSLContext) -> None:
    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as plain:
        port = plain.sockets[0].getsockname()[1]
        async with Callbacks(guard(), certificates=trusting) as client:
            with pytest.raises(Unreachable):
                await client.post(f"https://callback.example:{port}/", b"secret", FIELDS)


async def test_connections_of_two_names_are_not_shared(server: Hostile, trusting: ssl.SSLContext) -> None:
    async with Callbacks(guard(), certificates=trusting) as client:
        for host in ("callback.example", "bücher.example", "callback.example"):
            await client.post(server.url("/", host, "https"), b"x", FIELDS)
    assert [request.connection for request in server.asked] == [1, 2, 1]


@pytest.mark.parametrize("host", ["callback.example", "callback.example."])
async def test_what_is_fetched_is_held_to_the_same_name(
    host: str, server: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    with AUTHORITY.cert_pem.tempfile() as path:
        monkeypatch.setenv("SSL_CERT_FILE", path)
        async with Outbound(guard(), timeout=10, redirects=0) as client:
            async with client.ask("GET", httpx2.URL(server.url("/", host, "https")), {}) as response:
                assert response.status_code == 204
            with pytest.raises(httpx2.ConnectError):
                async with client.ask("GET", httpx2.URL(server.url("/", "other.example", "https")), {}):
                    pass
    assert NAMED == ["callback.example", "other.example"]
