"""The newsroom's webhooks, told of what waits: added and removed by an administrator."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from feeds import paths
from feeds.newsroom.held_webhooks import create_held_webhook
from feeds.outbound import Networks
from feeds.site import SiteState
from feeds.web.api.access import holds
from feeds.web.desk.access import Form, see_other
from feeds.web.desk.notices_page import notices_page
from feeds.web.desk.page import address
from feeds.web.desk.session import Session
from feeds.web.queries import number_of
from storage.errors import Conflict, Invalid, NotFound


async def add_webhook_here(request: Request, session: Session, form: Form) -> Response:
    """The page with the new webhook's secret, this once; 400 or 409 with what is wrong, and what was typed.

    Raises HTTPException 403 for who is no administrator.
    """
    _require_admin(session)
    site: SiteState = request.app.state.site
    typed = form.get("url", "").strip()
    networks = Networks.of(site.settings.outbound_allow)
    try:
        _, secret = await create_held_webhook(site.store, {"url": typed}, sealing=site.sealing, networks=networks)
    except Invalid as invalid:
        fault, status = "; ".join(invalid.fields.values()), HTTPStatus.BAD_REQUEST
    except Conflict as conflict:
        fault, status = str(conflict), HTTPStatus.CONFLICT
    else:
        # Whoever delivers may begin with it.
        site.hub_asked.set()
        return await notices_page(request, session, secret=secret)
    return await notices_page(request, session, typed=typed, fault=fault, status=status)


async def remove_webhook_here(request: Request, session: Session, form: Form) -> Response:
    """303 to the page, also where it was removed already.

    Raises HTTPException 403 for who is no administrator, 400 for a form that names none.
    """
    _require_admin(session)
    site: SiteState = request.app.state.site
    number = number_of(form.get("id"))
    if number is None:
        raise HTTPException(400, "The form does not say which webhook to remove.")
    try:
        await site.store.remove_held_webhook(number)
    except NotFound:
        return see_other(address(paths.DESK_NOTICES, removed=0))
    return see_other(address(paths.DESK_NOTICES, removed=number))


def _require_admin(session: Session) -> None:
    if not holds(session.token):
        raise HTTPException(403, "Webhooks are added and removed with a token that has the scope admin.")
