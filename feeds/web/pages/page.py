"""What a page is: a representation like a feed, made from one call of the store."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from feeds.kinds.base import Params
from feeds.kinds.dated import midnight
from feeds.site import SiteState
from feeds.validity import LASTING, Validity
from feeds.web.pages.layout import FeedLinks
from storage.model import Snapshot
from storage.scopes import PAGES, SITE

MEDIA_TYPE = "text/html; charset=utf-8"

PAGE_FIELDS = (
    (
        b"content-security-policy",
        # Pages run no script but our own file; articles may show pictures and films from anywhere.
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' http: https:; media-src 'self' http: https:; "
        b"form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
    ),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
)
"""Header fields of every page, errors included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page before it is kept: the same inputs give the same bytes. Its fields mean what a FeedDocument's do."""

    html: bytes
    snapshot: Snapshot
    feed: FeedLinks | None = None
    """Its own feed; None of a page that is none."""
    validity: Validity = LASTING


AROUND = (SITE, PAGES)
"""The scopes of what stands around the content of every page: names, and the footer."""

PageBuilder = Callable[[SiteState, Params, datetime], Awaitable[Page]]
"""Builds the page of a path's parameters as it is at an instant.

Raises NoSuchFeed, of an article NotFound (404), FeedGone (410), FeedMoved (a redirect) and BadDate (400), as the kind of feed at
that path does.
"""


async def build_page(build: PageBuilder, site: SiteState, params: Params, now: datetime) -> Page:
    """The page that a builder makes. Its header has today's date, and so it changes at the newsroom's midnight, unwritten.

    Raises what the builder does.
    """
    page = await build(site, params, now)
    zone = site.publication.zone
    today = now.astimezone(zone).date()
    began, ends = midnight(today, zone), midnight(today + timedelta(days=1), zone)
    return replace(page, validity=page.validity & Validity.turning(now, began, ends))
