"""How much a client may send."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feeds.web.problems import problem


class BodyLimit:
    """The layer that refuses a body of more than `max_body` bytes with 413, before anything behind it sees the request.

    A body that is small enough is handed on whole.
    """

    def __init__(self, app: ASGIApp, max_body: int) -> None:
        self._app = app
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else {}
        # Without either field there is no body (RFC 9112, section 6.3).
        if "content-length" not in headers and "transfer-encoding" not in headers:
            await self._app(scope, receive, send)
            return
        if self._announces_too_much(headers.get("content-length", "")):
            await self._refuse(scope, receive, send)
            return
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                # The client is gone; what it sent of its request counts for nothing.
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._max_body:
                await self._refuse(scope, receive, send)
                return
        await self._app(scope, _replay(bytes(body), receive), send)

    def _announces_too_much(self, length: str) -> bool:
        # A length that is no number is the server's to refuse; what comes is counted anyhow.
        return length.isascii() and length.isdigit() and (len(length) > 18 or int(length) > self._max_body)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The rest of the body is not read, so the connection cannot carry another request.
        error = HTTPException(413, f"Send at most {self._max_body} bytes.", {"Connection": "close"})
        await problem(error)(scope, receive, send)


def _replay(body: bytes, receive: Receive) -> Receive:
    handed_on = False

    async def receive_again() -> Message:
        nonlocal handed_on
        if handed_on:
            return await receive()
        handed_on = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again
