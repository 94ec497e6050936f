"""What machines find the newsroom's feeds and articles by: lists of feeds, sitemaps, rules for robots, icons.

Each is a representation as a feed is: kept by the same caches, with validators that follow its bytes.
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from feeds.cache.representation import Representation, represent
from feeds.web.discovery import news, opml, robots, sitemap
from feeds.web.discovery.document import Document, DocumentBuilder
from feeds.web.discovery.files import FILES
from feeds.web.respond import Answered, respond
from feeds.web.state import SiteState

DOCUMENTS: tuple[tuple[str, DocumentBuilder], ...] = (
    (opml.PATH, opml.build_opml),
    (robots.PATH, robots.build_robots),
    (sitemap.PATH, sitemap.build_index),
    (sitemap.PAGE_PATH, sitemap.build_page),
    (news.PATH, news.build_news),
    *FILES,
)
"""Routes, and what builds the document there."""

_LARGE = {sitemap.PAGE_PATH}
"""Documents of megabytes that few ask for: they have the room aside, and cannot push feeds out."""


def discovery_routes() -> list[BaseRoute]:
    return [Route(path, _handler(build, aside=path in _LARGE)) for path, build in DOCUMENTS]


def _handler(build: DocumentBuilder, *, aside: bool) -> Callable[[Request], Awaitable[Answered]]:
    async def document(request: Request) -> Answered:
        site: SiteState = request.app.state.site

        async def make() -> Representation:
            return _representation(site, await build(site, request.path_params, site.clock()))

        return await respond(request, make, aside=aside)

    return document


def _representation(site: SiteState, document: Document) -> Representation:
    return represent(
        document.body,
        media_type=document.media_type,
        snapshot=document.snapshot,
        seq=document.seq,
        max_age=site.settings.max_age if document.max_age is None else document.max_age,
        valid_until=document.valid_until,
        changed_at=document.changed_at,
        fields=document.fields,
    )
