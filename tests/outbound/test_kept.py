"""Connections that wait for the next request: each is of one host, whatever others have its address."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import httpx2
import pytest

from feeds.outbound import Guard, Networks, Outbound

pytestmark = pytest.mark.anyio


@dataclass
class Counted:
    port: int = 0
    connections: int = 0


@pytest.fixture
async def server() -> AsyncIterator[Counted]:
    """It answers every request, and ends no connection."""
    counted = Counted()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        counted.connections += 1
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        except (asyncio.IncompleteReadError, ConnectionResetError):
            writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    counted.port = listener.sockets[0].getsockname()[1]
    async with listener:
        yield counted


async def here(_host: str, _port: int) -> Sequence[str]:
    return ["127.0.0.1"]


@pytest.mark.parametrize(("kept", "connections"), [(0, 4), (2, 2)])
async def test_each_host_has_its_own(server: Counted, kept: int, connections: int) -> None:
    guard = Guard(Networks.of("127.0.0.0/8"), resolve=here)
    async with Outbound(guard, timeout=5, redirects=0, kept=kept) as client:
        for host in ("a.example", "a.example", "b.example", "b.example"):
            async with client.ask("GET", httpx2.URL(f"http://{host}:{server.port}/"), {}) as response:
                assert await response.aread() == b"ok"
    assert server.connections == connections
