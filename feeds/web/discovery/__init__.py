"""What machines find the newsroom's feeds and articles by: lists of feeds, sitemaps, rules for robots, icons, oEmbed.

Each is a representation as a feed is: kept by the same caches, with validators that follow its bytes.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from feeds import paths
from feeds.http.freshness import CachePolicy
from feeds.http.representation import Representation, represent
from feeds.site import SiteState
from feeds.web.discovery import licence, news, oembed, opml, robots, sitemap
from feeds.web.discovery.document import Document, DocumentBuilder
from feeds.web.discovery.files import FILES
from feeds.web.queries import wanted_query
from feeds.web.respond import Answered, respond

DOCUMENTS: tuple[tuple[str, DocumentBuilder, tuple[str, ...]], ...] = (
    (paths.OPML, opml.build_opml, ()),
    (paths.ROBOTS, robots.build_robots, ()),
    (paths.LICENSE, licence.build_licence, ()),
    (paths.SITEMAP, sitemap.build_index, ()),
    (paths.SITEMAP_PAGE.pattern, sitemap.build_page, ()),
    (paths.NEWS_SITEMAP, news.build_news, ()),
    (paths.EMBED, oembed.build_oembed, oembed.QUERY),
    *((path, build, ()) for path, build in FILES),
)
"""Routes, what builds the document there, and the parameters of the query that it depends on."""

_LARGE = {paths.SITEMAP_PAGE.pattern}
"""Documents of megabytes that few ask for: they have the room aside, and cannot push feeds out."""


@cache
def discovery_routes() -> Sequence[BaseRoute]:
    return [Route(path, _handler(build, names, aside=path in _LARGE)) for path, build, names in DOCUMENTS]


def _handler(
    build: DocumentBuilder, names: tuple[str, ...], *, aside: bool
) -> Callable[[Request], Awaitable[Answered]]:
    async def document(request: Request) -> Answered:
        """Raises NotFound; of oEmbed also FeedGone, and HTTPException 400 and 501; and as `respond` does."""
        site: SiteState = request.app.state.site
        query = wanted_query(request.scope["query_string"], names)

        async def make(_before: Representation | None) -> Representation:
            return _representation(site, await build(site, {**request.path_params, **query}, site.clock()))

        return await respond(request, make, query=urlencode(query), aside=aside)

    return document


def _representation(site: SiteState, document: Document) -> Representation:
    return represent(
        document.body,
        media_type=document.media_type,
        snapshot=document.snapshot,
        policy=CachePolicy.of(site.settings.max_age if document.max_age is None else document.max_age),
        validity=document.validity,
        fields=document.fields,
        shared_cache=site.shared_cache,
    )
