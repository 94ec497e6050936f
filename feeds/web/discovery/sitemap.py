"""The sitemap (sitemaps.org, protocol 0.9): an index, and a page for each range of ids of articles.

A page's bytes change only when its own articles do, however many come after: a crawler that has it is answered 304.
"""

import asyncio
import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from feeds import paths
from feeds.kinds import in_sitemap
from feeds.kinds.base import Params, Publication
from feeds.site import SiteState
from feeds.urls import Urls
from feeds.web.discovery.document import XML, Document, escaped
from storage.errors import NotFound
from storage.model import Location, LocationPage, NameList, SectionList
from storage.scopes import SITE, locations_scope

MEDIA_TYPE = "application/xml; charset=utf-8"

_MOST_PAGES = 50_000
"""Of an index: as many as the protocol allows."""

_MOST_PLACES = 20_000
"""Standing pages on page 0: it has room for 50,000 places."""

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NUMBER = re.compile("0|[1-9][0-9]{0,11}")


async def build_index(site: SiteState, _params: Params, _now: datetime) -> Document:
    """It names page 0 always, the newsroom's own lists and standing pages; so there is no newsroom without a sitemap."""
    found = await site.store.location_pages(limit=_MOST_PAGES - 1, also=(SITE, locations_scope(0)))
    scopes = found.snapshot.scopes
    lists = LocationPage(0, max(scopes[SITE].modified_at, scopes[locations_scope(0)].modified_at))
    places = (
        f"<sitemap><loc>{escaped(site.urls.of(_path(page.number)))}</loc>{last_modified(page.changed_at)}</sitemap>"
        for page in (lists, *found.pages)
    )
    return Document(body=_document("sitemapindex", places), media_type=MEDIA_TYPE, snapshot=found.snapshot)


async def build_page(site: SiteState, params: Params, _now: datetime) -> Document:
    """Raises NotFound for a page that holds no public article."""
    if not _NUMBER.fullmatch(params["page"]):
        raise NotFound("the pages of the sitemap have numbers")
    page = int(params["page"])
    if page == 0:
        listed = await site.store.read_sections(pages=_MOST_PLACES, also=(locations_scope(0),))
        body = await asyncio.to_thread(_lists, site.publication, listed)
        return Document(body=body, media_type=MEDIA_TYPE, snapshot=listed.snapshot)
    found = await site.store.read_locations(page, also=(SITE,))
    if not found.locations:
        raise NotFound(f"the sitemap has no page {page}")
    body = await asyncio.to_thread(_articles, site.urls, found.locations)
    return Document(body=body, media_type=MEDIA_TYPE, snapshot=found.snapshot)


def _path(page: int) -> str:
    return paths.SITEMAP_PAGE(page=str(page))


def _lists(publication: Publication, listed: SectionList) -> bytes:
    """Of tags and authors, of which there may be any number, it names none."""
    names = NameList(tags=(), authors=(), sections=listed.sections, snapshot=listed.snapshot)
    places = map(publication.urls.of, in_sitemap(publication, names))
    lists = (f"<url><loc>{escaped(place)}</loc></url>" for place in places)
    return _document("urlset", (*lists, *_located(publication.urls, listed.pages)))


def _articles(urls: Urls, locations: Iterable[Location]) -> bytes:
    """Without those that have their original elsewhere: a sitemap names originals."""
    return _document("urlset", _located(urls, locations))


def _located(urls: Urls, locations: Iterable[Location]) -> Iterator[str]:
    for location in locations:
        url = urls.of(location.path)
        if location.canonical_url in ("", url):
            yield f"<url><loc>{escaped(url)}</loc>{last_modified(location.edited_at)}</url>"


def last_modified(at: datetime) -> str:
    return f"<lastmod>{at.isoformat(timespec='seconds')}</lastmod>"


def _document(root: str, lines: Iterable[str]) -> bytes:
    return "\n".join((f'{XML}<{root} xmlns="{_NAMESPACE}">', *lines, f"</{root}>\n")).encode()
