"""The outermost layer: requests that the fast path leaves are counted here, and written to the access log."""

from collections.abc import Callable
from time import perf_counter

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feeds.answering import answering
from feeds.http.access_log import Request, masked
from feeds.http.headers import READ_METHODS, conditions_of, field_value
from feeds.http.negotiation import choose_coding
from feeds.request_kinds import label_of
from feeds.site import SiteState
from feeds.web.respond import UNSENT

_GONE = 499
"""As nginx has it: the client went before it was answered."""


class NotedMiddleware:
    """Passes requests on; says to the log, for errors, which one it is. `site` is None before the store is open."""

    def __init__(self, app: ASGIApp, site: Callable[[], SiteState | None]) -> None:
        self._app = app
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # As it came: within, a partner's key is taken out.
        target = _target_of(scope)
        answering.set(f"{scope['method']} {masked(target)}")
        site = self._site()
        if site is None or (site.traffic is None and site.access_log is None):
            await self._app(scope, receive, send)
            return
        began, status, sent = perf_counter(), 0, 0

        async def noting(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = int(message["status"])
            elif message["type"] == "http.response.body" and scope["method"] != "HEAD":
                sent += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception:
            # The server answers.
            status = status or 500
            raise
        finally:
            _note(site, scope, target, status or _GONE, sent, perf_counter() - began)


def _note(site: SiteState, scope: Scope, target: str, status: int, sent: int, seconds: float) -> None:
    headers = Headers(scope=scope)
    agent = field_value(headers, "user-agent") or ""
    if site.traffic is not None:
        conditions = conditions_of(headers) if scope["method"] in READ_METHODS else None
        coding = choose_coding(field_value(headers, "accept-encoding")) or ""
        label = label_of(target, status, agent, conditions=conditions, coding=coding, is_fast=False)
        site.traffic[label].count(sent, scope.get(UNSENT, 0))
    if site.access_log is not None:
        client = scope["client"][0] if scope["client"] else ""
        request = Request(client, scope["method"], target, scope["http_version"], agent)
        site.access_log.note(request, status, sent, seconds)


def _target_of(scope: Scope) -> str:
    path: str = scope["raw_path"].decode("latin-1")
    return f"{path}?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else path
