"""Taking replies by the form, and the page of an article as one reader alone sees it. Neither is ever kept by a cache."""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from feeds.commenting import Refused, reply
from feeds.kinds.base import FeedMoved, NoSuchFeed
from feeds.kinds.comments import ARTICLE_COMMENTS
from feeds.text import xml_safe
from feeds.urls import encode_path
from feeds.web.errors import fault_of
from feeds.web.pages.article import article_html, article_path, view_article
from feeds.web.pages.form import FIELDS, TRAP, reply_form
from feeds.web.pages.page import MEDIA_TYPE, PAGE_FIELDS
from feeds.web.pages.signing import FORM, HELD, is_signed, sign
from feeds.web.pages.thread import build_thread
from feeds.web.state import SiteState
from storage.errors import Invalid, NotFound
from storage.model import ArticleView, Comment, CommentStatus

HELD_SHOWN = timedelta(hours=1)
"""How long the address that shows a held reply to its author does so: it must not serve to publish unmoderated text."""

_MOST_FIELDS = 50
_AS_KEPT = {"name": "author_name", "email": "author_email", "url": "author_url", "comment": "body", "parent": "parent"}
"""The form's names of a reply's fields."""
_BLANK = {"name": "Write your name", "email": "Write your email address", "comment": "Write your comment"}


def form_routes() -> list[Route]:
    path = f"{ARTICLE_COMMENTS.path}comments"
    return [Route(path, post_reply, methods=["POST"]), Route(path, to_article)]


async def post_reply(request: Request) -> Response:
    """303 to the reply as it is shown, or to a page that shows it to its author alone; else the form with its errors.

    Raises NoSuchFeed, FeedGone, and HTTPException 400 for a form that cannot be read.
    """
    site: SiteState = request.app.state.site
    sent = await _read_form(request)
    view = await _view_present(site, article_path(request.path_params))
    if errors := _suspicions(site, view, sent):
        return _private(site, view, sent, errors=errors, status=HTTPStatus.BAD_REQUEST)
    try:
        comment = await reply(
            site.store,
            view.article.id,
            _as_kept(sent),
            policy=site.comment_policy,
            clock=site.clock,
            ip=request.client.host if request.client else "",
        )
    except Invalid as invalid:
        return _private(site, view, sent, errors=_errors(invalid, sent), status=HTTPStatus.BAD_REQUEST)
    except Refused as refused:
        fault = fault_of(refused)
        return _private(site, view, sent, errors={"": fault.detail}, status=fault.status, headers=fault.headers)
    except NotFound:
        raise NoSuchFeed(f"there is no article at {view.article.path}") from None
    return RedirectResponse(_address(site, view, comment), HTTPStatus.SEE_OTHER, {"cache-control": "no-store"})


async def to_article(request: Request) -> Response:
    """Where whoever reloads the form's address, or shares it, wants to be."""
    location = f"{encode_path(article_path(request.path_params))}#comments"
    return RedirectResponse(location, HTTPStatus.SEE_OTHER, {"cache-control": "no-store"})


async def private_page(request: Request) -> Response:
    """An article's page for the query parameters `parent` (the comment to reply to) and `held` (one's own, just written).

    A parameter that means nothing is ignored. Raises NoSuchFeed, FeedGone, FeedMoved.
    """
    site: SiteState = request.app.state.site
    view = await view_article(site, article_path(request.path_params))
    held = await _held(site, view, request.query_params.get("held", ""))
    return _private(site, view, {"parent": request.query_params.get("parent", "")}, held=held)


async def _view_present(site: SiteState, path: str) -> ArticleView:
    """What was typed is not lost to an article that moved meanwhile."""
    try:
        return await view_article(site, path)
    except FeedMoved as moved:
        return await view_article(site, moved.path)


async def _read_form(request: Request) -> Mapping[str, str]:
    """The form's text fields, made safe to be shown again; of one given twice, the last."""
    try:
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            async with request.form(max_files=0, max_fields=_MOST_FIELDS) as form:
                pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
        else:
            # Starlette reads raw bytes as Latin-1 here; whoever does not percent-encode sends UTF-8.
            body = (await request.body()).decode(errors="replace")
            pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "The form cannot be read.") from None
    return {name: xml_safe(value) for name, value in pairs}


def _suspicions(site: SiteState, view: ArticleView, sent: Mapping[str, str]) -> Mapping[str, str]:
    """What tells a robot from a reader. It is said openly: a person whose browser filled in the trap loses nothing."""
    if sent.get(TRAP):
        return {
            TRAP: "A field that readers do not see was filled in. It is empty again: please send your reply once more."
        }
    if not is_signed(site.site.secret, FORM, view.article.id, sent.get("token", "")):
        return {"token": "This form was not the one we gave out. It is now: please send your reply once more."}
    return {}


def _as_kept(sent: Mapping[str, str]) -> dict[str, object]:
    fields: dict[str, object] = {kept: sent.get(name, "") for name, kept in _AS_KEPT.items()}
    parent = sent.get("parent", "").strip()
    return fields | {"parent": (_number(parent) or parent) if parent else None}


def _number(digits: str) -> int | None:
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None


def _errors(invalid: Invalid, sent: Mapping[str, str]) -> Mapping[str, str]:
    """By the form's names, in the form's order."""
    errors = {}
    for name in (*FIELDS, "parent"):
        if _AS_KEPT[name] in invalid.fields:
            blank = _BLANK.get(name) if not sent.get(name, "").strip() else None
            errors[name] = blank or invalid.fields[_AS_KEPT[name]]
    return errors


def _address(site: SiteState, view: ArticleView, comment: Comment) -> str:
    shown = comment.status is CommentStatus.APPROVED
    query = "" if shown else f"?held={comment.id}-{sign(site.site.secret, HELD, comment.id)}"
    return f"{encode_path(view.article.path)}{query}#comment-{comment.id}"


async def _held(site: SiteState, view: ArticleView, state: str) -> Comment | None:
    """The pending comment that a signed state names, if it is this article's and still new."""
    digits, _, signature = state.partition("-")
    number = _number(digits)
    if number is None or not is_signed(site.site.secret, HELD, number, signature):
        return None
    try:
        comment = await site.store.get_comment(number)
    except NotFound:
        return None
    mine = comment.article_id == view.article.id and comment.status is CommentStatus.PENDING
    return comment if mine and site.clock() - comment.created_at < HELD_SHOWN else None


def _private(
    site: SiteState,
    view: ArticleView,
    sent: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    held: Comment | None = None,
    status: int = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The article's page for whoever sent this: with what was typed, what is wrong with it, and a reply of theirs that is held."""
    thread = build_thread(view.article, view.comments, site.publication, held)
    form = reply_form(
        site.site.secret,
        view.article,
        answers=thread.by_id.get(_number(sent.get("parent", "")) or 0),
        typed={name: sent.get(name, "") for name in FIELDS},
        errors=errors,
    )
    html = article_html(site.publication, view, thread, form, private=True)
    fields = {name.decode(): value.decode() for name, value in PAGE_FIELDS}
    return Response(html, status, {"cache-control": "private, no-store"} | fields | dict(headers or {}), MEDIA_TYPE)
