"""429 for who asks too often."""

from starlette.types import ASGIApp, Receive, Scope, Send

from feeds.http.throttle import Throttle, is_limited, too_many
from feeds.web.respond import Answered


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
