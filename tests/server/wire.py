"""HTTP/1.1 as bytes on a socket: what is sent is exactly what the test says, and what comes back is kept as it came."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

PATIENCE = 60.0
"""Seconds after which a test that waits for bytes has failed; on a healthy server nothing comes near it."""


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what no event tells of. Raises TimeoutError when patience is at its end."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if condition():
                return
            # Whoever is waited for may need the processor.
            await asyncio.sleep(0.005)


@dataclass(frozen=True)
class Answer:
    head: bytes
    """Status line and fields, as they came."""
    body: bytes

    @property
    def status(self) -> int:
        return int(self.head.split(b" ", 2)[1])

    def field(self, name: str) -> str | None:
        """The value of the first field of this name; None if there is none."""
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.lower() == name.encode():
                return value.strip().decode("latin-1")
        return None


class Ended(Exception):
    """The server ended the connection in the middle of what was waited for."""


def request(path: str, *, method: str = "GET", body: bytes = b"", **fields: str) -> bytes:
    """An HTTP/1.1 request; underscores in the names of fields stand for hyphens."""
    lines = [f"{method} {path} HTTP/1.1", "Host: news.example"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join((*lines, "", "")).encode("latin-1") + body


class Wire(asyncio.Protocol):
    """A client's end of a connection."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self.received = bytearray()
        """What came and is not part of an answer taken yet."""
        self.ended = False
        self.reset = False
        """Whether it ended with a reset: then the last of what was sent may be missing."""
        self._news = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's are transports by what they do, not by their class.
        self.transport = cast(asyncio.Transport, transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        self.received += data
        self._news.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended, self.reset = True, exc is not None
        self._news.set()
        self._writable.set()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    @property
    def port(self) -> int:
        """This end's."""
        return int(self.transport.get_extra_info("sockname")[1])

    async def send(self, *packets: bytes) -> None:
        """Each packet by itself, as far as the system lets it be: the server may look in between."""
        for packet in packets:
            if self.transport.is_closing():
                return
            self.transport.write(packet)
            await self._writable.wait()
            # Once for the bytes to go, once for a server in this very loop to take them.
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    async def answer(self, *, to_head: bool = False) -> Answer:
        """The next answer. Raises Ended if the connection ends before it does."""
        await self._until(lambda: b"\r\n\r\n" in self.received)
        answer = Answer(self._take(self.received.index(b"\r\n\r\n") + 4), b"")
        if to_head or answer.status in (204, 304) or answer.status < 200:
            return answer
        if answer.field("transfer-encoding") == "chunked":
            return Answer(answer.head, await self._chunks())
        length = int(answer.field("content-length") or 0)
        await self._until(lambda: len(self.received) >= length)
        return Answer(answer.head, self._take(length))

    async def _chunks(self) -> bytes:
        body = b""
        while True:
            await self._until(lambda: b"\r\n" in self.received)
            size = int(self._take(self.received.index(b"\r\n") + 2), 16)
            await self._until(lambda size=size: len(self.received) >= size + 2)  # type: ignore[misc]
            body += self._take(size)
            self._take(2)
            if size == 0:
                return body

    def _take(self, length: int) -> bytes:
        taken = bytes(self.received[:length])
        del self.received[:length]
        return taken

    async def _until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                if self.ended:
                    raise Ended
                self._news.clear()
                await self._news.wait()

    async def ask(self, path: str, *, method: str = "GET", body: bytes = b"", **fields: str) -> Answer:
        await self.send(request(path, method=method, body=body, **fields))
        return await self.answer(to_head=method == "HEAD")

    async def rest(self) -> bytes:
        """Everything up to the end of the connection."""
        await self._until(lambda: self.ended)
        return self._take(len(self.received))


async def connect(port: int) -> Wire:
    """A connection to a server on this machine. Raises OSError if it is refused."""
    _, wire = await asyncio.get_running_loop().create_connection(Wire, "127.0.0.1", port)
    return wire


@asynccontextmanager
async def dial(port: int) -> AsyncIterator[Wire]:
    wire = await connect(port)
    try:
        yield wire
    finally:
        wire.transport.abort()


async def exchange(port: int, sent: Sequence[bytes]) -> Wire:
    """Send each packet, whatever comes back, and wait for the end."""
    async with dial(port) as wire:
        await wire.send(*sent)
        await wire._until(lambda: wire.ended)
        return wire
