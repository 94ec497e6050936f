"""Who subscribes to feeds, and whose deliveries fail. They subscribe and renew at the hub; here one can be ended."""

from contextlib import suppress

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from feeds import paths
from feeds.outbound import shown
from feeds.site import SiteState
from feeds.topics import split_holder
from feeds.urls import encode_path
from feeds.web.api.access import holds
from feeds.web.desk.access import Form, own_path, see_other
from feeds.web.desk.page import address, here, page
from feeds.web.desk.session import Session
from feeds.web.pages.display import moment
from feeds.web.queries import number_of
from storage.errors import NotFound
from storage.model import Subscription

_PER_PAGE = 50
_ALL, _FAILING = "", "failing"


async def show_subscriptions(request: Request, session: Session) -> Response:
    """Raises nothing of its own: a cursor that is no number is the beginning."""
    site: SiteState = request.app.state.site
    failing = request.query_params.get("show") == _FAILING
    after = number_of(request.query_params.get("after")) or 0
    counts = await site.store.push_counts()
    found = await site.store.list_subscriptions(failing=failing, after=after, limit=_PER_PAGE + 1)
    further, found = len(found) > _PER_PAGE, found[:_PER_PAGE]
    show = _FAILING if failing else _ALL
    return await page(
        request,
        "subscriptions.html",
        session=session,
        title="Subscriptions",
        counts=counts,
        tabs=[
            (paths.DESK_SUBSCRIPTIONS, "All", counts.subscriptions, not failing),
            (address(paths.DESK_SUBSCRIPTIONS, show=_FAILING), "Failing", counts.failing, failing),
        ],
        subscriptions=[_row(one, site) for one in found],
        may_end=holds(session.token),
        zone=moment(site.clock(), site.publication.zone).zone,
        back=here(request),
        further=address(paths.DESK_SUBSCRIPTIONS, show=show, after=found[-1].id) if further else "",
    )


async def end_subscription(request: Request, session: Session, form: Form) -> Response:
    """303 to the page that it came from; one that has ended already is passed over.

    Raises HTTPException 403 for who is no administrator, 400 for a form that names none.
    """
    site: SiteState = request.app.state.site
    if not holds(session.token):
        raise HTTPException(403, "Subscriptions are ended with a token that has the scope admin.")
    number = number_of(form.get("id", ""))
    if number is None:
        raise HTTPException(400, "The form does not say which subscription to end.")
    with suppress(NotFound):
        await site.store.remove_subscription(number)
    return see_other(own_path(form.get("back", "")))


def _row(one: Subscription, site: SiteState) -> dict[str, object]:
    _, feed = split_holder(one.path)
    path, mark, query = feed.partition("?")
    times = {
        "delivered": one.last_delivered_at,
        "lasts until": one.expires_at,
        "tried again": one.due_at if one.last_error else None,
    }
    return {
        "id": one.id,
        "feed": feed,
        "url": encode_path(path) + mark + query,
        "callback": shown(one.callback),
        "error": one.last_error,
        "attempts": one.attempts,
        "times": [(label, moment(at, site.publication.zone)) for label, at in times.items() if at is not None],
    }
