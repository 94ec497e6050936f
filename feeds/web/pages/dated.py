"""The pages of a day, a month and a year in the newsroom's time zone."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from feeds.kinds.base import NoSuchFeed, Params
from feeds.kinds.dated import Period, period, refuse_before_all
from feeds.kinds.paging import span_of
from feeds.text import MONTHS
from feeds.web.pages.frame import HOME_LINK, Link, feed_links, frame
from feeds.web.pages.lists import Group, list_page, pages_beside, seq_of, stories_of
from feeds.web.pages.page import Page
from feeds.web.pages.stories import Story
from feeds.web.pages.wording import long_date
from feeds.web.state import SiteState
from storage.model import ArticleList
from storage.scopes import SITE


@dataclass(frozen=True, slots=True)
class _Part:
    """A day of a month, or a month of a year."""

    first: date
    path: str
    label: str
    heading: str


async def build_dated(site: SiteState, params: Params, now: datetime) -> Page:
    """A period that has not begun has no page yet; one that is over is marked `finished`."""
    publication = site.publication
    asked = period(params)
    if now < asked.begins(publication.zone):
        raise NoSuchFeed(f"{asked.label} has not begun")
    limit = publication.day_items if asked.is_day else publication.feed_items
    listed = await site.store.read_articles(asked.scope, limit=limit, span=span_of(params, limit), also=(SITE,))
    await refuse_before_all(site.store, asked, listed, publication.zone, now)
    ends = asked.ends(publication.zone)
    parts = _parts(asked, params)
    stories = _by_part(await asyncio.to_thread(stories_of, listed, site), params)
    feed = feed_links(publication, asked.path, asked.label)
    html = await list_page(
        frame=frame(
            publication,
            path=asked.path,
            title=asked.label,
            description=f"{publication.title}: {asked.label}",
            sections=listed.sections,
            trail=_trail(asked, params),
            feed=feed,
        ),
        feed=feed,
        heading=long_date(asked.first) if asked.is_day else asked.label,
        groups=_groups(parts, stories),
        parts=_links(parts, stories, listed),
        parts_label=f"{'Days' if 'month' in params else 'Months'} of {asked.label}",
        times_alone=asked.is_day,
        beside=pages_beside(asked.path, {}, listed),
    )
    return Page(
        html=html,
        snapshot=listed.snapshot,
        seq=seq_of(listed),
        feed=feed,
        valid_until=ends if now < ends else None,
        finished=now >= ends,
    )


def _trail(asked: Period, params: Params) -> list[Link]:
    first = asked.first
    labels = {"year": str(first.year), "month": MONTHS[first.month - 1], "day": str(first.day)}
    trail, path = [HOME_LINK], "/"
    for name, label in labels.items():
        if name in params:
            path += f"{params[name]}/"
            trail.append(Link(path, label))
    return trail


def _parts(asked: Period, params: Params) -> tuple[_Part, ...]:
    """In the order of the calendar; a day has none."""
    if asked.is_day:
        return ()
    if "month" in params:
        days = [asked.first + timedelta(days=number) for number in range((asked.after - asked.first).days)]
        return tuple(_Part(day, f"{asked.path}{day.day:02d}/", str(day.day), long_date(day)) for day in days)
    return tuple(
        _Part(date(asked.first.year, number, 1), f"{asked.path}{number:02d}/", month, f"{month} {asked.label}")
        for number, month in enumerate(MONTHS, start=1)
    )


def _by_part(stories: Sequence[Story], params: Params) -> Mapping[date, list[Story]]:
    """The stories by the first day of the part they belong to."""
    by_part: dict[date, list[Story]] = {}
    for story in stories:
        by_part.setdefault(story.day if "month" in params else story.day.replace(day=1), []).append(story)
    return by_part


def _groups(parts: Sequence[_Part], stories: Mapping[date, list[Story]]) -> list[Group]:
    if not parts:
        return [Group(heading=None, stories=tuple(story)) for story in stories.values()]
    return [
        Group(heading=Link(part.path, part.heading), stories=tuple(stories[part.first]))
        for part in reversed(parts)
        if part.first in stories
    ]


def _links(parts: Sequence[_Part], stories: Mapping[date, list[Story]], listed: ArticleList) -> list[Link]:
    """The parts that hold articles. Where the list goes on, those before its oldest story may; on a later page, all may."""
    if listed.newer:
        return [Link(part.path, part.label) for part in parts]
    oldest = min(stories, default=date.min) if listed.older else date.min
    return [Link(part.path, part.label) for part in parts if part.first in stories or part.first < oldest]
