"""Subscribers' callbacks on sockets: each writes down what it is asked and sent, and answers as it is told to."""

import asyncio
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

from feeds.server.listeners import bind, listen

Headers = Mapping[str, str]
"""Names in lower case; of a field that comes twice, both with ', ' between."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request."""

    method: str
    target: str
    fields: Headers
    body: bytes

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))


Answer = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]
"""Writes what comes back; closes the connection where that is no whole answer."""


async def hang(_asked: Asked, _writer: asyncio.StreamWriter) -> None:
    """No answer, for as long as the other side waits."""
    await asyncio.get_running_loop().create_future()


async def drip(_asked: Asked, writer: asyncio.StreamWriter) -> None:
    """An answer without end, a byte at a time."""
    writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not writer.is_closing():
        writer.write(b"x")
        await asyncio.sleep(0.01)


async def drop(_asked: Asked, writer: asyncio.StreamWriter) -> None:
    """An answer that breaks off."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    writer.close()


async def reset(_asked: Asked, writer: asyncio.StreamWriter) -> None:
    """No answer: the connection ends."""
    writer.transport.abort()


def status(code: int, body: bytes = b"", **fields: str) -> Answer:
    """Underscores in names stand for hyphens."""

    async def answer(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
        head = "\r\n".join([f"HTTP/1.1 {code} Said", f"Content-Length: {len(body)}", *lines, "", ""])
        writer.write(head.encode("latin-1") + body)

    return answer


class Held:
    """No answer before the test says so; then 204."""

    def __init__(self) -> None:
        self._released = asyncio.Event()

    async def __call__(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        await self._released.wait()
        await status(204)(asked, writer)

    def release(self) -> None:
        self._released.set()


async def echo(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """As a subscriber does that wants what it is asked about."""
    await status(200, asked.query.get("hub.challenge", "").encode())(asked, writer)


@dataclass
class Callback:
    """One subscriber's."""

    url: str
    verifies: Answer = echo
    """How it answers a GET."""
    takes: Answer = field(default_factory=lambda: status(204))
    """How it answers a POST."""
    gets: list[Asked] = field(default_factory=list)
    posts: list[Asked] = field(default_factory=list)
    """Whatever it answered."""

    @property
    def modes(self) -> list[str]:
        return [asked.query["hub.mode"] for asked in self.gets]

    @property
    def newest(self) -> bytes:
        """Of what came, b'' before anything did."""
        return self.posts[-1].body if self.posts else b""

    async def answer(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        if asked.method == "GET":
            self.gets.append(asked)
            await self.verifies(asked, writer)
        else:
            self.posts.append(asked)
            await self.takes(asked, writer)


def is_signed(asked: Asked, secret: str) -> bool:
    expected = hmac.new(secret.encode(), asked.body, sha256).hexdigest()
    return asked.fields.get("x-hub-signature") == f"sha256={expected}"


class Sink:
    """A server at several addresses of this machine, on one port."""

    def __init__(self, hosts: Sequence[str], port: int) -> None:
        self._hosts = hosts
        self.port = port
        self.callbacks: dict[str, Callback] = {}
        """By host and path."""
        self.otherwise: Answer = status(404)
        """How it answers at other addresses."""

    def callback(self, path: str = "/hook", *, host: int | str = 0, query: str = "") -> Callback:
        """A new one at one of the addresses, or by a name that leads to one."""
        name = f"{host if isinstance(host, str) else self._hosts[host]}:{self.port}{path}"
        self.callbacks[name] = Callback(f"http://{name}{query}")
        return self.callbacks[name]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (asked := await _read(reader)) is not None:
                callback = self.callbacks.get(asked.fields["host"] + urlsplit(asked.target).path)
                await (callback.answer if callback else self.otherwise)(asked, writer)
                if writer.is_closing():
                    break
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def sink(hosts: Sequence[str] = ("127.0.0.1",)) -> AsyncIterator[Sink]:
    """Listening until the block ends. Any address of 127.0.0.0/8 is this machine."""
    (first,) = bind(hosts[0], 0, 1)
    listen([first])
    made = Sink(hosts, first.getsockname()[1])
    serving: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(made.serve(reader, writer))
        serving.add(task)
        task.add_done_callback(serving.discard)

    servers = [await asyncio.start_server(accept, sock=first)]
    servers += [await asyncio.start_server(accept, host, made.port) for host in hosts[1:]]
    try:
        yield made
    finally:
        for server in servers:
            server.close()
        for task in [*serving]:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    """The next request; None where the other side is done."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ")
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        name = name.lower()
        fields[name] = f"{fields[name]}, {value.strip()}" if name in fields else value.strip()
    body = await reader.readexactly(int(fields.get("content-length", "0")))
    return Asked(method, target, fields, body)
