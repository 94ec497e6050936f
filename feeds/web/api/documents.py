"""What is told of the API itself, to anybody: its description for programs, and the same as a page for people."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from feeds.aside import aside
from feeds.http.conditional import not_modified
from feeds.http.headers import field_value
from feeds.site import SiteState
from feeds.web.api.openapi import describe
from feeds.web.api.operations import Operation, refuse_unknown
from feeds.web.api.reference import PAGE_FIELDS, reference


def document_routes(operations: Sequence[Operation]) -> list[BaseRoute]:
    # They take tens of milliseconds to make, and anybody may ask for them.
    @lru_cache(maxsize=1)
    def description(base_url: str) -> bytes:
        return describe(operations, base_url)

    @lru_cache(maxsize=1)
    def page(base_url: str) -> tuple[bytes, str]:
        """And its entity tag."""
        html = reference(description(base_url))
        return html, f'"{hashlib.sha256(html).hexdigest()[:16]}"'

    async def openapi_document(request: Request) -> Response:
        """Of OpenAPI 3.1."""
        site: SiteState = request.app.state.site
        return Response(await aside(description, site.urls.base), media_type="application/json")

    async def reference_page(request: Request) -> Response:
        """HTML, or 304."""
        site: SiteState = request.app.state.site
        html, tag = await aside(page, site.urls.base)
        fields, now = {"ETag": tag, "Cache-Control": "no-cache"}, site.clock()
        if not_modified(field_value(request.headers, "if-none-match"), None, etag=tag, modified_at=now, now=now):
            return Response(None, HTTPStatus.NOT_MODIFIED, fields)
        return Response(html, headers=fields | PAGE_FIELDS, media_type="text/html")

    return [
        Route(path, _Document(answer), methods=["GET"])
        for path, answer in (("/openapi.json", openapi_document), ("/", reference_page))
    ]


class _Document:
    """An ASGI endpoint, so that its errors are the API's. Raises HTTPException (400) for a query parameter."""

    def __init__(self, answer: Callable[[Request], Awaitable[Response]]) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        refuse_unknown(request, ())
        response = await self._answer(request)
        await response(scope, receive, send)
