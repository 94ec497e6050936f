"""429 for who asks too often."""

from functools import lru_cache

from starlette.types import ASGIApp, Receive, Scope, Send

from feeds.http.representation import Answer
from feeds.http.throttle import Throttle
from feeds.web.respond import READ_METHODS, Answered

_EXEMPT = ("/api/", "/desk/", "/healthz", "/readyz", "/metrics")
"""The newsroom's own programs and its operators."""


def is_limited(method: str, path: str) -> bool:
    """Whether a request counts: reading does, but for what is not the readers'."""
    return method in READ_METHODS and not path.startswith(_EXEMPT)


@lru_cache(maxsize=1024)
def too_many(wait: int) -> Answer:
    """429 (RFC 6585, section 4), with the seconds to wait (RFC 9110, section 10.2.3)."""
    body = b"Too many requests: ask again in %d s, and no more often than Cache-Control says.\n" % wait
    fields = (
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        (b"retry-after", b"%d" % wait),
        (b"cache-control", b"no-store"),
    )
    return Answer(429, fields, body)


class ThrottleMiddleware:
    """Answers 429 to who asks too often; this is the reference for the server's fast path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app: ASGIApp = self._app
        if scope["type"] == "http" and scope["client"] is not None and is_limited(scope["method"], scope["path"]):
            throttle: Throttle | None = scope["app"].state.site.throttle
            if throttle is not None:
                client = scope["client"][0]
                wait = throttle.wait(client)
                if wait:
                    app = Answered(too_many(wait))
                else:
                    throttle.take(client)
        await app(scope, receive, send)
