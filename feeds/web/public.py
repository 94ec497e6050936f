"""The feeds and pages that anybody may read: their routes and handlers."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache, partial
from urllib.parse import urlencode

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from feeds.feed_paths import asks_for_feed
from feeds.http.representation import Representation, represent
from feeds.kinds import in_route_order
from feeds.kinds.base import Kind, NoSuchFeed
from feeds.making import format_of, make_feed, policy_of, usage_fields
from feeds.paths import TWO_DIGITS, YEAR_DIGITS, feed_path
from feeds.site import SiteState
from feeds.urls import COMMENT
from feeds.web.exception_handlers import redirect
from feeds.web.former.query import narrows
from feeds.web.links import page_links_field
from feeds.web.pages import MEDIA_TYPE, PAGE_FIELDS, PAGES, Page, PageBuilder, build_page, comment_page, private_page
from feeds.web.pages.article import build_article
from feeds.web.pages.layout import named_feeds
from feeds.web.pages.standing import build_standing
from feeds.web.queries import NUMBERED, REPLY, WORDPRESS, parse_query, wanted_query
from feeds.web.redirects import find_led
from feeds.web.respond import Answered, respond
from feeds.wording import saying
from storage.errors import NotFound

Handler = Callable[[Request], Awaitable[Answered | Response]]


class _Digits(Convertor[str]):
    """A number with all its digits, '2023' or '03'. Anything else is left to the paths that were public once."""

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class _FourDigits(_Digits):
    regex = YEAR_DIGITS


class _TwoDigits(_Digits):
    regex = TWO_DIGITS


register_url_convertor("year", _FourDigits())
register_url_convertor("twodigits", _TwoDigits())


@cache
def feed_routes() -> Sequence[BaseRoute]:
    return [Route(feed_path(kind.path, ".{extension}"), _feed_handler(kind)) for kind in in_route_order()]


@cache
def page_routes() -> Sequence[BaseRoute]:
    return [page_route(path, build, names) for path, build, names in PAGES]


def page_route(path: str, build: PageBuilder, names: tuple[str, ...] = ()) -> BaseRoute:
    """Of a page that depends on these parameters of the query."""
    return Route(path, _page_handler(build, names))


def _feed_handler(kind: Kind) -> Handler:
    async def feed(request: Request) -> Answered:
        """Raises NoSuchFeed, also for a format that there is not, FeedGone, FeedMoved, BadDate; and as `respond` does."""
        site: SiteState = request.app.state.site
        format = format_of(request.path_params["extension"])

        query = wanted_query(request.scope["query_string"], kind.query)
        params = {**request.path_params, **query}

        make = partial(make_feed, site, kind, format, params)
        return await respond(request, make, None if query else make, query=urlencode(query))

    return feed


def _page_handler(build: PageBuilder, names: tuple[str, ...]) -> Handler:
    async def page(request: Request) -> Answered | Response:
        """Raises NoSuchFeed, FeedGone, FeedMoved, BadDate; and as `respond` does."""
        site: SiteState = request.app.state.site
        if build is build_standing and asks_for_feed(request.scope["path"], b""):
            # At WordPress's addresses of feeds, which many poll, is no page: what they lead to is looked up at once.
            raise NoSuchFeed(saying("pages have no feeds"))
        asked = parse_query(request.scope["query_string"])
        if not WORDPRESS.isdisjoint(asked):
            moved = await _of_wordpress(request, asked)
            if moved is not None:
                return moved
        if build is build_article:
            if not REPLY.isdisjoint(asked):
                return await private_page(request)
            if COMMENT in asked:
                return await comment_page(request)

        query = wanted_query(request.scope["query_string"], names)
        params = {**request.path_params, **query}

        async def make(_before: Representation | None) -> Representation:
            return _page_representation(site, await build_page(build, site, params, site.clock()))

        return await respond(request, make, query=urlencode(query))

    return page


async def _of_wordpress(request: Request, asked: Mapping[str, str]) -> Response | None:
    """Where a page's path with one of WordPress's parameters leads; None where the parameter means nothing, as on `/SLUG/?s=20`.

    Raises NotFound for a number that no article had, NoSuchFeed for a feed that there is not, FeedGone for what is withdrawn.
    """
    site: SiteState = request.app.state.site
    path = request.scope["path"]
    sites, podcast = await site.former_sites.get(), site.publication.podcast_page
    moved = await find_led(site.store, path, request.scope["query_string"], sites=sites, podcast=podcast)
    if moved is not None:
        return redirect(moved)
    unknown = saying("nothing here is known by that")
    if asked.get("feed"):
        raise NoSuchFeed(unknown)
    if path == "/" and ("p" in asked or any(asked.get(name) for name in NUMBERED)):
        raise NotFound(unknown)
    if path == "/" and narrows(asked) and any(not former.path for former in sites):
        # A WordPress was there, which had nothing by it, either.
        raise NotFound(unknown)
    return None


def _page_representation(site: SiteState, page: Page) -> Representation:
    return represent(
        page.html,
        media_type=MEDIA_TYPE,
        snapshot=page.snapshot,
        policy=policy_of(site.settings, page.validity),
        validity=page.validity,
        fields=(
            *PAGE_FIELDS,
            page_links_field(named_feeds(site.publication, page.feed), site.publication),
            *usage_fields(site.publication),
        ),
        shared_cache=site.shared_cache,
    )
