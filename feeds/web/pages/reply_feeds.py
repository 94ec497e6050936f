"""The feed of the replies to a commenter's own comments: it is taken on the page that shows a reply to its author.

There are no accounts: who has its address has the feed, and may end it. A cookie, set when it is taken, brings into it what the
same browser sends later.
"""

from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from feeds import paths
from feeds.http.representation import Representation
from feeds.kinds.reply_feeds import REPLY_FEED, hash_of, is_key, new_key, read_replies
from feeds.making import format_of, make_feed
from feeds.paths import feed_path
from feeds.site import SiteState
from feeds.urls import encode_path
from feeds.web.forms import read_form
from feeds.web.pages.comments import comments_page
from feeds.web.pages.layout import home_link
from feeds.web.pages.own import OwnReply, find_own
from feeds.web.pages.page import MEDIA_TYPE, PAGE_FIELDS
from feeds.web.respond import Answered, respond_alone
from feeds.web.same_origin import is_cross_site
from feeds.wording import saying
from storage.errors import Conflict, NotFound, Unavailable
from storage.model import Comment
from storage.scopes import PAGES

_COOKIE = "replies"
_YEAR = 365 * 24 * 3600
_FIELDS = {"x-robots-tag": "noindex", "referrer-policy": "strict-origin"}
"""The address is a secret: it goes into no index, and to no other page."""


def reply_feed_routes() -> list[Route]:
    return [
        Route(paths.REPLY_FOLLOWING.pattern, follow, methods=["POST"]),
        Route(feed_path(paths.REPLY_FEED.pattern, ".{extension}"), _feed),
        Route(paths.REPLY_FEED_END.pattern, _end, methods=["POST"]),
        Route(paths.REPLY_FEED_END.pattern, _to_page),
        Route(paths.REPLY_FEED.pattern, _page),
    ]


async def follow(request: Request) -> Response:
    """303 to the page of the feed that takes the reply which the field `mine` proves one's own: with `what` = 'thread' a new one,
    of the reply's thread alone; else the one that the browser has, or a new one.

    Raises HTTPException 400 for a form that cannot be read, 403 from another site, NotFound for a reply that is nobody's to follow.
    """
    site: SiteState = request.app.state.site
    sent = dict(await read_form(request, max_fields=10))
    if is_cross_site(request.headers, site.settings.base_url):
        raise HTTPException(
            HTTPStatus.FORBIDDEN,
            saying("This was sent from another site: follow the replies from your reply's page."),
        )
    own = await find_own(site, sent.get("mine", ""))
    if own is None:
        raise NotFound(
            saying("replies can be followed for an hour after you wrote: write another reply, and follow from there")
        )
    is_of_thread = sent.get("what") == OwnReply.THREAD
    key = await _follow(site, own.comment, "" if is_of_thread else _key_of(request), thread=is_of_thread)
    response = _to(key)
    if not is_of_thread:
        response.set_cookie(
            _COOKIE, key, max_age=_YEAR, path="/", secure=site.urls.is_secure, httponly=True, samesite="lax"
        )
    return response


async def _follow(site: SiteState, comment: Comment, key: str, *, thread: bool) -> str:
    """The key of the feed that follows the comment now: a new one where none is given, or that one was ended."""
    if key:
        with suppress(Conflict):
            await site.store.follow_replies(hash_of(key), comment.id)
            return key
    key = new_key()
    await site.store.follow_replies(hash_of(key), comment.id, thread=thread)
    return key


async def follow_as_before(request: Request, comment: Comment) -> None:
    """Let the feed that the browser has take a reply just written. The reply is kept, whatever becomes of this."""
    site: SiteState = request.app.state.site
    if key := _key_of(request):
        with suppress(Conflict, NotFound, Unavailable):
            await site.store.follow_replies(hash_of(key), comment.id)


def _key_of(request: Request) -> str:
    key = request.cookies.get(_COOKIE, "")
    return key if is_key(key) else ""


async def _feed(request: Request) -> Answered:
    """Raises NoSuchFeed, FeedGone, and as `respond_alone` does."""
    site: SiteState = request.app.state.site
    format = format_of(request.path_params["extension"])

    async def make() -> Representation:
        made = await make_feed(site, REPLY_FEED, format, {"key": request.path_params["key"]})
        return replace(
            made, fields=(*made.fields, *((name.encode(), value.encode()) for name, value in _FIELDS.items()))
        )

    async with site.private_pages:
        return await respond_alone(request, make)


async def _page(request: Request) -> Response:
    """Raises NoSuchFeed, FeedGone."""
    site: SiteState = request.app.state.site
    key = request.path_params["key"]
    wording = site.publication.wording
    title = wording.gettext("Replies to your comments")
    async with site.private_pages:
        found = await read_replies(site.store, site.publication, key, site.clock(), also=(PAGES,))
        page = await comments_page(
            site,
            site.clock(),
            replace(found.replies, older=False),
            paths.REPLY_FEED(key=key),
            title,
            name=title,
            intro=wording.gettext(
                "This address is yours alone: whoever has it can read what is here, and end it. Take its feed into your reader."
            ),
            trail=[home_link(wording)],
            end_url=encode_path(paths.REPLY_FEED_END(key=key)),
        )
    fields = {name.decode(): value.decode() for name, value in PAGE_FIELDS}
    return Response(page.html, HTTPStatus.OK, {"cache-control": "private, no-store"} | fields | _FIELDS, MEDIA_TYPE)


async def _end(request: Request) -> Response:
    """303 to the page, which says from now on that it is gone. Raises NotFound, HTTPException 403 from another site."""
    site: SiteState = request.app.state.site
    if is_cross_site(request.headers, site.settings.base_url):
        raise HTTPException(
            HTTPStatus.FORBIDDEN, saying("This was sent from another site: end the feed on its own page.")
        )
    key = request.path_params["key"]
    await site.store.end_reply_feed(hash_of(key))
    response = _to(key)
    if _key_of(request) == key:
        response.delete_cookie(_COOKIE, path="/")
    return response


async def _to_page(request: Request) -> Response:
    """Where whoever reloads the form's address wants to be."""
    return _to(request.path_params["key"])


def _to(key: str) -> Response:
    location = encode_path(paths.REPLY_FEED(key=key))
    return RedirectResponse(location, HTTPStatus.SEE_OTHER, {"cache-control": "no-store"} | _FIELDS)
