"""The pages of a day, a month and a year in the newsroom's time zone."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime

from feeds import paths
from feeds.kinds.base import NoSuchFeed, Params
from feeds.kinds.dated import Period, not_begun, period, refuse_before_all
from feeds.kinds.paging import span_of
from feeds.site import SiteState
from feeds.validity import Validity
from feeds.web.pages.layout import Link, archive_links, feed_links, home_link, layout
from feeds.web.pages.lists import Beside, Group, list_page, pages_beside, stories_of
from feeds.web.pages.page import AROUND, Page
from feeds.web.pages.stories import Story
from feeds.wording import Wording
from storage.model import ArticleList


async def build_dated(site: SiteState, params: Params, now: datetime) -> Page:
    """A period that has not begun has no page yet; one that is over is finished."""
    publication, wording = site.publication, site.publication.wording
    asked = period(params)
    if now < asked.begins(publication.zone):
        raise NoSuchFeed(not_begun(asked, wording.dates))
    listed = await _read(site, asked, params, now)
    await refuse_before_all(site.store, asked, listed, publication, now)
    ends, label = asked.ends(publication.zone), asked.label(wording.dates)
    feed = feed_links(publication, asked.path, label)
    html = await list_page(
        layout=layout(
            publication,
            now,
            path=asked.path,
            title=label,
            description=f"{publication.title}: {label}",
            sections=listed.sections,
            around=listed.snapshot.around,
            trail=_trail(asked, params, wording),
            feed=feed,
        ),
        feed=feed,
        heading=wording.dates.full(asked.first) if asked.is_day else label,
        groups=_groups(await asyncio.to_thread(stories_of, listed, site), params, wording),
        parts=[_part(first, params, wording) for first in listed.parts],
        parts_label=wording.gettext("Days of %(month)s", month=label)
        if "month" in params
        else wording.gettext("Months of %(year)s", year=label),
        times_alone=asked.is_day,
        pages=pages_beside(asked.path, {}, listed, wording),
        beside=_beside(listed, params, wording),
        nothing=wording.gettext("Nothing was published then.")
        if now >= ends
        else wording.gettext("Nothing has been published yet."),
    )
    return Page(
        html=html,
        snapshot=listed.snapshot,
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


def _trail(asked: Period, params: Params, wording: Wording) -> list[Link]:
    first, dates = asked.first, wording.dates
    above = {
        "year": Link(paths.year_path(first), dates.year(first)),
        "month": Link(paths.month_path(first), dates.month(first)),
        "day": Link(paths.day_path(first), dates.number(first.day)),
    }
    return [home_link(wording), *(link for name, link in above.items() if name in params)]


def _period_of(day: date, params: Params, wording: Wording) -> Link:
    """To the day, or to its month or its year, as the parameters name one of these."""
    return archive_links(day, wording)[3 - len({"year", "month", "day"} & params.keys())]


def _beside(listed: ArticleList, params: Params, wording: Wording) -> Beside:
    previous, following = listed.beside.previous, listed.beside.next
    return Beside(
        previous=_period_of(previous, params, wording) if previous else None,
        next=_period_of(following, params, wording) if following else None,
    )


def _part(first: date, params: Params, wording: Wording) -> Link:
    """To a day of a month, or a month of a year."""
    day, month, _ = archive_links(first, wording)
    dates = wording.dates
    return Link(day.url, dates.number(first.day)) if "month" in params else Link(month.url, dates.month(first))


def _groups(stories: Sequence[Story], params: Params, wording: Wording) -> list[Group]:
    """By the days of a month, or the months of a year; a day has no parts."""
    by_part: dict[Link | None, list[Story]] = {}
    for story in stories:
        day, month, _ = archive_links(story.day, wording)
        heading = None if "day" in params else day if "month" in params else month
        by_part.setdefault(heading, []).append(story)
    return [Group(heading=heading, stories=tuple(part)) for heading, part in by_part.items()]
