"""How much a client may send."""

import asyncio

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feeds.web.problems import problem

_AT_ONCE = 32
"""Bodies of the largest size that a worker holds at once; there is room for many more, which are small."""
_LATE = HTTPException(408, "The request's body did not come in time.")


class BodyLimit:
    """The layer that refuses a body of more than `max_body` bytes with 413, one that is not there in `timeout` seconds with 408,
    and with 503 what is too much beside all others, before anything behind it sees the request.

    A body that is small enough is handed on whole. At the paths of `streamed` it is handed on as it comes, however large it is:
    there it is `timeout` seconds from a piece to the next, and what is answered before the end of the body ends the connection.
    """

    def __init__(self, app: ASGIApp, max_body: int, timeout: float, streamed: frozenset[str] = frozenset()) -> None:
        self._app = app
        self._streamed = streamed
        self._max_body = max_body
        self._timeout = timeout
        self._held = 0
        """Bytes of all bodies that are being read or worked on."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else {}
        # Without either field there is no body (RFC 9112, section 6.3).
        if "content-length" not in headers and "transfer-encoding" not in headers:
            await self._app(scope, receive, send)
            return
        if scope["path"] in self._streamed:
            await self._stream(scope, receive, send)
            return
        body = bytearray()
        try:
            async with asyncio.timeout(self._timeout):
                is_whole = await self._read(headers.get("content-length", ""), receive, body)
        except TimeoutError:
            await _refuse(_LATE, scope, receive, send)
        except HTTPException as error:
            await _refuse(error, scope, receive, send)
        else:
            if is_whole:
                await self._app(scope, _replay(bytes(body), receive), send)
        finally:
            self._held -= len(body)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_whole = False

        async def receive_in_time() -> Message:
            nonlocal is_whole
            try:
                async with asyncio.timeout(self._timeout):
                    message = await receive()
            except TimeoutError:
                raise _LATE from None
            is_whole = not message.get("more_body", False)
            return message

        async def send_and_close(message: Message) -> None:
            if message["type"] == "http.response.start" and not is_whole:
                message = {**message, "headers": [*message.get("headers", ()), (b"connection", b"close")]}
            await send(message)

        await self._app(scope, receive_in_time, send_and_close)

    async def _read(self, announced: str, receive: Receive, body: bytearray) -> bool:
        """Whether it is there to its end; not if the client has gone away: what it sent of its request counts for nothing."""
        too_much = HTTPException(413, f"Send at most {self._max_body} bytes.")
        # A length that is no number is the server's to refuse; what comes is counted anyhow.
        if announced.isascii() and announced.isdigit() and (len(announced) > 18 or int(announced) > self._max_body):
            raise too_much
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return False
            part = message.get("body", b"")
            body += part
            self._held += len(part)
            more = message.get("more_body", False)
            if len(body) > self._max_body:
                raise too_much
            if self._held > _AT_ONCE * self._max_body:
                raise HTTPException(503, "Too much is being sent at once: send it again.", {"Retry-After": "5"})
        return True


async def _refuse(error: HTTPException, scope: Scope, receive: Receive, send: Send) -> None:
    # The rest of the body is not read, so the connection cannot carry another request.
    closing = HTTPException(error.status_code, error.detail, {**(error.headers or {}), "Connection": "close"})
    await problem(closing)(scope, receive, send)


def _replay(body: bytes, receive: Receive) -> Receive:
    handed_on = False

    async def receive_again() -> Message:
        nonlocal handed_on
        if handed_on:
            return await receive()
        handed_on = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again
