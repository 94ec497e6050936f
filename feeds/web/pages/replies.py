"""Taking replies by the form, and taking them back. No answer is ever kept by a cache."""

from collections.abc import Mapping, Sequence
from functools import cache
from http import HTTPStatus
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from feeds import paths
from feeds.kinds.base import FeedGone, FeedMoved
from feeds.newsroom.commenting import Refused, TooLate, reply, take_back
from feeds.site import SiteState
from feeds.urls import encode_path
from feeds.web.errors import fault_of
from feeds.web.forms import read_form
from feeds.web.pages.article import view_article
from feeds.web.pages.form import FIELDS, HONEYPOT
from feeds.web.pages.own import OwnReply, find_own, own_state
from feeds.web.pages.private import DELETED, show_privately
from feeds.web.pages.reply_feeds import follow_as_before, reply_feed_routes
from feeds.web.queries import number_of
from feeds.web.same_origin import is_cross_site
from feeds.web.signing import is_form_token
from feeds.wording import marked, saying
from storage.errors import Invalid, NotFound
from storage.model import ArticleView

_MOST_FIELDS = 50
_AS_KEPT = {"name": "author_name", "email": "author_email", "url": "author_url", "comment": "body", "parent": "parent"}
"""The form's names of a reply's fields."""
_BLANK = {
    "name": marked("Write your name"),
    "email": marked("Write your email address"),
    "comment": marked("Write your comment"),
}


class _Present(NamedTuple):
    """An article where it is now."""

    id: int
    path: str


@cache
def form_routes() -> Sequence[Route]:
    return [
        Route(paths.REPLIES.pattern, post_reply, methods=["POST"]),
        Route(paths.REPLIES.pattern, to_article),
        Route(paths.REPLY_DELETION.pattern, delete_reply, methods=["POST"]),
        Route(paths.REPLY_DELETION.pattern, to_article),
        *reply_feed_routes(),
        Route(paths.REPLY_FOLLOWING.pattern, to_article),
    ]


async def post_reply(request: Request) -> Response:
    """303 to the reply on a page for its author alone; else the form with what was typed and what is wrong.

    Raises NotFound, FeedGone, and HTTPException 400 for a form that cannot be read.
    """
    site: SiteState = request.app.state.site
    sent = await _sent(request)
    article = await _article_present(site, paths.ARTICLE(**request.path_params))
    today = site.comment_policy.day(site.clock())

    async def again(errors: Mapping[str, str], status: int, headers: Mapping[str, str] | None = None) -> Response:
        view = await _view_present(site, article.path, around=number_of(sent.get("parent")))
        return await show_privately(site, view, sent, errors=errors, status=status, headers=headers)

    if is_cross_site(request.headers, site.settings.base_url):
        return await again({"": _elsewhere(site)}, HTTPStatus.FORBIDDEN)
    if sent.get(HONEYPOT):
        return await again({HONEYPOT: _TRAPPED}, HTTPStatus.BAD_REQUEST)
    try:
        comment = await reply(
            site.store,
            article.id,
            _as_kept(sent),
            policy=site.comment_policy,
            clock=site.clock,
            ip=request.client.host if request.client else "",
            hold=not is_form_token(site.site.secret, sent.get("token", ""), article.id, today),
        )
    except Invalid as invalid:
        return await again(_errors(invalid, sent), HTTPStatus.BAD_REQUEST)
    except Refused as refused:
        fault = fault_of(refused)
        return await again({"": fault.detail}, fault.status, fault.headers)
    except NotFound:
        raise NotFound(saying("there is no article at %(path)s", path=article.path)) from None
    await follow_as_before(request, comment)
    return _to_own(article, own_state(site.site.secret, comment), f"comment-{comment.id}")


async def delete_reply(request: Request) -> Response:
    """Take back the reply that the field `mine` proves one's own: 303 to a page that says so, 403 when it is too late.

    A POST alone does it: mail scanners and browsers that fetch ahead follow links. Raises NotFound, FeedGone.
    """
    site: SiteState = request.app.state.site
    sent = await _sent(request)
    article = await _article_present(site, paths.ARTICLE(**request.path_params))

    async def again(notice: str, status: int, own: OwnReply | None = None) -> Response:
        around = number_of(sent.get("mine", "").partition("-")[0])
        view = await _view_present(site, article.path, around=around)
        return await show_privately(site, view, {}, own=own, notice=notice, status=status)

    if is_cross_site(request.headers, site.settings.base_url):
        return await again(_elsewhere(site), HTTPStatus.FORBIDDEN)
    own = await find_own(site, sent.get("mine", ""), article.id)
    try:
        if own is None:
            raise TooLate(saying("A reply can be deleted here shortly after it was written: ask the newsroom."))
        await take_back(site.store, own.comment, policy=site.comment_policy, clock=site.clock)
    except TooLate as late:
        fault = fault_of(late)
        return await again(fault.detail, fault.status, own)
    return _to_own(article, DELETED, "comments")


async def to_article(request: Request) -> Response:
    """Where whoever reloads the form's address, or shares it, wants to be."""
    location = f"{encode_path(paths.ARTICLE(**request.path_params))}#comments"
    return RedirectResponse(location, HTTPStatus.SEE_OTHER, {"cache-control": "no-store"})


def _to_own(article: _Present, state: str, anchor: str) -> Response:
    location = f"{encode_path(article.path)}?mine={state}#{anchor}"
    return RedirectResponse(location, HTTPStatus.SEE_OTHER, {"cache-control": "no-store"})


def _elsewhere(site: SiteState) -> str:
    return saying(
        "This was sent from another site than %(site)s. Send it once more from this page.", site=site.settings.base_url
    )


_TRAPPED = marked("A field that readers do not see was filled in. It is empty again: please send your reply once more.")
"""It is said openly: a person whose browser filled in the trap loses nothing."""


async def _article_present(site: SiteState, path: str) -> _Present:
    """What was typed is not lost to an article that moved meanwhile. What is kept asks for nothing of its thread.

    Raises NotFound, FeedGone.
    """
    target = await site.store.find_path(path)
    if target is None or target.article_id is None:
        raise NotFound(saying("there is no article at %(path)s", path=path))
    if target.gone:
        raise FeedGone(saying("the article at %(path)s was withdrawn", path=path))
    return _Present(target.article_id, target.path)


async def _view_present(site: SiteState, path: str, *, around: int | None) -> ArticleView:
    """Raises NotFound, FeedGone."""
    try:
        return await view_article(site, path, around=around)
    except FeedMoved as moved:
        return await view_article(site, moved.path, around=around)


async def _sent(request: Request) -> Mapping[str, str]:
    """The form's fields; of one given twice, the last."""
    return dict(await read_form(request, max_fields=_MOST_FIELDS))


def _as_kept(sent: Mapping[str, str]) -> dict[str, object]:
    fields: dict[str, object] = {kept: sent.get(name, "") for name, kept in _AS_KEPT.items()}
    parent = sent.get("parent", "").strip()
    return fields | {"parent": (number_of(parent) or parent) if parent else None}


def _errors(invalid: Invalid, sent: Mapping[str, str]) -> Mapping[str, str]:
    """By the form's names, in the form's order."""
    errors = {}
    for name in (*FIELDS, "parent"):
        if _AS_KEPT[name] in invalid.fields:
            blank = _BLANK.get(name) if not sent.get(name, "").strip() else None
            errors[name] = blank or invalid.fields[_AS_KEPT[name]]
    return errors
