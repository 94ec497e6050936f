"""The front page, and the older pages that it leads on to."""

import asyncio
from datetime import datetime

from feeds import paths
from feeds.kinds.base import Params
from feeds.kinds.late import late_since
from feeds.kinds.paging import span_of
from feeds.site import SiteState
from feeds.web.pages.layout import Link, archive_links, home_link, latest_feed, layout
from feeds.web.pages.lists import (
    groups_of,
    late_of,
    list_page,
    named_stories,
    page_of,
    pages_beside,
    read_list,
    stories_of,
)
from feeds.web.pages.page import AROUND, Page
from feeds.web.pages.templating import render
from storage.model import ArticleList
from storage.scopes import HOME

_LEAD_AMONG = 4
"""Where nothing is pinned, the lead story is the newest of so many that has a photo."""


async def build_home(site: SiteState, params: Params, now: datetime) -> Page:
    """The front page; with a cursor, a plain list of what stands before or after it."""
    if span_of(params, site.publication.feed_items) is None:
        return await _front_page(site, now)
    listed = await read_list(site, HOME, params, now)
    html = await _older_page(site, now, listed)
    return page_of(html, listed, latest_feed(site.publication))


async def _front_page(site: SiteState, now: datetime) -> Page:
    """It begins with what the newsroom pinned, or with the newest that has a photo."""
    front = await site.store.read_front(
        limit=site.publication.feed_items, also=AROUND, late_since=late_since(now, None)
    )
    listed = front.listed
    pinned, stories, late = await asyncio.to_thread(
        lambda: (named_stories(front.pinned, listed, site), stories_of(listed, site), late_of(listed, site))
    )
    before = {story.url for story in pinned}
    stories = (*pinned, *(story for story in stories if story.url not in before))
    lead = next(iter(pinned), None) or next(
        (one for one in stories[:_LEAD_AMONG] if one.photo), next(iter(stories), None)
    )
    html = await asyncio.to_thread(
        render,
        "home.html",
        layout=layout(
            site.publication, now, path=paths.HOME(), sections=listed.sections, around=listed.snapshot.around
        ),
        feed=latest_feed(site.publication),
        lead=lead,
        stories=[story for story in stories if story is not lead],
        late=late,
        pages=pages_beside(paths.HOME(), {}, listed, site.publication.wording),
        archive=archive_links(max(story.day for story in stories), site.publication.wording) if stories else (),
    )
    return page_of(html, listed, latest_feed(site.publication))


async def _older_page(site: SiteState, now: datetime, listed: ArticleList) -> bytes:
    feed, wording = latest_feed(site.publication), site.publication.wording
    older = wording.gettext("Older articles")
    around = layout(
        site.publication,
        now,
        path=paths.HOME(),
        title=older,
        sections=listed.sections,
        around=listed.snapshot.around,
        trail=(home_link(wording), Link(paths.HOME(), older)),
        feed=feed,
    )
    return await list_page(
        layout=around,
        feed=feed,
        heading=older,
        groups=await asyncio.to_thread(groups_of, listed, site),
        pages=pages_beside(paths.HOME(), {}, listed, site.publication.wording),
    )
