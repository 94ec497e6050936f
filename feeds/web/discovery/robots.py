"""What robots may read (RFC 9309), and where the sitemaps are: all that is public is for robots too."""

from datetime import datetime

from feeds import paths
from feeds.kinds.base import Params
from feeds.site import SiteState
from feeds.web.discovery.document import Document
from storage.scopes import SITE


async def build_robots(site: SiteState, _params: Params, _now: datetime) -> Document:
    listed = await site.store.read_articles(SITE, limit=0)
    lines = [
        "User-agent: *",
        f"Disallow: {paths.API}",
        "",
        *(f"Sitemap: {site.urls.of(path)}" for path in (paths.SITEMAP, paths.NEWS_SITEMAP)),
        "",
    ]
    return Document(body="\n".join(lines).encode(), media_type="text/plain; charset=utf-8", snapshot=listed.snapshot)
