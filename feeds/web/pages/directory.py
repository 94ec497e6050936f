"""The directory of every feed."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from feeds.kinds.base import Params, Publication
from feeds.site import SiteState
from feeds.web.names import names_in_the_news
from feeds.web.pages.frame import (
    HOME_LINK,
    FeedLinks,
    Link,
    archive_links,
    feed_links,
    frame,
    latest_feed,
    section_trail,
)
from feeds.web.pages.lists import titles_of
from feeds.web.pages.page import Page
from feeds.web.pages.templating import render
from storage.model import Author, NameList, Section, Tag

PATH = "/feeds/"
TITLE = "Feeds"
MOST_SECTIONS = 500
"""Sections whose feeds are listed, the first by path: the file of all feeds (OPML) has the others."""


async def build_directory(site: SiteState, _params: Params, now: datetime) -> Page:
    publication = site.publication
    listed = await names_in_the_news(site)
    return Page(
        html=await asyncio.to_thread(_html, publication, now, listed),
        snapshot=listed.snapshot,
        # Of what it names of articles, tags and authors, none is an article's entry.
        seq=0,
    )


def _html(publication: Publication, now: datetime, listed: NameList) -> bytes:
    return render(
        "feeds.html",
        more_sections=max(0, len(listed.sections) - MOST_SECTIONS),
        frame=frame(
            publication,
            now,
            path=PATH,
            title=TITLE,
            description=f"Every feed of {publication.title}.",
            sections=listed.sections,
            trail=(HOME_LINK, Link(PATH, TITLE)),
        ),
        groups=(
            ("The whole newsroom", [latest_feed(publication), _comments(publication)]),
            ("By section", _sections(listed.sections, publication)),
            ("By date", _dated(listed.last_day, publication)),
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


def _dated(last: date | None, site: Publication) -> list[FeedLinks]:
    """The feeds of the last day with articles: the others are found from its page on."""
    if last is None:
        return []
    abouts = (
        "The whole of that day; each day has its own.",
        "The newest of that month; each month has its own.",
        "The newest of that year; each year has its own.",
    )
    return [
        feed_links(site, link.url, link.text, about) for link, about in zip(archive_links(last), abouts, strict=True)
    ]
