"""Articles that readers do not see, with when they will, or since when they do not."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from feeds import paths
from feeds.site import SiteState
from feeds.web.desk.page import address, page
from feeds.web.desk.session import Session
from feeds.web.pages.display import moment
from feeds.web.queries import number_of
from storage.model import Article, ArticleStatus, Position

_PER_PAGE = 50
_TABS = {"waiting": "Scheduled and embargoed", "draft": "Drafts", "withdrawn": "Withdrawn"}


async def show_articles(request: Request, session: Session) -> Response:
    """Raises NotFound for a cursor that names no article, Unreadable for one that is damaged."""
    site: SiteState = request.app.state.site
    shown = request.query_params.get("show", "")
    shown = shown if shown in _TABS else "waiting"
    cursor = number_of(request.query_params.get("cursor"))
    if shown == "waiting":
        after = await _position(site, cursor) if cursor is not None else None
        articles = await site.store.list_waiting(after=after, limit=_PER_PAGE + 1)
    else:
        articles = await site.store.list_articles(status=ArticleStatus(shown), before_id=cursor, limit=_PER_PAGE + 1)
    further = len(articles) > _PER_PAGE
    articles = articles[:_PER_PAGE]
    return await page(
        request,
        "articles.html",
        session=session,
        title=_TABS[shown],
        tabs=[(address(paths.DESK_ARTICLES, show=tab), label, "", tab == shown) for tab, label in _TABS.items()],
        articles=[_row(article, site) for article in articles],
        zone=moment(site.clock(), site.publication.zone).zone,
        older=address(paths.DESK_ARTICLES, show=shown, cursor=articles[-1].id) if further else "",
    )


async def _position(site: SiteState, article_id: int) -> Position:
    """Raises NotFound."""
    article = await site.store.get_article(article_id)
    return Position(article.public_at or site.clock(), article.id)


def _row(article: Article, site: SiteState) -> dict[str, object]:
    return {
        "headline": article.headline,
        "section": article.sections[0] if article.sections else "",
        "state": _state(article),
        "times": [
            (label, moment(at, site.publication.zone)) for label, at in _times(article).items() if at is not None
        ],
        "thread": paths.DESK_THREAD(id=str(article.id)),
        "note": article.editorial_note,
    }


def _state(article: Article) -> str:
    if article.status is not ArticleStatus.PUBLISHED:
        return article.status.value.capitalize()
    embargoed = article.public_at is not None and article.public_at == article.embargoed_until
    return "Embargoed" if embargoed else "Scheduled"


def _times(article: Article) -> dict[str, datetime | None]:
    if article.status is ArticleStatus.WITHDRAWN:
        return {"withdrawn": article.gone_at or article.modified_at, "published": article.published_at}
    times = {"published": article.published_at, "embargo ends": article.embargoed_until}
    if article.status is ArticleStatus.DRAFT:
        times = {"last edited": article.modified_at, "made": article.created_at} | times
    return times
