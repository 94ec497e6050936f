"""Which answers pages of other origins may read (CORS, in the Fetch standard): whatever is answered at a feed's URL, and at the
lists of feeds and articles for programs. Never those of the desk, of the API or of partners; and pages are for people.

It is the address alone that decides, so that errors, redirects and refusals can be read as the feeds can.
"""

from functools import lru_cache
from http import HTTPStatus
from urllib.parse import unquote

from starlette.types import ASGIApp, Receive, Scope, Send

from feeds.http.representation import Answer, Fields
from feeds.web.legacy_urls import asks_for_feed
from feeds.web.respond import Answered

_OPEN = frozenset(("/feeds.opml", "/sitemap.xml", "/news-sitemap.xml", "/api/openapi.json", "/oembed"))
_OPEN_PAGES = "/sitemap-"
_CLOSED = ("/api/", "/desk/", "/partner/")

_READABLE: Fields = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, Last-Modified, IM, Retry-After"),
)
"""The same whoever asks, so nothing varies on Origin; and never with credentials, which nothing there heeds."""

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

_LONGEST_KEPT = 256
"""Characters of a target that is remembered; longer ones are nobody's habit."""


def origin_fields(target: str) -> Fields:
    """What every answer to a request target, as it came ('/search/feed.rss?q=x'), says of who may read it."""
    is_open = _is_open if len(target) <= _LONGEST_KEPT else _is_open.__wrapped__
    return _READABLE if is_open(target) else ()


@lru_cache(maxsize=1024)
def _is_open(target: str) -> bool:
    raw_path, _, query = target.partition("?")
    path = unquote(raw_path)
    if path in _OPEN or path.startswith(_OPEN_PAGES):
        return True
    return not path.startswith(_CLOSED) and asks_for_feed(path, query.encode("latin-1"))


def scope_fields(scope: Scope) -> Fields:
    """The same of an ASGI request. Where something is written, the query asks for no feed."""
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
