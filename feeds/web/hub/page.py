"""What a person sees at the hub's address: what it is, and how a program subscribes."""

import asyncio
from datetime import datetime

from feeds import paths
from feeds.kinds.base import Params
from feeds.site import SiteState
from feeds.web.hub.asked import LONGEST
from feeds.web.pages.layout import Link, home_link, latest_feed, layout
from feeds.web.pages.page import AROUND, Page
from feeds.web.pages.templating import render
from storage.scopes import SITE

_DAY = 86_400


async def build_hub(site: SiteState, _params: Params, now: datetime) -> Page:
    publication, settings = site.publication, site.settings
    wording = publication.wording
    title = wording.gettext("Hub")
    around = await site.store.read_articles(SITE, limit=0, also=AROUND)
    html = await asyncio.to_thread(
        render,
        "hub.html",
        layout=layout(
            publication,
            now,
            path=paths.HUB,
            title=title,
            description=wording.gettext(
                "Be told of what is new in %(newsroom)s as it is published.", newsroom=publication.title
            ),
            sections=around.sections,
            around=around.snapshot.around,
            trail=(
                home_link(wording),
                Link(paths.DIRECTORY, wording.gettext("Feeds")),
                Link(paths.HUB, title),
            ),
        ),
        hub=publication.urls.of(paths.HUB),
        topic=latest_feed(publication).addresses[0].url,
        longest=LONGEST,
        lease=_span(settings.hub_lease),
        least=_span(settings.hub_lease_least),
        most=_span(settings.hub_lease_most),
    )
    return Page(html=html, snapshot=around.snapshot)


def _span(seconds: int) -> str:
    """'10 days', '1 hour', '90 seconds'."""
    for unit, size in (("day", _DAY), ("hour", 3600), ("minute", 60)):
        if seconds % size == 0:
            return f"{seconds // size} {unit}{'s' * (seconds != size)}"
    return f"{seconds} seconds"
