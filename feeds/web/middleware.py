"""The ASGI layers around the routes: what every answer carries, and answers from the cache."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feeds.http.headers import READ_METHODS, asked_of
from feeds.http.representation import CacheKey, common_fields
from feeds.site import SiteState
from feeds.web.cors import scope_fields
from feeds.web.queries import may_change_the_answer
from feeds.web.respond import Answered
from storage.clock import Clock


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
        now = site.clock()
        asked = asked_of(scope["method"], Headers(scope=scope))
        if asked is None or not site.follower.is_current(now):
            return None
        # Another spelling takes the long way round and finds the same.
        target = scope["raw_path"].decode("latin-1")
        if may_change_the_answer(scope["path"], scope["query_string"]):
            target = f"{target}?{scope['query_string'].decode('latin-1')}"
        decision = site.lookup(CacheKey(target), asked, now)
        answer = decision.answer(asked.coding, now) if decision is not None else None
        return Answered(answer) if answer is not None else None
