"""What robots may read (RFC 9309), and where the sitemaps are: all that is public is for robots too, unless the newsroom says
otherwise of those that read for AI. The licence is RSL's line, Content-Usage that of the IETF's AI preferences.
"""

from collections.abc import Iterator
from datetime import datetime

from feeds import paths
from feeds.kinds.base import Params
from feeds.site import SiteState
from feeds.web.discovery.ai_crawlers import REFUSED
from feeds.web.discovery.document import Document
from storage.scopes import SITE


async def build_robots(site: SiteState, _params: Params, _now: datetime) -> Document:
    listed = await site.store.read_articles(SITE, limit=0)
    body = "\n".join([*_lines(site), ""]).encode()
    return Document(body=body, media_type="text/plain; charset=utf-8", snapshot=listed.snapshot)


def _lines(site: SiteState) -> Iterator[str]:
    publication = site.publication
    if publication.licence_url:
        # Of all groups: it stands in none.
        yield from (f"License: {publication.licence_url}", "")
    yield "User-agent: *"
    if publication.content_usage:
        yield f"Content-Usage: {publication.content_usage}"
    yield from (f"Disallow: {paths.API}", "")
    if refused := REFUSED[site.settings.ai_crawlers]:
        yield from (f"User-agent: {agent}" for agent in refused)
        yield from ("Disallow: /", "")
    yield from (f"Sitemap: {site.urls.of(path)}" for path in (paths.SITEMAP, paths.NEWS_SITEMAP))
