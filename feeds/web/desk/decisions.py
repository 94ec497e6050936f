"""Who decided what, latest first."""

from starlette.requests import Request
from starlette.responses import Response

from feeds import paths
from feeds.site import SiteState
from feeds.web.desk.comment_view import decision_view, excerpt, place
from feeds.web.desk.page import address, page
from feeds.web.desk.session import Session
from feeds.web.queries import number_of

_PER_PAGE = 100


async def show_decisions(request: Request, session: Session) -> Response:
    """Raises nothing of its own: a cursor that is no number is the beginning."""
    site: SiteState = request.app.state.site
    before = number_of(request.query_params.get("before"))
    found = await site.store.latest_decisions(before_id=before, limit=_PER_PAGE)
    return await page(
        request,
        "decisions.html",
        session=session,
        title="Decisions",
        decisions=[
            {
                "decision": decision_view(decided.decision, site.publication),
                "author": decided.comment.author_name,
                "excerpt": excerpt(decided.comment.body_html),
                "place": place(decided.article, decided.comment),
            }
            for decided in found.decisions
        ],
        older=address(paths.DESK_DECISIONS, before=found.older) if found.older else "",
    )
