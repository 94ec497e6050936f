"""The standing pages: About, Contact, Privacy, each at a path of its own that no route has."""

import asyncio
from datetime import datetime

from feeds import paths
from feeds.clean.html import absolute_html, excerpt
from feeds.kinds.base import Params, Publication
from feeds.site import SiteState
from feeds.urls import encode_path
from feeds.web.pages.bodies import shown_body
from feeds.web.pages.display import moment
from feeds.web.pages.layout import Link, home_link, layout
from feeds.web.pages.page import AROUND, Page
from feeds.web.pages.templating import render
from feeds.wording import saying
from storage.errors import NotFound
from storage.model import PageLink, PageView

_DESCRIPTION = 30
"""Words of the body that describe it."""


async def build_standing(site: SiteState, params: Params, now: datetime) -> Page:
    """Raises NotFound where there is no page."""
    path = paths.PAGE(**params)
    view = await site.store.view_page(path, also=AROUND)
    if view is None:
        raise NotFound(saying("there is nothing at %(path)s", path=path))
    html = await asyncio.to_thread(_html, site.publication, now, view)
    return Page(html=html, snapshot=view.snapshot)


def _html(site: Publication, now: datetime, view: PageView) -> bytes:
    page = view.page
    url = site.urls.of(page.path)
    return render(
        "standing.html",
        layout=layout(
            site,
            now,
            path=page.path,
            title=page.title,
            description=excerpt(page.body_html, _DESCRIPTION) or page.title,
            sections=view.sections,
            around=view.snapshot.around,
            trail=(home_link(site.wording), *map(_link, view.above), Link(encode_path(page.path), page.title)),
        ),
        title=page.title,
        body=shown_body(absolute_html(page.body_html, url), url),
        modified=moment(page.modified_at, site.zone, site.wording) if page.modified_at else None,
        below=[_link(link) for link in view.below],
    )


def _link(link: PageLink) -> Link:
    return Link(encode_path(link.path), link.title)
