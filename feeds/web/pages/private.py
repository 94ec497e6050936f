"""The page of an article as one reader alone sees it. It is never kept by a cache."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from feeds import paths
from feeds.aside import aside
from feeds.site import SiteState
from feeds.urls import COMMENT, encode_path, thread_url
from feeds.web.pages.article import article_html, view_article
from feeds.web.pages.form import FIELDS, reply_form
from feeds.web.pages.own import OwnReply, find_own
from feeds.web.pages.page import MEDIA_TYPE, PAGE_FIELDS
from feeds.web.pages.thread import build_thread
from feeds.web.queries import number_of
from feeds.wording import Wording, saying
from storage.model import ArticleView

DELETED = "deleted"
"""Stands for one's own reply where it is gone."""


async def private_page(request: Request) -> Response:
    """An article's page for the query parameters `parent` (the comment to reply to) and `mine` (one's own, just written).

    A parameter that means nothing is ignored. Raises NotFound, FeedGone, FeedMoved.
    """
    site: SiteState = request.app.state.site
    async with site.private_pages:
        return await _private_page(site, request)


async def _private_page(site: SiteState, request: Request) -> Response:
    mine = request.query_params.get("mine", "")
    parent = request.query_params.get("parent", "")
    path = paths.ARTICLE(**request.path_params)
    view = await view_article(site, path, around=number_of(parent) or number_of(mine.partition("-")[0]))
    own = await find_own(site, mine, view.article.id)
    if own is not None and own.held and own.comment.parent_id is not None:
        # It stands on no page yet: it is shown below the comment that it answers.
        view = await view_article(site, path, around=own.comment.parent_id)
    return await show_privately(
        site,
        view,
        {"parent": parent},
        own=own,
        notice=saying("Your reply was deleted.") if mine == DELETED else "",
    )


async def comment_page(request: Request) -> Response:
    """302 to the page of the thread that shows a comment, wherever it stands by now. Raises NotFound, FeedGone, FeedMoved."""
    site: SiteState = request.app.state.site
    number = number_of(request.query_params.get(COMMENT))
    view = await view_article(site, paths.ARTICLE(**request.path_params), around=number)
    place = f"comment-{number}" if number in {comment.id for comment in view.comments} else "comments"
    location = f"{thread_url(encode_path(view.article.path), view.page, view.pages)}#{place}"
    return RedirectResponse(location, HTTPStatus.FOUND, {"cache-control": "public, max-age=60"})


async def show_privately(
    site: SiteState,
    view: ArticleView,
    sent: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    own: OwnReply | None = None,
    notice: str = "",
    status: int = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The article's page for whoever sent this: with what was typed, what is wrong with it, a reply of theirs, a word on it.

    Anybody may ask for it, and it is made anew each time: beside the loop, one at a time.
    """
    html = await aside(_html, site, view, sent, errors, own, notice)
    fields = {name.decode(): value.decode() for name, value in PAGE_FIELDS}
    return Response(html, status, {"cache-control": "private, no-store"} | fields | dict(headers or {}), MEDIA_TYPE)


def _html(
    site: SiteState,
    view: ArticleView,
    sent: Mapping[str, str],
    errors: Mapping[str, str] | None,
    own: OwnReply | None,
    notice: str,
) -> bytes:
    policy, now, wording = site.comment_policy, site.clock(), site.publication.wording
    held = own.comment if own and own.held else None
    thread = build_thread(view, site.publication, policy.depth, held)
    form = reply_form(
        policy,
        view.article,
        now,
        answers=thread.by_id.get(number_of(sent.get("parent", "")) or 0),
        typed={name: sent.get(name, "") for name in FIELDS},
        errors={name: _said(error, wording) for name, error in (errors or {}).items()},
    )
    notice = _said(notice, wording)
    return article_html(site.publication, now, view, thread, form, own=own, notice=notice, private=True)


def _said(sentence: str, wording: Wording) -> str:
    """Nothing that went wrong is kept from its author, whatever words there are for it."""
    return wording.of(sentence) or sentence
