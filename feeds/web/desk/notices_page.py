"""The page of notices: a moderator's feed of what waits, and for administrators the newsroom's webhooks."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from feeds.outbound import shown
from feeds.site import SiteState
from feeds.web.api.access import holds
from feeds.web.desk.page import page
from feeds.web.desk.session import Session
from feeds.web.pages.display import moment
from feeds.web.queries import number_of
from storage.model import Webhook


async def notices_page(
    request: Request,
    session: Session,
    *,
    feed_url: str = "",
    secret: str = "",
    typed: str = "",
    fault: str = "",
    status: int = HTTPStatus.OK,
) -> Response:
    """`feed_url`, `secret`: of what was made just now, shown this once. `typed`: the URL that is wrong, `fault`: why."""
    site: SiteState = request.app.state.site
    is_admin = holds(session.token)
    return await page(
        request,
        "notices.html",
        session=session,
        title="Notices",
        status=status,
        url=feed_url,
        has_feed=await site.store.has_held_feed(session.token.name),
        said=_said(request),
        is_admin=is_admin,
        webhooks=[_row(one, site) for one in await site.store.list_held_webhooks()] if is_admin else [],
        zone=moment(site.clock(), site.publication.zone).zone,
        secret=secret,
        typed=typed,
        fault=fault,
    )


def _said(request: Request) -> str:
    """What was just done, as the page's address says."""
    asked = request.query_params
    if asked.get("said") == "ended":
        return "The feed is ended."
    if (removed := number_of(asked.get("removed"))) is None:
        return ""
    return f"Webhook {removed} is removed." if removed else "It was removed already."


def _row(one: Webhook, site: SiteState) -> dict[str, object]:
    times = {"made": one.created_at, "taken last": one.acknowledged_at, "ended": one.ended_at}
    if one.last_error and not one.ended_at:
        times["tried again"] = one.due_at
    return {
        "id": one.id,
        "url": shown(one.url),
        "waiting": one.waiting,
        "error": one.ended_why or one.last_error,
        "state": "Ended" if one.ended_at else "Failing" if one.last_error else "",
        "times": [(label, moment(at, site.publication.zone)) for label, at in times.items() if at is not None],
    }
