"""Who gets to a handler of the desk: who has a session, and of forms those that the desk itself gave out."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import quote

from starlette.datastructures import ImmutableMultiDict
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from feeds import paths
from feeds.http.headers import READ_METHODS
from feeds.site import SiteState
from feeds.web.desk.session import Session, is_from_its_forms, session_of
from feeds.web.forms import read_form
from feeds.web.same_origin import is_cross_site

Form = ImmutableMultiDict[str, str]
Endpoint = Callable[[Request], Awaitable[Response]]

_MOST_FIELDS = 500


def signed_in(handler: Callable[[Request, Session], Awaitable[Response]]) -> Endpoint:
    """The handler, for who has a session; others are asked to sign in."""

    async def endpoint(request: Request) -> Response:
        session = await session_of(request)
        return _to_sign_in(request) if session is None else await handler(request, session)

    return endpoint


def with_form(handler: Callable[[Request, Session, Form], Awaitable[Response]]) -> Endpoint:
    """The handler of a form that the desk gave out in this session.

    Before it HTTPException 403 is raised for any other form, 400 for what is none.
    """

    async def endpoint(request: Request) -> Response:
        refuse_other_sites(request)
        session = await session_of(request)
        if session is None:
            return _to_sign_in(request)
        form = await desk_form(request)
        if not is_from_its_forms(session, form.get("token", "")):
            raise HTTPException(
                403, "This form is not of your present session: go back, reload the page and try again."
            )
        return await handler(request, session, form)

    return endpoint


def refuse_other_sites(request: Request) -> None:
    """Raises HTTPException 403 for a request that a browser makes for another site."""
    site: SiteState = request.app.state.site
    if is_cross_site(request.headers, site.urls.base):
        raise HTTPException(
            403,
            f"The desk takes forms from its own pages alone, which are at {site.urls.of(paths.DESK)}: go there, or let "
            "DATELINE_BASE_URL be the address that you have.",
        )


async def desk_form(request: Request) -> Form:
    """Raises HTTPException 400 for what is no form."""
    return ImmutableMultiDict(await read_form(request, max_fields=_MOST_FIELDS))


def own_path(wanted: str) -> str:
    """Where to go back to, if that is on the desk."""
    fine = wanted.startswith(paths.DESK) and "\\" not in wanted and wanted.isprintable()
    return wanted if fine else paths.DESK


def see_other(path: str) -> Response:
    return RedirectResponse(path, HTTPStatus.SEE_OTHER, {"cache-control": "no-store"})


def _to_sign_in(request: Request) -> Response:
    if request.method not in READ_METHODS:
        return see_other(paths.DESK_SIGN_IN)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return see_other(f"{paths.DESK_SIGN_IN}?next={quote(here, safe='')}")
