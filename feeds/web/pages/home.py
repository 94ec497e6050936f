"""The front page."""

import asyncio
from datetime import datetime, timedelta

from feeds.kinds.base import Params
from feeds.kinds.dated import midnight
from feeds.web.pages.frame import frame, latest_feed
from feeds.web.pages.lists import seq_of, stories_of
from feeds.web.pages.page import Page
from feeds.web.pages.templating import render
from feeds.web.pages.wording import long_date
from feeds.web.state import SiteState
from storage.scopes import HOME, SITE

_LEAD_AMONG = 4
"""The lead story is the newest of so many that has a photo."""


async def build_home(site: SiteState, _params: Params, now: datetime) -> Page:
    """It carries today's date, and so changes at midnight, unwritten."""
    publication = site.publication
    listed = await site.store.read_articles(HOME, limit=publication.feed_items, also=(SITE,))
    feed = latest_feed(publication)
    today = now.astimezone(publication.zone).date()
    stories = await asyncio.to_thread(stories_of, listed, site)
    lead = next((story for story in stories[:_LEAD_AMONG] if story.photo), next(iter(stories), None))
    html = await asyncio.to_thread(
        render,
        "home.html",
        frame=frame(publication, path="/", sections=listed.sections),
        feed=feed,
        today=today,
        today_in_words=long_date(today),
        lead=lead,
        stories=[story for story in stories if story is not lead],
    )
    return Page(
        html=html,
        snapshot=listed.snapshot,
        seq=seq_of(listed),
        feed=feed,
        valid_until=midnight(today + timedelta(days=1), publication.zone),
        changed_at=midnight(today, publication.zone),
    )
