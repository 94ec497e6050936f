"""A server of whoever subscribes, a real one on this machine: it answers as each test tells it, rudely too."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import NamedTuple

OK = b"HTTP/1.1 204 No Content\r\n\r\n"


class Request(NamedTuple):
    line: str
    headers: Mapping[str, str]
    """By names in lower case."""
    body: bytes
    connection: int
    """Which one since the server began: 1 is the first."""


Send = Callable[[bytes], Awaitable[None]]
Behaviour = Callable[[Send], Awaitable[None]]
"""What becomes of a request. When it returns, the connection waits for the next; when it raises EOFError, it ends."""


@dataclass
class Hostile:
    """`answers` by path: bytes, or what is to be done; OK where there is none. Each request is in `asked`."""

    port: int = 0
    answers: dict[str, bytes | Behaviour] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    connections: int = 0

    def url(self, path: str = "/", host: str = "callback.example", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        connection = self.connections

        async def send(data: bytes) -> None:
            writer.write(data)
            await writer.drain()

        with suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError, EOFError, OSError):
            while True:
                line, *fields = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[:-2]
                headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in fields)}
                path = line.split(" ")[1]
                # '/rude' does not read what is sent.
                body = b"" if path == "/rude" else await reader.readexactly(int(headers.get("content-length", "0")))
                self.asked.append(Request(line, headers, body, connection))
                answer = self.answers.get(path, OK)
                await (send(answer) if isinstance(answer, bytes) else answer(send))
        writer.transport.abort()


@asynccontextmanager
async def listening(certificate: ssl.SSLContext | None = None) -> AsyncIterator[Hostile]:
    """On a free port of 127.0.0.1, until the block ends."""
    hostile = Hostile()
    under_way: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        under_way.add(task)
        try:
            await hostile.serve(reader, writer)
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            under_way.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=certificate)
    hostile.port = server.sockets[0].getsockname()[1]
    try:
        yield hostile
    finally:
        server.close()
        for task in list(under_way):
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


def drop(sent: bytes = b"") -> Behaviour:
    """Send that, and end the connection."""

    async def behave(send: Send) -> None:
        await send(sent)
        raise EOFError

    return behave


def without_end(first: bytes, piece: bytes, pause: float = 0.0) -> Behaviour:
    """Send `first`, then `piece` again and again, so many seconds apart."""

    async def behave(send: Send) -> None:
        await send(first)
        while True:
            await send(piece)
            await asyncio.sleep(pause)

    return behave


async def silence(_: Send) -> None:
    """Never answer."""
    await asyncio.get_running_loop().create_future()
