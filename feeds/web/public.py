"""The feeds and pages that anybody may read: their routes, and how one is made when it is not kept."""

from collections.abc import Awaitable, Callable

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from feeds.cache.representation import Representation, represent
from feeds.formats import FORMATS
from feeds.formats.base import Format
from feeds.kinds import KINDS
from feeds.kinds.base import Kind, NoSuchFeed
from feeds.render import render
from feeds.web.pages import PAGES, Page, PageBuilder
from feeds.web.respond import Answered, respond
from feeds.web.state import SiteState

Handler = Callable[[Request], Awaitable[Answered]]

_FEED_FIELDS = ((b"access-control-allow-origin", b"*"),)
"""Feeds are public: readers that run in a browser may fetch them."""


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
    return [Route(path, _page_handler(build)) for path, build in PAGES]


def _feed_handler(kind: Kind) -> Handler:
    async def feed(request: Request) -> Answered:
        site: SiteState = request.app.state.site
        format = _format(request.path_params["extension"])

        async def make() -> Representation:
            return await _make_feed(site, kind, format, request.path_params)

        return await respond(request, make)

    return feed


def _format(extension: str) -> Format:
    format = FORMATS.get(f".{extension}")
    if format is None:
        raise NoSuchFeed(f"feeds come as {', '.join(FORMATS)}")
    return format


async def _make_feed(site: SiteState, kind: Kind, format: Format, params: dict[str, str]) -> Representation:
    document = await kind.build(site.store, site.publication, params, site.clock())
    return represent(
        await render(document, format, site.kept_items),
        media_type=format.media_type,
        snapshot=document.snapshot,
        seq=document.seq,
        max_age=site.settings.finished_max_age if document.finished else site.settings.max_age,
        valid_until=document.valid_until,
        changed_at=document.changed_at,
        fields=_FEED_FIELDS,
    )


def _page_handler(build: PageBuilder) -> Handler:
    async def page(request: Request) -> Answered:
        site: SiteState = request.app.state.site

        async def make() -> Representation:
            return _page_representation(site, await build(site, request.path_params, site.clock()))

        return await respond(request, make)

    return page


def _page_representation(site: SiteState, page: Page) -> Representation:
    return represent(
        page.html,
        media_type="text/html; charset=utf-8",
        snapshot=page.snapshot,
        seq=page.seq,
        max_age=site.settings.finished_max_age if page.finished else site.settings.max_age,
        valid_until=page.valid_until,
        changed_at=page.changed_at,
        fields=PAGE_FIELDS,
    )
