"""The pages of a day, a month and a year in the newsroom's time zone."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime

from feeds import paths
from feeds.clean.text import MONTHS
from feeds.kinds.base import NoSuchFeed, Params
from feeds.kinds.dated import Period, period, refuse_before_all
from feeds.kinds.paging import span_of
from feeds.kinds.titles import long_date
from feeds.site import SiteState
from feeds.validity import Validity
from feeds.web.pages.layout import HOME_LINK, Link, archive_links, feed_links, layout
from feeds.web.pages.lists import Beside, Group, list_page, pages_beside, seq_of, stories_of
from feeds.web.pages.page import AROUND, Page
from feeds.web.pages.stories import Story
from storage.model import ArticleList


async def build_dated(site: SiteState, params: Params, now: datetime) -> Page:
    """A period that has not begun has no page yet; one that is over is finished."""
    publication = site.publication
    asked = period(params)
    if now < asked.begins(publication.zone):
        raise NoSuchFeed(f"{asked.label} has not begun")
    listed = await _read(site, asked, params, now)
    await refuse_before_all(site.store, asked, listed, publication.zone, now)
    ends = asked.ends(publication.zone)
    feed = feed_links(publication, asked.path, asked.label)
    html = await list_page(
        layout=layout(
            publication,
            now,
            path=asked.path,
            title=asked.label,
            description=f"{publication.title}: {asked.label}",
            sections=listed.sections,
            around=listed.snapshot.around,
            trail=_trail(asked, params),
            feed=feed,
        ),
        feed=feed,
        heading=long_date(asked.first) if asked.is_day else asked.label,
        groups=_groups(await asyncio.to_thread(stories_of, listed, site), params),
        parts=[_part(first, params) for first in listed.parts],
        parts_label=f"{'Days' if 'month' in params else 'Months'} of {asked.label}",
        times_alone=asked.is_day,
        pages=pages_beside(asked.path, {}, listed),
        beside=_beside(listed, params),
        nothing="Nothing was published then." if now >= ends else "Nothing has been published yet.",
    )
    return Page(
        html=html,
        snapshot=listed.snapshot,
        seq=seq_of(listed),
        feed=feed,
        validity=Validity.ending(now, ends),
    )


async def _read(site: SiteState, asked: Period, params: Params, now: datetime) -> ArticleList:
    publication = site.publication
    if not asked.is_day:
        span = span_of(params, publication.feed_items)
        return await site.store.read_period(asked.scope, limit=publication.feed_items, span=span, also=AROUND)
    today = now.astimezone(publication.zone).date()
    span, limit = span_of(params, publication.day_items), publication.day_items
    return await site.store.read_day(asked.first, limit=limit, today=today, span=span, also=AROUND)


def _trail(asked: Period, params: Params) -> list[Link]:
    first = asked.first
    above = {
        "year": Link(paths.year_path(first), str(first.year)),
        "month": Link(paths.month_path(first), MONTHS[first.month - 1]),
        "day": Link(paths.day_path(first), str(first.day)),
    }
    return [HOME_LINK, *(link for name, link in above.items() if name in params)]


def _period_of(day: date, params: Params) -> Link:
    """To the day, or to its month or its year, as the parameters name one of these."""
    return archive_links(day)[3 - len({"year", "month", "day"} & params.keys())]


def _beside(listed: ArticleList, params: Params) -> Beside:
    previous, following = listed.beside.previous, listed.beside.next
    return Beside(
        previous=_period_of(previous, params) if previous else None,
        next=_period_of(following, params) if following else None,
    )


def _part(first: date, params: Params) -> Link:
    """To a day of a month, or a month of a year."""
    day, month, _ = archive_links(first)
    return Link(day.url, str(first.day)) if "month" in params else Link(month.url, MONTHS[first.month - 1])


def _groups(stories: Sequence[Story], params: Params) -> list[Group]:
    """By the days of a month, or the months of a year; a day has no parts."""
    by_part: dict[Link | None, list[Story]] = {}
    for story in stories:
        day, month, _ = archive_links(story.day)
        heading = None if "day" in params else day if "month" in params else month
        by_part.setdefault(heading, []).append(story)
    return [Group(heading=heading, stories=tuple(part)) for heading, part in by_part.items()]
