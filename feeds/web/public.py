"""The feeds and pages that anybody may read: their routes, and how one is made when it is not kept."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlencode

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from feeds.document import FeedDocument
from feeds.formats import FORMATS
from feeds.formats.base import Format
from feeds.http.delta import Terms
from feeds.http.representation import Representation, represent
from feeds.kinds import KINDS
from feeds.kinds.base import Kind, NoSuchFeed, Publication
from feeds.render import render_in_turns
from feeds.site import SiteState
from feeds.specimens import rendering_of
from feeds.urls import COMMENT
from feeds.web.exception_handlers import redirect
from feeds.web.legacy_urls import find_moved
from feeds.web.links import feed_links_field, page_links_field
from feeds.web.pages import MEDIA_TYPE, PAGE_FIELDS, PAGES, Page, PageBuilder, build_page, comment_page, private_page
from feeds.web.pages.article import build_article
from feeds.web.pages.frame import named_feeds
from feeds.web.queries import REPLY, WORDPRESS, parse_query, wanted_query
from feeds.web.respond import Answered, respond

Handler = Callable[[Request], Awaitable[Answered | Response]]


class _Digits(Convertor[str]):
    """A number with all its digits, '2023' or '03'. Anything else is left to the paths that were public once."""

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class _FourDigits(_Digits):
    regex = "[0-9]{4}"


class _TwoDigits(_Digits):
    regex = "[0-9]{2}"


register_url_convertor("year", _FourDigits())
register_url_convertor("twodigits", _TwoDigits())


def feed_routes() -> list[BaseRoute]:
    return [Route(f"{kind.path}feed.{{extension}}", _feed_handler(kind)) for kind in KINDS]


def page_routes() -> list[BaseRoute]:
    return [Route(path, _page_handler(build, names)) for path, build, names in PAGES]


def _feed_handler(kind: Kind) -> Handler:
    async def feed(request: Request) -> Answered:
        site: SiteState = request.app.state.site
        format = _format(request.path_params["extension"])

        query = wanted_query(request.scope["query_string"], kind.query)
        params = {**request.path_params, **query}

        async def make(since: int | None = None) -> Representation:
            return await _make_feed(site, kind, format, params, since)

        return await respond(request, make, None if query else make, query=urlencode(query))

    return feed


def _format(extension: str) -> Format:
    format = FORMATS.get(f".{extension}")
    if format is None:
        raise NoSuchFeed(f"feeds come as {', '.join(FORMATS)}")
    return format


async def _make_feed(
    site: SiteState, kind: Kind, format: Format, params: dict[str, str], since: int | None
) -> Representation:
    """The feed, or with the validators of all of it what changed after a sequence."""
    document = await kind.build(site.store, site.publication, params, site.clock())
    whole, document = await render_in_turns(format, document, site.kept_items)
    site.store.omissions.note(document.omissions)
    body = whole
    if since is not None:
        body, _ = await render_in_turns(format, document.since(since), site.kept_items)
    return represent(
        body,
        whole=whole,
        media_type=format.media_type,
        snapshot=document.snapshot,
        seq=document.seq,
        max_age=site.settings.finished_max_age if document.finished else site.settings.max_age,
        most=0 if document.finished else site.settings.max_age_most,
        valid_until=document.valid_until,
        changed_at=document.changed_at,
        fields=(feed_links_field(document, format),),
        delta=_delta_terms(document, format, site.publication),
    )


def _delta_terms(document: FeedDocument, format: Format, publication: Publication) -> Terms:
    floor = document.delta_floor if format.tells_withdrawals else max(document.delta_floor, document.last_withdrawal)
    subject = document.items[0].subject if document.items else None
    return Terms(floor, rendering_of(format, publication, subject), document.window)


def _page_handler(build: PageBuilder, names: tuple[str, ...]) -> Handler:
    async def page(request: Request) -> Answered | Response:
        site: SiteState = request.app.state.site
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

        async def make() -> Representation:
            return _page_representation(site, await build_page(build, site, params, site.clock()))

        return await respond(request, make, query=urlencode(query))

    return page


async def _of_wordpress(request: Request, asked: Mapping[str, str]) -> Response | None:
    """Where a page's path with one of WordPress's parameters leads; None where the parameter means nothing, as on `/SLUG/?s=20`.

    Raises NoSuchFeed for a number that no article had and a feed that there is not, FeedGone for what is withdrawn.
    """
    site: SiteState = request.app.state.site
    path = request.scope["path"]
    moved = await find_moved(site.store, path, request.scope["query_string"])
    if moved is not None:
        return redirect(moved)
    if ("p" in asked and path == "/") or asked.get("feed"):
        raise NoSuchFeed("nothing here is known by that")
    return None


def _page_representation(site: SiteState, page: Page) -> Representation:
    return represent(
        page.html,
        media_type=MEDIA_TYPE,
        snapshot=page.snapshot,
        seq=page.seq,
        max_age=site.settings.finished_max_age if page.finished else site.settings.max_age,
        valid_until=page.valid_until,
        changed_at=page.changed_at,
        fields=(*PAGE_FIELDS, page_links_field(named_feeds(site.publication, page.feed))),
    )
