"""What every page of the desk has: its layout, and the fields that keep it from caches, frames and search engines."""

from asyncio import to_thread
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from feeds.site import SiteState
from feeds.web.desk.session import Session
from feeds.web.pages.page import MEDIA_TYPE
from feeds.web.pages.templating import render

_FIELDS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
}


async def page(
    request: Request,
    template: str,
    *,
    session: Session | None,
    title: str,
    status: int = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
    **context: object,
) -> Response:
    site: SiteState = request.app.state.site
    given = {**context, "site": site.publication, "session": session, "title": title, "path": request.url.path}
    html = await to_thread(lambda: render(f"desk/{template}", **given))
    return Response(html, status, _FIELDS | dict(headers or {}), MEDIA_TYPE)


def address(path: str, **parameters: object) -> str:
    """With the parameters that say something."""
    query = urlencode({name: value for name, value in parameters.items() if value not in (None, "")})
    return f"{path}?{query}" if query else path


def here(request: Request) -> str:
    """The page's address, but for what was just done there."""
    kept = {name: value for name, value in request.query_params.items() if name not in ("done", "undone")}
    return address(request.url.path, **kept)
