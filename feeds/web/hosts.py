"""400 for a request that does not say its host."""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from feeds.http.headers import field_value
from feeds.http.hosts import says_its_host
from feeds.web.problems import problem

_REFUSED = HTTPException(HTTPStatus.BAD_REQUEST, "Send one Host field, as in Host: news.example")


class HostMiddleware:
    """Answers 400 to a request that does not say its host; this is the reference for the server's fast path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fine = scope["type"] != "http" or says_its_host(
            field_value(Headers(scope=scope), "host"), scope["http_version"]
        )
        await (self._app if fine else problem(_REFUSED))(scope, receive, send)
