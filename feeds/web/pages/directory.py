"""The directory of every feed."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from feeds.kinds.base import Params, Publication
from feeds.kinds.dated import midnight
from feeds.text import MONTHS
from feeds.web.names import names_in_the_news
from feeds.web.pages.frame import HOME_LINK, FeedLinks, Link, feed_links, frame, latest_feed, section_trail
from feeds.web.pages.lists import titles_of
from feeds.web.pages.page import Page
from feeds.web.pages.templating import render
from feeds.web.pages.wording import long_date
from feeds.web.state import SiteState
from storage.model import Author, NameList, Section, Tag

PATH = "/feeds/"
TITLE = "Feeds"
MOST_SECTIONS = 500
"""Sections whose feeds are listed, the first by path: the file of all feeds (OPML) has the others."""


async def build_directory(site: SiteState, _params: Params, now: datetime) -> Page:
    """It names today's feed, and so changes at midnight, unwritten."""
    publication = site.publication
    listed = await names_in_the_news(site)
    today = now.astimezone(publication.zone).date()
    return Page(
        html=await asyncio.to_thread(_html, publication, listed, today),
        snapshot=listed.snapshot,
        # Of what it names of articles, tags and authors, none is an article's entry.
        seq=0,
        valid_until=midnight(today + timedelta(days=1), publication.zone),
        changed_at=midnight(today, publication.zone),
    )


def _html(publication: Publication, listed: NameList, today: date) -> bytes:
    return render(
        "feeds.html",
        more_sections=max(0, len(listed.sections) - MOST_SECTIONS),
        frame=frame(
            publication,
            path=PATH,
            title=TITLE,
            description=f"Every feed of {publication.title}.",
            sections=listed.sections,
            trail=(HOME_LINK, Link(PATH, TITLE)),
        ),
        groups=(
            ("The whole newsroom", [latest_feed(publication), _comments(publication)]),
            ("By section", _sections(listed.sections, publication)),
            ("By date", _dated(today, publication)),
            ("Tags in the news", _named("/tag/", listed.tags, publication)),
            ("Authors in the news", _named("/author/", listed.authors, publication)),
        ),
    )


def _comments(site: Publication) -> FeedLinks:
    return feed_links(site, "/comments/", "Comments", "What readers say about any article.")


def _sections(sections: Sequence[Section], site: Publication) -> list[FeedLinks]:
    titles = titles_of(sections)
    return [feed for section in sections[:MOST_SECTIONS] for feed in _of_section(section, titles, site)]


def _of_section(section: Section, titles: Mapping[str, str], site: Publication) -> Iterator[FeedLinks]:
    path = f"/section/{section.path}/"
    title = " / ".join(link.text for link in section_trail(section.path, titles)[1:])
    about = section.description or f"New articles in {section.title} and the sections in it."
    yield feed_links(site, path, title, about)
    yield feed_links(site, f"{path}comments/", f"{title}: comments", f"What readers say about {section.title}.")


def _named(root: str, names: Sequence[Tag | Author], site: Publication) -> list[FeedLinks]:
    return [feed_links(site, f"{root}{name.slug}/", name.name) for name in names]


def _dated(today: date, site: Publication) -> list[FeedLinks]:
    month = f"{MONTHS[today.month - 1]} {today.year}"
    return [
        feed_links(site, f"/{today:%Y/%m/%d}/", "Today", f"The whole of {long_date(today)}; tomorrow has its own."),
        feed_links(site, f"/{today:%Y/%m}/", "This month", f"The newest of {month}; each month has its own."),
        feed_links(site, f"/{today:%Y}/", "This year", f"The newest of {today.year}; each year has its own."),
    ]
