"""One connection, and one exchange of HTTP/1.1 at a time on it.

What is read is read by llhttp (`httptools`), as uvicorn reads what comes in; what is written is a head and a body of known length.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, cast

import httptools

from feeds.outbound.errors import BadAnswer, OutboundError, Unreachable

LARGEST_HEAD = 32 * 1024
"""Bytes of an answer before its body: status lines and fields, of interim answers as well (RFC 9110, 15.2)."""
LARGEST_REST = 64 * 1024
"""Bytes of a body that nobody wants, which are read so that the connection can be used again."""


class Answer(NamedTuple):
    """An answer to a request."""

    status: int
    headers: Mapping[str, str]
    """By names in lower case; of a field that came more than once, its values with commas (RFC 9110, 5.3)."""
    body: bytes = b""
    """As it came; where only the status was asked for, nothing."""


class Broken(Unreachable):
    """The connection, used before, was over before anything came: its server had ended it meanwhile."""


class Connection(asyncio.Protocol):
    """A connection as the event loop sees it. `exchange` after `exchange`, never two at once."""

    def __init__(self, lost: Callable[["Connection"], None]) -> None:
        """`lost` is called once, when the connection is over."""
        self._lost: Callable[[Connection], None] | None = lost
        self._transport: asyncio.Transport | None = None
        self._parser: httptools.HttpResponseParser | None = None
        self._answer: asyncio.Future[Answer] | None = None
        self._lingering: asyncio.TimerHandle | None = None
        self._most: int | None = None
        self._exchanges = 0
        self._began = False
        self.is_reusable = False
        """Whether the last exchange left it as it was: nothing is under way, and its server keeps it."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's are no subclasses.
        self._transport = cast(asyncio.Transport, transport)

    def exchange(self, request: Sequence[bytes], most: int | None, linger: float) -> asyncio.Future[Answer]:
        """Send a request; the answer is in the future, or the OutboundError it ended with. Whoever waits no longer calls `end`.

        `most`: bytes of a body that is wanted; None: the head is all that is, and the rest is read for `linger` seconds at most.
        """
        assert self._transport is not None, "it is connected"
        self._exchanges += 1
        self._most = most
        self._linger = linger
        self._began = self.is_reusable = False
        self._read, self._body_read = 0, 0
        self._status = 0
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._parser = httptools.HttpResponseParser(self)
        self._answer = asyncio.get_running_loop().create_future()
        if self._transport.is_closing():
            self._fail(self._broke())
        else:
            self._transport.writelines(request)
        return self._answer

    def end(self) -> None:
        """Close it at once, whatever is under way."""
        self.is_reusable = False
        if self._transport is not None:
            self._transport.abort()
        self._tell()

    def known(self) -> Answer | None:
        """What is known of an answer that is not complete, where its head is all that is wanted."""
        return Answer(self._status, self._headers) if self._status and self._most is None else None

    # What the event loop calls.

    def data_received(self, data: bytes) -> None:
        if self._parser is None:
            # Nobody asked.
            self.end()
            return
        self._began = True
        self._read += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._fail(BadAnswer("it goes over to another protocol"))
        except httptools.HttpParserError as error:
            self._fail(BadAnswer(f"it does not answer as HTTP/1.1 has it ({str(error)[:100]})"))
        if not self._status and self._read > LARGEST_HEAD:
            self._fail(BadAnswer(f"the head of its answer is larger than {LARGEST_HEAD // 1024} KiB"))

    def connection_lost(self, error: Exception | None) -> None:
        if self._status and self._most is not None and not self._has_length:
            # It is complete when the connection is (RFC 9112, 6.3).
            self._finish()
        self._fail(self._broke(error))
        self._tell()

    # What the parser calls.

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._status:
            field = name.decode("latin-1").lower()
            text = value.decode("latin-1")
            self._headers[field] = f"{self._headers[field]}, {text}" if field in self._headers else text

    def on_headers_complete(self) -> None:
        assert self._parser is not None, "it reads"
        status = self._parser.get_status_code()
        if status < 200:
            self._headers.clear()
            return
        self._status = status
        if self._most is None:
            self._lingering = asyncio.get_running_loop().call_later(self._linger, self._leave)

    def on_body(self, piece: bytes) -> None:
        self._body_read += len(piece)
        if self._most is None:
            if self._body_read > LARGEST_REST:
                self._leave()
        elif self._body_read > self._most:
            self._fail(BadAnswer(f"its answer is larger than {self._most} bytes"))
        else:
            self._body.append(piece)

    def on_message_complete(self) -> None:
        if self._status and self._parser is not None and self._transport is not None:
            self.is_reusable = (
                self._parser.should_keep_alive()
                and not self._transport.is_closing()
                # An answer that came before all was sent.
                and not self._transport.get_write_buffer_size()
            )
            self._finish()

    def on_message_begin(self) -> None:
        if self._status:
            # One more answer than was asked for.
            self.is_reusable = False
            self.end()

    @property
    def is_over(self) -> bool:
        return self._lost is None

    @property
    def _has_length(self) -> bool:
        return "content-length" in self._headers or "transfer-encoding" in self._headers

    def _broke(self, error: Exception | None = None) -> OutboundError:
        if self._began:
            return BadAnswer("the connection ended before the answer did")
        said = f"the connection ended before an answer{f' ({error})' if error else ''}"
        return Broken(said) if self._exchanges > 1 else Unreachable(said)

    def _tell(self) -> None:
        """That it is over: at once, whenever the event loop gets to closing it."""
        lost, self._lost = self._lost, None
        if lost is not None:
            lost(self)

    def _leave(self) -> None:
        """What is left of the body is not waited for."""
        self._finish()
        self.end()

    def _finish(self) -> None:
        self._over()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(Answer(self._status, self._headers, b"".join(self._body)))

    def _fail(self, error: OutboundError) -> None:
        if self._status and self._most is None:
            # Its head said what there is to know.
            self._finish()
        self._over()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
        self.end()

    def _over(self) -> None:
        self._parser = None
        if self._lingering is not None:
            self._lingering.cancel()
            self._lingering = None
