"""An article's comments of every status, nested as they answer each other."""

from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from feeds import paths
from feeds.newsroom.commenting import Refused, reply
from feeds.site import SiteState
from feeds.urls import encode_path
from feeds.web.api.access import PUBLISH, holds
from feeds.web.desk.access import Form, see_other
from feeds.web.desk.comment_view import comment_view
from feeds.web.desk.moderating import notice
from feeds.web.desk.page import address, here, page
from feeds.web.desk.session import Session
from feeds.web.pages.nesting import nest
from feeds.web.queries import number_of
from storage.errors import Invalid
from storage.model import ArticleStatus, CommentStatus

_AT_ONCE = 500
_LONGEST_NAME = 245
"""Characters, as of a reader's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answering:
    """The form for what the newsroom writes itself."""

    open: bool
    parent: int | None
    """The comment that it answers; None for the article."""
    typed: str
    fault: str


async def show_thread(request: Request, session: Session) -> Response:
    """Raises NotFound for an article that there is not, Unreadable for one that is damaged."""
    parent = number_of(request.query_params.get("answer"))
    return await _show(request, session, around=number_of(request.query_params.get("around")), parent=parent)


async def answer(request: Request, session: Session, form: Form) -> Response:
    """Keep what the newsroom writes itself: 303 to where it stands; else the page with what was typed and what is wrong.

    Raises NotFound, Unreadable.
    """
    site: SiteState = request.app.state.site
    parent, typed = number_of(form.get("parent")), form.get("body", "")
    data = {
        "author_name": site.publication.title[:_LONGEST_NAME],
        "body": typed,
        "status": CommentStatus.APPROVED.value,
    }
    try:
        comment = await reply(
            site.store,
            request.path_params["id"],
            data | ({"parent": parent} if parent else {}),
            policy=site.comment_policy,
            clock=site.clock,
            moderator=True,
            newsroom=True,
            by=session.by,
        )
    except Invalid as invalid:
        fault, status = "; ".join(invalid.fields.values()), HTTPStatus.BAD_REQUEST
    except Refused as refused:
        fault, status = str(refused), HTTPStatus.CONFLICT
    else:
        return see_other(f"{address(request.url.path, around=comment.id)}#comment-{comment.id}")
    return await _show(request, session, around=parent, parent=parent, typed=typed, fault=fault, status=status)


async def _show(
    request: Request,
    session: Session,
    *,
    around: int | None,
    parent: int | None,
    typed: str = "",
    fault: str = "",
    status: int = HTTPStatus.OK,
) -> Response:
    site: SiteState = request.app.state.site
    thread = await site.store.read_thread(request.path_params["id"], around=around, limit=_AT_ONCE)
    article, path = thread.article, request.url.path
    return await page(
        request,
        "thread.html",
        session=session,
        title=article.headline,
        status=status,
        answering=_Answering(
            open=article.public and site.comment_policy.is_open(article, site.clock()),
            parent=parent,
            typed=typed,
            fault=fault,
        ),
        public_url=encode_path(article.path) if article.public else "",
        may_publish=holds(session.token, PUBLISH),
        edit=paths.DESK_EDIT_ARTICLE(id=str(article.id)),
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
