"""The directory of every feed."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from feeds import paths
from feeds.kinds import all_listings
from feeds.kinds.base import Params, Publication
from feeds.site import SiteState
from feeds.web.names import names_in_the_news
from feeds.web.pages.layout import FeedLinks, Link, home_link, layout, listed_feed
from feeds.web.pages.page import AROUND, Page
from feeds.web.pages.templating import render
from storage.model import NameList

MOST_SECTIONS = 500
"""Sections whose feeds are listed, the first by path: the file of all feeds (OPML) has the others."""


async def build_directory(site: SiteState, _params: Params, now: datetime) -> Page:
    publication = site.publication
    listed = await names_in_the_news(site.store, AROUND)
    return Page(
        html=await asyncio.to_thread(_html, publication, now, listed),
        snapshot=listed.snapshot,
    )


def _html(publication: Publication, now: datetime, listed: NameList) -> bytes:
    wording = publication.wording
    title = wording.gettext("Feeds")
    return render(
        "feeds.html",
        more_sections=max(0, len(listed.sections) - MOST_SECTIONS),
        layout=layout(
            publication,
            now,
            path=paths.DIRECTORY,
            title=title,
            description=wording.gettext("Every feed of %(newsroom)s.", newsroom=publication.title),
            sections=listed.sections,
            around=listed.snapshot.around,
            trail=(home_link(wording), Link(paths.DIRECTORY, title)),
        ),
        groups=tuple(_groups(publication, replace(listed, sections=listed.sections[:MOST_SECTIONS]))),
    )


def _groups(publication: Publication, listed: NameList) -> Iterator[tuple[str, list[FeedLinks]]]:
    for group, by_name in all_listings(publication, listed).items():
        yield (
            publication.wording.gettext(group.value),
            [listed_feed(publication, listing) for feeds in by_name.values() for listing in feeds],
        )
