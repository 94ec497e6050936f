"""Feeds and single articles within a partner's terms: the same kinds as the public's, kept by the set of terms."""

from collections.abc import Awaitable, Callable
from functools import partial, wraps
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from feeds import paths
from feeds.formats import NINJS, PARTNER_FORMATS
from feeds.http.representation import Representation
from feeds.kinds import in_route_order
from feeds.kinds.base import FeedMoved, Kind
from feeds.making import format_of, make_feed, make_item
from feeds.paths import feed_path
from feeds.site import SiteState
from feeds.urls import encode_path
from feeds.web.legacy_urls import moved_to
from feeds.web.partner.entry import admitted, note_answer
from feeds.web.problems import problem
from feeds.web.queries import wanted_query
from feeds.web.respond import Answered, respond

Handler = Callable[[Request], Awaitable[Answered | Response]]
_PREFIX = paths.PARTNER[:-1]
"""Before the path that something has in public."""


def feed_routes() -> list[BaseRoute]:
    feeds = [Route(_PREFIX + feed_path(kind.path, ".{extension}"), _feed_handler(kind)) for kind in in_route_order()]
    return [*feeds, Route(f"{_PREFIX}{paths.ARTICLE.pattern[:-1]}{NINJS.extension}", answered_here(_item))]


def answered_here(handler: Handler) -> Handler:
    """The handler with its errors answered as programs read them: no partner is led to what the public has instead."""

    @wraps(handler)
    async def answer(request: Request) -> Answered | Response:
        try:
            await request.app.state.site.partner_views.catch_up()
            return await handler(request)
        except FeedMoved as error:
            return _redirect(request, error)
        except Exception as error:
            return problem(error)

    return answer


def _redirect(request: Request, error: FeedMoved) -> Response:
    """301 to where it is now, relative to this address: one that holds a key is told to nobody else."""
    path = request.scope["path"].removeprefix(_PREFIX)
    if "extension" in request.path_params:
        location = moved_to(error, path, request.scope["query_string"]).location
    else:
        location = encode_path(error.path[:-1]) + NINJS.extension
    up = "../" * (path.count("/") - 1)
    fields = {"cache-control": "private, max-age=60", "vary": "authorization"}
    return RedirectResponse((up or "./") + location.lstrip("/"), HTTPStatus.MOVED_PERMANENTLY, fields)


def _feed_handler(kind: Kind) -> Handler:
    async def feed(request: Request) -> Answered:
        """Raises NoSuchFeed, also for a format that there is not, FeedGone, FeedMoved, BadDate; and as `respond` does."""
        site: SiteState = request.app.state.site
        entitled = admitted(request).entitled
        format = format_of(request.path_params["extension"], PARTNER_FORMATS)
        query = wanted_query(request.scope["query_string"], kind.query)
        params = {**request.path_params, **query}

        make = partial(make_feed, site, kind, format, params, entitled=entitled)
        return await respond(
            request,
            make,
            None if query else make,
            query=urlencode(query),
            entitlements=entitled.name,
            noted=partial(note_answer, request.scope),
        )

    return answered_here(feed)


async def _item(request: Request) -> Answered:
    """Raises NotFound, FeedGone, FeedMoved; and as `respond` does."""
    site: SiteState = request.app.state.site
    entitled = admitted(request).entitled

    async def make(_before: Representation | None) -> Representation:
        return await make_item(site, request.path_params, entitled)

    return await respond(
        request, make, entitlements=entitled.name, aside=True, noted=partial(note_answer, request.scope)
    )
