"""An article's comments of every status, nested as they answer each other."""

from starlette.requests import Request
from starlette.responses import Response

from feeds.urls import encode_path
from feeds.web.desk.moderating import notice
from feeds.web.desk.page import address, here, number, page
from feeds.web.desk.remark import Remark, remark
from feeds.web.desk.session import Session
from feeds.web.state import SiteState

_AT_ONCE = 500


async def show_thread(request: Request, session: Session) -> Response:
    """Raises NotFound."""
    site: SiteState = request.app.state.site
    around = number(request.query_params.get("around"))
    thread = await site.store.read_thread(request.path_params["id"], around=around, limit=_AT_ONCE)
    article, path = thread.article, request.url.path
    return await page(
        request,
        "thread.html",
        session=session,
        title=article.headline,
        public_url=encode_path(article.path) if article.public else "",
        open=article.comments_open,
        count=len(thread.comments),
        remarks=_nested([remark(comment, site.publication) for comment in thread.comments], site.comment_policy.depth),
        earlier=address(path, around=thread.earlier) if thread.earlier else "",
        later=address(path, around=thread.later) if thread.later else "",
        notice=notice(request),
        back=here(request),
    )


def _nested(remarks: list[Remark], max_depth: int) -> list[Remark]:
    """Those at the top, with the others in them; one whose parent is not among those before it stands at the top."""
    top: list[Remark] = []
    known: dict[int, tuple[Remark, int, list[Remark]]] = {}
    for found in remarks:
        siblings, depth = top, 1
        if found.answers is not None and found.answers.id in known:
            parent, above, beside = known[found.answers.id]
            siblings, depth = (parent.replies, above + 1) if above < max_depth else (beside, above)
        siblings.append(found)
        known[found.id] = (found, depth, siblings)
    return top
