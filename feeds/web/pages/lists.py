"""What pages that list articles have in common.

For a week, what came late stands after the newest: its date is no place where anybody looks for it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from feeds.kinds.base import Params
from feeds.kinds.items import article_name
from feeds.kinds.late import late_since, week_ends
from feeds.kinds.paging import paging, span_of
from feeds.kinds.section import titles_of
from feeds.site import SiteState
from feeds.urls import encode_path
from feeds.web.pages.layout import FeedLinks, Layout, Link
from feeds.web.pages.page import AROUND, Page
from feeds.web.pages.stories import Story, story
from feeds.web.pages.templating import render
from feeds.wording import Wording
from storage.model import Article, ArticleList, CommentList, Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Stories under a heading of their own, which may lead nowhere; None where the page's is enough."""

    heading: Link | None
    stories: tuple[Story, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The periods with articles before and after one; None where there is none."""

    previous: Link | None = None
    next: Link | None = None


async def read_list(site: SiteState, scope: str, params: Params, now: datetime) -> ArticleList:
    """The part of a list that is asked for, with its names; of its beginning, with what came late."""
    limit = site.publication.feed_items
    span = span_of(params, limit)
    return await site.store.read_articles(scope, limit=limit, span=span, also=AROUND, late_since=late_since(now, span))


def stories_of(listed: ArticleList, site: SiteState) -> tuple[Story, ...]:
    """Without what cannot be shown, which is noted."""
    return named_stories(listed.articles, listed, site)


def groups_of(listed: ArticleList, site: SiteState) -> tuple[Group, ...]:
    """The newest, and what came late."""
    groups = Group(heading=None, stories=stories_of(listed, site)), late_of(listed, site)
    return tuple(group for group in groups if group.stories)


def late_of(listed: ArticleList, site: SiteState) -> Group:
    return Group(
        heading=Link("", site.publication.wording.gettext("Added or corrected lately")),
        stories=named_stories(listed.late.entries, listed, site),
    )


def named_stories(articles: Sequence[Article], listed: ArticleList, site: SiteState) -> tuple[Story, ...]:
    """Articles with the titles of their sections, as the list has them, without what cannot be shown."""
    titles, publication = titles_of(listed.sections), site.publication
    zone, wording = publication.zone, publication.wording
    return tuple(
        site.store.omissions.sift(articles, lambda article: story(article, titles, zone, wording), article_name)
    )


def pages_beside(
    path: str, query: Mapping[str, str], listed: ArticleList | CommentList, wording: Wording
) -> tuple[Link, ...]:
    """Links to the newer and the older page of the list at an unencoded path, as far as there are any."""
    if isinstance(listed, ArticleList):
        places = [Position(article.published_at, article.id) for article in listed.articles if article.published_at]
    else:
        places = [Position(entry.comment.created_at, entry.comment.id) for entry in listed.comments]
    pages = paging(encode_path(path), query, places, newer=listed.newer, older=listed.older)
    links = (
        Link(pages.previous, wording.gettext("Newer"), rel="prev"),
        Link(pages.next, wording.gettext("Older"), rel="next"),
    )
    return tuple(link for link in links if link.url)


def page_of(html: bytes, listed: ArticleList | CommentList, feed: FeedLinks) -> Page:
    """The page that shows a list: it changes where the week of something late ends."""
    return Page(html=html, snapshot=listed.snapshot, feed=feed, validity=week_ends(listed.late))


async def list_page(
    *,
    layout: Layout,
    feed: FeedLinks,
    heading: str,
    groups: Sequence[Group],
    about: str = "",
    parts: Sequence[Link] = (),
    parts_label: str = "",
    times_alone: bool = False,
    pages: Sequence[Link] = (),
    beside: Beside | None = None,
    nothing: str = "",
) -> bytes:
    """`parts` are the smaller lists that it is made of, `pages` the newer and older pages of it, `beside` the lists of the periods
    before and after its own; it says `nothing` where there are no articles, which is given where more is known of that;
    `times_alone`: they are of one day, which it names.
    """
    return await asyncio.to_thread(
        render,
        "list.html",
        layout=layout,
        feed=feed,
        heading=heading,
        about=about,
        groups=groups,
        parts=parts,
        parts_label=parts_label,
        times_alone=times_alone,
        pages=pages,
        beside=beside,
        nothing=nothing or layout.site.wording.gettext("Nothing has been published here yet."),
    )
