"""Subscribers' callbacks at many addresses of this machine, as cheap as they can be: python -m tests.bench.sinks PORT HOSTS.

A line on standard input is answered with a line of JSON: when each delivery since the last was there, in seconds of the system's
monotonic clock.
"""

import asyncio
import json
import os
import re
import sys
from time import monotonic
from typing import cast

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_DONE = b"HTTP/1.1 204 No Content\r\n\r\n"


def host_of(number: int) -> str:
    """127.0.16.1 and those after it: any of 127.0.0.0/8 is this machine."""
    return f"127.0.{16 + number // 250}.{1 + number % 250}"


class _Taking(asyncio.Protocol):
    """A connection: of each request nothing is looked at but its length."""

    def __init__(self, arrived: list[float]) -> None:
        self._arrived = arrived
        self._buffer = bytearray()
        self._left = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self._left > len(data):
            self._left -= len(data)
            return
        if self._left:
            self._buffer += data[self._left :]
            self._done()
        else:
            self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            found = _LENGTH.search(self._buffer, 0, end + 2)
            length = end + 4 + (int(found[1]) if found else 0)
            self._left = max(0, length - len(self._buffer))
            del self._buffer[:length]
            if self._left:
                return
            self._done()

    def _done(self) -> None:
        self._left = 0
        self._arrived.append(monotonic())
        self._transport.write(_DONE)


async def _serve(port: int, hosts: int) -> None:
    loop = asyncio.get_running_loop()
    arrived: list[float] = []
    for number in range(hosts):
        await loop.create_server(lambda: _Taking(arrived), host_of(number), port, backlog=1024)
    print("ready", flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(arrived), flush=True)
        arrived.clear()


if __name__ == "__main__":
    import uvloop

    # Elsewhere they would take no time of the server's.
    os.nice(10)
    uvloop.run(_serve(*map(int, sys.argv[1:])))
