"""The search: a form, and the best of what it finds."""

import asyncio
from datetime import datetime

from feeds import paths
from feeds.kinds.base import Params
from feeds.kinds.paging import with_query
from feeds.kinds.search import LONGEST, WORDS, words_of
from feeds.site import SiteState
from feeds.web.pages.layout import FeedLinks, Link, feed_links, home_link, layout
from feeds.web.pages.lists import stories_of
from feeds.web.pages.page import AROUND, Page
from feeds.web.pages.templating import render


async def build_search(site: SiteState, params: Params, now: datetime) -> Page:
    """Best first; the feed has the newest first."""
    publication, words = site.publication, words_of(params)
    wording = publication.wording
    search = wording.gettext("Search")
    listed = await site.store.search_articles(words, limit=publication.feed_items, ranked=True, also=AROUND)
    title = f"“{words}”" if words else search
    feed = _feed(site, words, title) if words else None
    html = await asyncio.to_thread(
        render,
        "search.html",
        layout=layout(
            publication,
            now,
            path=paths.SEARCH_PAGE,
            title=title,
            description=wording.gettext("Search %(newsroom)s.", newsroom=publication.title),
            sections=listed.sections,
            around=listed.snapshot.around,
            trail=(home_link(wording), Link(paths.SEARCH_PAGE, search)),
            feed=feed,
            private=bool(words),
        ),
        feed=feed,
        words=words,
        name=WORDS,
        longest=LONGEST,
        stories=await asyncio.to_thread(stories_of, listed, site),
    )
    return Page(html=html, snapshot=listed.snapshot, feed=feed)


def _feed(site: SiteState, words: str, title: str) -> FeedLinks:
    return feed_links(
        site.publication,
        paths.SEARCH(),
        title,
        query=with_query("", {WORDS: words}),
        page=with_query(paths.SEARCH_PAGE, {WORDS: words}),
    )
