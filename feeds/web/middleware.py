"""The ASGI layers around the routes: what every answer carries, who is refused, and answers from the cache.

They are the reference for the server's fast path, which has to answer the same, byte for byte.
"""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feeds.http.cors import origin_fields
from feeds.http.headers import READ_METHODS, asked_of, field_value
from feeds.http.hosts import says_its_host
from feeds.http.representation import Answer, CacheKey, Fields, common_fields
from feeds.http.throttle import Throttle, is_limited, too_many
from feeds.site import SiteState
from feeds.web.partner.entry import admitted_to, note_answer
from feeds.web.problems import problem
from feeds.web.queries import may_change_the_answer
from feeds.web.respond import Answered
from storage.clock import Clock

_HOSTLESS = HTTPException(HTTPStatus.BAD_REQUEST, "Send one Host field, as in Host: news.example")
_PREFLIGHT = Answer(
    HTTPStatus.NO_CONTENT,
    (
        (b"allow", b"GET, HEAD, OPTIONS"),
        (b"access-control-allow-methods", b"GET, HEAD"),
        (b"access-control-allow-headers", b"If-None-Match, If-Modified-Since, A-IM, Last-Event-ID"),
        (b"access-control-max-age", b"86400"),
    ),
    None,
)
"""To OPTIONS, as a browser asks before it sends a poll's conditions."""


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
                # What is stale has the date of when it was not.
                names = {name for name, _ in own}
                common = [field for field in common_fields(self._clock()) if field[0] not in names]
                message["headers"] = [*common, *own, *scope_fields(scope)]
            await send(message)

        await self._app(scope, receive, send_with_fields)


def scope_fields(scope: Scope) -> Fields:
    """What the answer to an ASGI request says of who may read it. Where something is written, the query asks for no feed."""
    target: str = scope["raw_path"].decode("latin-1")
    if scope["query_string"] and scope["method"] in ("GET", "HEAD", "OPTIONS"):
        target = f"{target}?{scope['query_string'].decode('latin-1')}"
    return origin_fields(target)


class HostMiddleware:
    """Answers 400 to a request that does not say its host."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fine = scope["type"] != "http" or says_its_host(
            field_value(Headers(scope=scope), "host"), scope["http_version"]
        )
        await (self._app if fine else problem(_HOSTLESS))(scope, receive, send)


class PreflightMiddleware:
    """Answers OPTIONS where other origins may read, whether or not anything is there: without a look at the store."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_ours = scope["type"] == "http" and scope["method"] == "OPTIONS" and scope_fields(scope)
        await (Answered(_PREFLIGHT) if is_ours else self._app)(scope, receive, send)


class ThrottleMiddleware:
    """Answers 429 to who asks too often."""

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


class CacheMiddleware:
    """Answers what is kept without asking the routes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answered = self._answer(scope) if scope["type"] == "http" else None
        await (answered or self._app)(scope, receive, send)

    @staticmethod
    def _answer(scope: Scope) -> Answered | None:
        headers, partner = Headers(scope=scope), admitted_to(scope)
        # Who says who they are is answered by the route, which knows what they may see; of partners it is known by now.
        if scope["method"] not in READ_METHODS or ("authorization" in headers and partner is None):
            return None
        site: SiteState = scope["app"].state.site
        now = site.clock()
        asked = asked_of(scope["method"], headers)
        if asked is None or not site.follower.is_current(now):
            return None
        if partner is not None and not site.partner_views.is_current(now):
            return None
        # Another spelling takes the long way round and finds the same.
        target = scope["raw_path"].decode("latin-1")
        if may_change_the_answer(scope["path"], scope["query_string"]):
            target = f"{target}?{scope['query_string'].decode('latin-1')}"
        decision = site.lookup(CacheKey(target, partner.entitlements if partner else ""), asked, now)
        answer = decision.answer(asked.coding, now) if decision is not None else None
        if decision is None or answer is None:
            return None
        site.cache.hits += 1
        note_answer(scope, decision, asked)
        return Answered(answer, decision.kept, asked.coding)
