"""Taking an article back, and who knows: by the rules of `dateline withdraw`. The page looks again by itself until all know."""

from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from feeds import paths
from feeds.clean.text import one_line
from feeds.newsroom.takedown import Told, take_down, who_knows
from feeds.site import SiteState
from feeds.urls import encode_path
from feeds.web.api.access import PUBLISH, holds
from feeds.web.desk.access import Form, see_other
from feeds.web.desk.page import page
from feeds.web.desk.session import Session
from feeds.web.pages.display import moment
from feeds.web.queries import number_of
from feeds.web.replacing import lead, replacement_of
from storage.errors import NotFound
from storage.model import Article, ArticleStatus

_PATIENCE = timedelta(minutes=10)
"""After the withdrawal: whoever does not know by then is to be called."""
_LONGEST_REASON = 1_000


async def show_takedown(request: Request, session: Session) -> Response:
    """The form, or once the article is withdrawn who knows. Raises NotFound, Unreadable."""
    site: SiteState = request.app.state.site
    return await _page(request, session, await site.store.get_article(int(request.path_params["id"])))


async def take_down_here(request: Request, session: Session, form: Form) -> Response:
    """303 to the page, or 400 with what is wrong with the form, and then nothing is changed.

    Raises HTTPException 403 for who may not publish, NotFound, Unreadable, Conflict.
    """
    site: SiteState = request.app.state.site
    if not holds(session.token, PUBLISH):
        raise HTTPException(403, "Articles are taken back with a token that has the scope publish or admin.")
    article = await site.store.get_article(int(request.path_params["id"]))
    reason, instead = one_line(form.get("reason", ""))[:_LONGEST_REASON], form.get("replacement", "").strip()
    if not reason:
        return await _page(request, session, article, wrong="Say why.", instead=instead)
    try:
        replacement = await _replacement(site, article, instead) if instead else None
    except NotFound as error:
        return await _page(request, session, article, wrong=str(error), reason=reason, instead=instead)
    article = await take_down(site.store, article.id, reason, clock=site.store.now)
    fault = await lead(site.store, site.settings.base_url, article, replacement) if replacement is not None else ""
    if fault:
        return await _page(request, session, article, note=fault)
    return see_other(request.url.path)


async def _replacement(site: SiteState, article: Article, instead: str) -> Article:
    """Raises NotFound."""
    number = number_of(instead)
    if number is None:
        raise NotFound("Name the article in its place by its number.")
    return await replacement_of(site.store, article.id, number)


async def _page(
    request: Request,
    session: Session,
    article: Article,
    *,
    wrong: str = "",
    note: str = "",
    reason: str = "",
    instead: str = "",
) -> Response:
    site: SiteState = request.app.state.site
    is_gone = article.status is ArticleStatus.WITHDRAWN
    told = await who_knows(site.store, article.id) if is_gone else ()
    # One that nobody ever saw has no such time.
    until = (article.gone_at or article.modified_at or site.store.now()) + _PATIENCE
    waits = site.store.now() < until and not all(one.at for one in told)
    return await page(
        request,
        "takedown.html",
        session=session,
        status=400 if wrong else 200,
        title=article.headline,
        thread=paths.DESK_THREAD(id=str(article.id)),
        public_url=encode_path(article.path) if article.public else "",
        is_gone=is_gone,
        note=note,
        wrong=wrong,
        reason=reason,
        instead=instead,
        longest=_LONGEST_REASON,
        may_withdraw=holds(session.token, PUBLISH),
        told=[_row(one, site) for one in told],
        waits=waits,
        said=_said(len(told), sum(one.at is None for one in told), waits=waits),
        until=moment(until, site.publication.zone),
        zone=moment(until, site.publication.zone).zone,
    )


def _said(count: int, silent: int, *, waits: bool) -> str:
    if not count:
        return "No partner had it."
    if not silent:
        return "The partner that had it knows." if count == 1 else f"All {count} partners that had it know."
    return f"{count - silent} of {count} partners know." + ("" if waits else " Call the others.")


def _row(one: Told, site: SiteState) -> dict[str, object]:
    return {
        "name": one.partner.name,
        "url": paths.DESK_PARTNER(id=str(one.partner.id)),
        "contact": one.partner.contact,
        "at": moment(one.at, site.publication.zone) if one.at is not None else None,
    }
