"""CORS (the Fetch standard) of ASGI requests: who may read what is answered, and what OPTIONS is told."""

from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from feeds.http.cors import origin_fields
from feeds.http.representation import Answer, Fields
from feeds.web.respond import Answered

_PREFLIGHT = Answer(
    HTTPStatus.NO_CONTENT,
    (
        (b"allow", b"GET, HEAD, OPTIONS"),
        (b"access-control-allow-methods", b"GET, HEAD"),
        (b"access-control-allow-headers", b"If-None-Match, If-Modified-Since, A-IM"),
        (b"access-control-max-age", b"86400"),
    ),
    None,
)
"""To OPTIONS, as a browser asks before it sends a poll's conditions."""


def scope_fields(scope: Scope) -> Fields:
    """What the answer to an ASGI request says of who may read it. Where something is written, the query asks for no feed."""
    target: str = scope["raw_path"].decode("latin-1")
    if scope["query_string"] and scope["method"] in ("GET", "HEAD", "OPTIONS"):
        target = f"{target}?{scope['query_string'].decode('latin-1')}"
    return origin_fields(target)


class PreflightMiddleware:
    """Answers OPTIONS where other origins may read, whether or not anything is there: without a look at the store."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_ours = scope["type"] == "http" and scope["method"] == "OPTIONS" and scope_fields(scope)
        await (Answered(_PREFLIGHT) if is_ours else self._app)(scope, receive, send)
