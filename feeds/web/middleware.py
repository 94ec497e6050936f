"""The ASGI layers around the routes: what every answer carries, and answers from the cache."""

from datetime import datetime

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feeds.http.conditional import http_date
from feeds.http.representation import Fields
from feeds.site import SiteState
from feeds.web.cors import scope_fields
from feeds.web.queries import may_change_the_answer
from feeds.web.respond import READ_METHODS, Answered, conditional_answer, delta_since, wanted_coding
from storage.clock import Clock


def common_fields(now: datetime) -> Fields:
    return ((b"date", http_date(now).encode()), (b"x-content-type-options", b"nosniff"))


class CommonFieldsMiddleware:
    """What every answer carries: Date (RFC 9110, section 6.6.1), the order not to guess at types, and who may read it.

    Date comes from the clock that Last-Modified is held against: the server's own may lag by a second, and then a change
    could be dated in the very second that Date shows.
    """

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_fields(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = message.get("headers", ())
                message["headers"] = [*common_fields(self._clock()), *own, *scope_fields(scope)]
            await send(message)

        await self._app(scope, receive, send_with_fields)


class CacheMiddleware:
    """Answer what is kept without asking the routes; this is the reference that any faster path is compared with."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answered = self._answer(scope) if scope["type"] == "http" else None
        await (answered or self._app)(scope, receive, send)

    @staticmethod
    def _answer(scope: Scope) -> Answered | None:
        if scope["method"] not in READ_METHODS:
            return None
        site: SiteState = scope["app"].state.site
        if not site.follower.is_current(site.clock()):
            return None
        # Another spelling takes the long way round and finds the same.
        key = scope["raw_path"].decode("latin-1")
        if may_change_the_answer(scope["path"], scope["query_string"]):
            key = f"{key}?{scope['query_string'].decode('latin-1')}"
        kept = site.kept(key)
        headers = Headers(scope=scope)
        if kept is None or "if-match" in headers or "if-unmodified-since" in headers:
            return None
        coding = wanted_coding(headers)
        answer = conditional_answer(site, kept, coding, headers) if coding is not None else None
        if answer is None or (answer.body is not None and delta_since(scope["method"], headers, kept) is not None):
            return None
        return Answered(answer)
