"""What a reader is answered when there is nothing to serve: the way to where it is now, or a page that says why not."""

from contextlib import suppress
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from feeds.http.credentials import is_partners
from feeds.http.headers import READ_METHODS
from feeds.kinds.base import FeedGone, FeedMoved
from feeds.site import SiteState
from feeds.web.errors import Fault, fault_of
from feeds.web.legacy_urls import Moved, moved_to
from feeds.web.pages import MEDIA_TYPE, PAGE_FIELDS, error_page
from feeds.web.pages.page import AROUND
from feeds.web.problems import problem
from feeds.web.redirects import find_led
from storage.errors import Unavailable
from storage.model import Around, Section
from storage.scopes import SITE


def redirect(moved: Moved) -> Response:
    """301 to a reference on this site. Not absolute: it holds whatever name the reader came by.

    One that can be undone is kept for a minute: a browser that has kept both ways for long would be sent to and fro.
    """
    fields = {"cache-control": f"public, max-age={3600 if moved.for_good else 60}"}
    return RedirectResponse(moved.location, HTTPStatus.MOVED_PERMANENTLY, fields)


async def failure(request: Request, error: Exception) -> Response:
    """The answer to an error on a path that no layer of programs is around."""
    if is_partners(request.scope["path"]):
        # No partner is led from there to what the public has.
        return problem(error)
    if isinstance(error, FeedMoved):
        return redirect(moved_to(error, request.scope["path"], request.scope["query_string"]))
    fault = fault_of(error)
    if fault.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE) and request.method in READ_METHODS:
        site: SiteState = request.app.state.site
        try:
            sites = await site.former_sites.get()
            moved = await find_led(
                site.store,
                request.scope["path"],
                request.scope["query_string"],
                sites=sites,
                podcast=site.publication.podcast_page,
            )
        except FeedGone as gone:
            fault = fault_of(gone)
        else:
            if moved is not None:
                return redirect(moved)
    return await _page(request, fault)


async def _page(request: Request, fault: Fault) -> Response:
    site: SiteState = request.app.state.site
    sections: tuple[Section, ...] = ()
    around = Around()
    if fault.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        # The navigation is worth no second failure.
        with suppress(Unavailable):
            listed = await site.store.read_articles(SITE, limit=0, also=AROUND)
            sections, around = listed.sections, listed.snapshot.around
    fields = {name.decode(): value.decode() for name, value in PAGE_FIELDS}
    return Response(
        error_page(site.publication, site.clock(), fault.status, fault.detail, sections, around),
        fault.status,
        {"cache-control": "no-store"} | fields | dict(fault.headers),
        MEDIA_TYPE,
    )
