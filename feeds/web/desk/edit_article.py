"""An article's words and status, edited at the desk by whoever may publish."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from feeds import paths
from feeds.newsroom.publishing import edit
from feeds.newsroom.revising import Stale
from feeds.site import SiteState
from feeds.urls import encode_path
from feeds.web.api.access import PUBLISH, holds
from feeds.web.desk.access import Form, see_other
from feeds.web.desk.drafts import Draft, typed_in
from feeds.web.desk.page import address, page
from feeds.web.desk.session import Session
from feeds.web.queries import number_of
from storage.errors import Conflict, Invalid
from storage.model import Article, ArticleStatus

_FIELDS = {"headline": "headline", "summary": "summary", "body": "body_html", "status": "status"}
"""The form's names of the fields of an edit."""


async def show_article(request: Request, session: Session) -> Response:
    """Raises HTTPException 403 for who may not publish, NotFound, Unreadable."""
    _require_publisher(session)
    site: SiteState = request.app.state.site
    article = await site.store.get_article(int(request.path_params["id"]))
    return await _page(request, session, article, Draft(fields=_fields(article), version=article.version))


async def edit_article_here(request: Request, session: Session, form: Form) -> Response:
    """Keep what was edited: 303 to the page. Else the form again, with what was typed: 400 with what is wrong, 409 where
    somebody else edited meanwhile, beside what they wrote.

    Raises HTTPException 403 for who may not publish, NotFound, Unreadable.
    """
    _require_publisher(session)
    site: SiteState = request.app.state.site
    kept = await site.store.get_article(int(request.path_params["id"]))
    shown = _fields(kept)
    typed, version = typed_in(form, shown), number_of(form.get("version")) or 0
    sent: dict[str, object] = {_FIELDS[name]: value for name, value in typed.items() if value != shown[name]}
    if form.get("significant"):
        sent["significant"] = True
    try:
        await edit(
            site.store,
            kept.id,
            sent,
            clock=site.clock,
            zone=site.settings.zone,
            media=site.media,
            if_version=frozenset({version}),
        )
    except Invalid as invalid:
        faults = {name: invalid.fields[field] for name, field in _FIELDS.items() if field in invalid.fields}
        draft = Draft(fields=typed, version=version, faults=faults)
        return await _page(request, session, kept, draft, status=HTTPStatus.BAD_REQUEST)
    except (Stale, Conflict):
        now = await site.store.get_article(kept.id)
        draft = Draft(fields=typed, version=now.version, theirs=_fields(now))
        return await _page(request, session, now, draft, status=HTTPStatus.CONFLICT)
    return see_other(address(request.url.path, said="edited"))


def _require_publisher(session: Session) -> None:
    if not holds(session.token, PUBLISH):
        raise HTTPException(403, "Articles are edited with a token that has the scope publish or admin.")


def _fields(article: Article) -> dict[str, str]:
    return {
        "headline": article.headline,
        "summary": article.summary,
        "body": article.body_html,
        "status": article.status.value,
    }


async def _page(
    request: Request, session: Session, article: Article, draft: Draft, status: int = HTTPStatus.OK
) -> Response:
    return await page(
        request,
        "edit-article.html",
        session=session,
        title=article.headline,
        status=status,
        thread=paths.DESK_THREAD(id=str(article.id)),
        public_url=encode_path(article.path) if article.public else "",
        statuses=[one.value for one in ArticleStatus],
        draft=draft,
        edited=request.query_params.get("said") == "edited",
    )
