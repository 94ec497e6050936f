"""An article's comments of every status, nested as they answer each other."""

from starlette.requests import Request
from starlette.responses import Response

from feeds import paths
from feeds.site import SiteState
from feeds.urls import encode_path
from feeds.web.desk.comment_view import comment_view
from feeds.web.desk.moderating import notice
from feeds.web.desk.page import address, here, page
from feeds.web.desk.session import Session
from feeds.web.pages.nesting import nest
from feeds.web.queries import number_of
from storage.model import ArticleStatus

_AT_ONCE = 500


async def show_thread(request: Request, session: Session) -> Response:
    """Raises NotFound for an article that there is not, Unreadable for one that is damaged."""
    site: SiteState = request.app.state.site
    around = number_of(request.query_params.get("around"))
    thread = await site.store.read_thread(request.path_params["id"], around=around, limit=_AT_ONCE)
    article, path = thread.article, request.url.path
    return await page(
        request,
        "thread.html",
        session=session,
        title=article.headline,
        public_url=encode_path(article.path) if article.public else "",
        takedown=paths.DESK_TAKEDOWN(id=str(article.id)),
        is_gone=article.status is ArticleStatus.WITHDRAWN,
        open=article.comments_open,
        count=len(thread.comments),
        comments=nest(
            ((comment_view(found, site.publication), found.comment.parent_id) for found in thread.comments),
            site.comment_policy.depth,
        ),
        earlier=address(path, around=thread.earlier) if thread.earlier else "",
        later=address(path, around=thread.later) if thread.later else "",
        notice=notice(request),
        back=here(request),
    )
