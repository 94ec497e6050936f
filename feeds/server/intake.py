"""What a connection has sent and nothing has begun to answer: a little of it is parsed, the rest waits as bytes.

uvicorn parses all that it reads at once, and makes a scope, a cycle and an event of each request: a packet of 64 kB holds
thousands of them, and whoever does not read their answers makes the server keep them.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

_PIECE = 1024
"""Bytes that are parsed at once: some tens of the shortest requests."""


class _Flow(FlowControl):
    """Reads no more while requests wait: an application that asks for the rest of its body has had it by then."""

    is_full = False

    def resume_reading(self) -> None:
        if not self.is_full:
            super().resume_reading()


class IntakeProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which parses on only once no request waits for another's answer."""

    flow: _Flow

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._held = b""
        """Received, and not parsed yet: what was read at once, for nothing is read while it is there."""
        self._running: RequestResponseCycle | None = None
        """What was begun last; `cycle` is of the request that was parsed last."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        # As uvicorn has it, but for the addresses, which are looked up when they are asked for.
        self.connections.add(self)
        self.transport = transport
        self.flow = _Flow(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """uvicorn tells the request that was parsed last, but with pipelining another is being answered: it would write on."""
        if self._running is not None:
            self._running.disconnected = not self._running.response_complete
            self._running.message_event.set()
        self.pipeline.clear()
        self._held = b""
        super().connection_lost(exc)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def data_received(self, data: bytes) -> None:
        if len(data) <= _PIECE and not self.flow.is_full:
            self.take(data)
            if self.pipeline:
                self._wait_if_full()
        else:
            self._held += data
            self._take_held()

    def take(self, piece: bytes) -> None:
        """Parse; whatever begins in it is answered, or waits for its turn."""
        super().data_received(piece)

    def on_response_complete(self) -> None:
        was_full, self.flow.is_full = self.flow.is_full, False
        super().on_response_complete()
        if was_full:
            self._take_held()

    def _take_held(self) -> None:
        held, at = self._held, 0
        while at < len(held) and not self.pipeline and not self.transport.is_closing():
            self.take(held[at : at + _PIECE])
            at += _PIECE
        self._held = b"" if self.transport.is_closing() else held[at:]
        self._wait_if_full()

    def _wait_if_full(self) -> None:
        """Read nothing until the next answer, where a request waits for it."""
        self.flow.is_full = bool(self._held or self.pipeline)
        if self.flow.is_full:
            self.flow.pause_reading()
