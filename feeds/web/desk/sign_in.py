"""Signing in with a management token, and out."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from feeds import paths
from feeds.site import SiteState
from feeds.web.api.access import MODERATE, holds, token_hash
from feeds.web.desk.access import Form, desk_form, own_path, refuse_other_sites, see_other
from feeds.web.desk.page import page
from feeds.web.desk.session import Session, begin, end


async def show_sign_in(request: Request) -> Response:
    """Raises nothing."""
    return await _form(request, request.query_params.get("next", ""))


async def sign_in(request: Request) -> Response:
    """303 to where one wanted to go; 403 for a token that is unknown or may not moderate, 429 after some of these.

    Raises HTTPException 403 for a form of another site, 400 for what is no form, NotFound if the token was revoked meanwhile.
    """
    refuse_other_sites(request)
    site: SiteState = request.app.state.site
    client = request.client.host if request.client else ""
    if wait := site.sign_ins.wait(client):
        problem = f"Too many attempts: try again in {wait} seconds."
        return await _form(request, "", problem, HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(wait)})
    form = await desk_form(request)
    token = await site.store.find_token(token_hash(form.get("key", "").strip()))
    if token is None or not holds(token, MODERATE):
        site.sign_ins.take(client)
        problem = (
            "This token is unknown: it may have been mistyped, or revoked."
            if token is None
            else "This token may not moderate: it takes one with the scope moderate or admin."
        )
        return await _form(request, form.get("next", ""), problem, HTTPStatus.FORBIDDEN)
    response = see_other(own_path(form.get("next", "")))
    site.last_use.note(token)
    await begin(response, site, token)
    return response


async def sign_out(request: Request, _session: Session, _form: Form) -> Response:
    """303 to the form for signing in. Raises nothing of its own."""
    response = see_other(paths.DESK_SIGN_IN)
    await end(request, response)
    return response


async def _form(
    request: Request,
    next: str,
    problem: str = "",
    status: int = HTTPStatus.OK,
    headers: dict[str, str] | None = None,
) -> Response:
    return await page(
        request,
        "sign-in.html",
        session=None,
        title="Sign in",
        status=status,
        headers=headers,
        next=own_path(next),
        problem=problem,
    )
