"""What one client may take of a server: time for its request and for reading the answer, room for a head, a connection."""

import asyncio
from collections.abc import Iterable
from typing import Any

from uvicorn.protocols.utils import get_local_addr, get_remote_addr, is_ssl

from feeds.http.access_log import Request
from feeds.http.readers import family_of
from feeds.metrics.traffic import Label
from feeds.request_kinds import UNREAD
from feeds.server.files import connection_limit
from feeds.server.intake import IntakeProtocol
from feeds.settings import Settings
from feeds.site import SiteState

_LONGEST_HEAD = 32_768
"""Bytes of a request's line and fields; browsers with all their cookies stay below 16,384."""
_MOST_FIELDS = 100
_SWEEP = 1.0
"""Seconds between two looks at all connections: one look costs less than a timer for each."""
_SHARE_CLOSED = 50
"""When there are too many connections, one in so many is closed at once: room is not made anew for each newcomer."""

_BRIEF = b"content-length: 0\r\nconnection: close\r\n\r\n"
_TIMEOUT = b"HTTP/1.1 408 Request Timeout\r\n" + _BRIEF
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\n" + _BRIEF
_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\n" + _BRIEF


class _Finished:
    """Stands where uvicorn expects the cycle of an answered request."""

    response_complete = True
    disconnected = False
    keep_alive = True
    message_event = asyncio.Event()


FINISHED: Any = _Finished()


class GuardedProtocol(IntakeProtocol):
    """uvicorn's protocol with limits; `sweep` has to be called from time to time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site: SiteState | None = self.app_state.get("site")
        self._in_head = True
        """A request's head is awaited that has begun, or the connection's first."""
        self._head_since = 0.0
        """The loop's time since when."""
        self._head_bytes = 0
        self._active_at = 0.0
        """The loop's time of the last answer."""
        self._log = self.site.access_log if self.site is not None else None
        self._began = 0.0
        """When what was received last came (`perf_counter`); known where there is a log."""
        self._stuck_since: float | None = None
        self._unsent = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head_since = self.loop.time()
        if self.site is not None and len(self.connections) > connection_limit(self.site.settings.max_connections):
            _make_room(self.connections, self)

    def look_up_addresses(self) -> None:
        """What a scope says of the connection; asking the system for it takes longer than answering a poll."""
        if self.scheme is None:
            self.server, self.client = get_local_addr(self.transport), get_remote_addr(self.transport)
            self.scheme = "https" if is_ssl(self.transport) else "http"

    def take(self, piece: bytes) -> None:
        super().take(piece)
        if self._in_head and not self.transport.is_closing():
            # Only what comes in pieces gets here. The connection's first head is awaited since it was made.
            if not self._head_bytes and self.cycle is not None:
                self._head_since = self.loop.time()
            self._head_bytes += len(piece)
            if self._head_bytes > _LONGEST_HEAD:
                self._refuse(_TOO_LARGE)

    def on_response_complete(self) -> None:
        # Whatever comes next, a body that was not waited for or an empty line, takes uvicorn's timer away.
        self._active_at = self.loop.time()
        super().on_response_complete()

    def on_message_begin(self) -> None:
        self.look_up_addresses()
        super().on_message_begin()
        self._in_head = True

    def on_header(self, name: bytes, value: bytes) -> None:
        """Fields after the body are none of the request's (RFC 9110, section 6.5.1): uvicorn would add them when they come."""
        if self._in_head:
            # As uvicorn has it: one call less for each field of each request.
            name = name.lower()
            if name == b"expect" and value.lower() == b"100-continue":
                self.expect_100_continue = True
            if len(self.headers) <= _MOST_FIELDS:
                # One too many shows that there were; thousands take a megabyte.
                self.headers.append((name, value))

    def has_small_head(self) -> bool:
        """Whether the head that has just come is within the limits; if not, it is refused. Ends the wait for it."""
        self._in_head = False
        size, self._head_bytes = self._head_bytes, 0
        if len(self.headers) <= _MOST_FIELDS and size <= _LONGEST_HEAD and len(self.url) <= _LONGEST_HEAD:
            return True
        self._refuse(_TOO_LARGE)
        return False

    def on_headers_complete(self) -> None:
        if self.has_small_head():
            super().on_headers_complete()

    def _refuse(self, answer: bytes) -> None:
        """End the connection; with an answer, unless another one is under way."""
        if self._is_idle():
            self.transport.write(answer)
            self._note_refusal(int(answer[9:12]), 0)
            # uvicorn looks at it in the callbacks that may follow.
            self.cycle = FINISHED
        self.transport.close()

    def send_400_response(self, msg: str) -> None:
        super().send_400_response(msg)
        self._note_refusal(400, len(msg))

    def _note_refusal(self, status: int, sent: int) -> None:
        """Of what never became a request."""
        site = self.site
        if site is not None and site.traffic is not None:
            site.traffic[Label(*UNREAD, status, family_of(None), "", "", is_fast=False)].count(sent, 0)
        if self._log is not None:
            self.look_up_addresses()
            self._log.note(Request(self.client[0] if self.client else "", "", "", "", ""), status, sent, 0.0)

    def quiet_since(self) -> float | None:
        """Since when the client has been waited for, by the loop's time; None while the server has something to do for it."""
        if self.timeout_keep_alive_task is not None:
            return self.timeout_keep_alive_task.when() - self.timeout_keep_alive
        if not self._is_idle():
            return None
        return self._head_since if self._in_head else self._active_at

    def _is_idle(self) -> bool:
        """Whether nothing is being answered."""
        return self.cycle is None or bool(self.cycle.response_complete)

    def sweep(self, now: float, settings: Settings) -> None:
        """End the connection if its client has had its time."""
        if self.timeout_keep_alive_task is None and self._is_overdue(now, settings):
            if self._in_head and self._head_bytes:
                self._refuse(_TIMEOUT)
            else:
                self.transport.close()
        unsent = self.transport.get_write_buffer_size()
        if not unsent or unsent != self._unsent:
            self._stuck_since = now if unsent else None
        elif self._stuck_since is not None and now - self._stuck_since > settings.write_timeout:
            # Closing would wait for the bytes that nobody takes.
            self.transport.abort()
        self._unsent = unsent

    def _is_overdue(self, now: float, settings: Settings) -> bool:
        """Whether a head takes too long, or the next request after an answer for which uvicorn armed no timer."""
        if self._in_head:
            return now - self._head_since > settings.head_timeout
        return self._is_idle() and now - self._active_at > self.timeout_keep_alive


async def sweep_all(connections: Iterable[object], settings: Settings) -> float:
    """Look at all connections; one that cannot be looked at is ended, and no hindrance to the others. Seconds until the next look.

    Raises what the last of those raised.
    """
    now = asyncio.get_running_loop().time()
    fault: Exception | None = None
    for connection in tuple(connections):
        if isinstance(connection, GuardedProtocol):
            try:
                connection.sweep(now, settings)
            except Exception as error:
                fault = error
                connection.transport.abort()
    if fault is not None:
        raise fault
    return _SWEEP


def _make_room(connections: Iterable[object], newcomer: GuardedProtocol) -> None:
    """Close those that have been quiet for longest. Where all are being answered, the newcomer has to come again."""
    quiet = [
        (since, id(connection), connection)
        for connection in tuple(connections)
        if isinstance(connection, GuardedProtocol)
        and connection is not newcomer
        and not connection.transport.is_closing()
        and (since := connection.quiet_since()) is not None
    ]
    if not quiet:
        newcomer._refuse(_BUSY)
    for _, _, connection in sorted(quiet)[: 1 + len(quiet) // _SHARE_CLOSED]:
        connection.transport.close()
