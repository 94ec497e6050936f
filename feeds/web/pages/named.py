"""The pages of lists that have a name: of a section, a tag and an author, and of every kind that has no other page."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from feeds.kinds.base import Kind, Params
from feeds.kinds.section import SECTION, listed_section, titles_of
from feeds.site import SiteState
from feeds.web.pages.layout import Link, feed_links, home_link, layout, section_link, section_trail
from feeds.web.pages.lists import groups_of, list_page, page_of, pages_beside, read_list
from feeds.web.pages.page import Page, PageBuilder
from storage.model import ArticleList


async def build_section(site: SiteState, params: Params, now: datetime) -> Page:
    [scope] = SECTION.scopes(params)
    listed = await read_list(site, scope, params, now)
    section = listed_section(listed, params)
    return await _page(
        site,
        now,
        listed,
        path=SECTION.page(**params),
        title=section.title,
        about=section.description,
        here=section.path,
        trail=section_trail(section.path, titles_of(listed.sections), site.publication.wording),
        parts=[section_link(child.path, child.title) for child in listed.sections if child.parent == section.path],
    )


def named_page(kind: Kind) -> PageBuilder | None:
    """What builds the pages of a kind; None of one whose lists have no name."""
    named = kind.named
    if named is None:
        return None

    async def build_named(site: SiteState, params: Params, now: datetime) -> Page:
        [scope] = kind.scopes(params)
        listed = await read_list(site, scope, params, now)
        called, path = named(listed, params), kind.page(**params)
        trail = [home_link(site.publication.wording), Link(path, called.name)]
        own = site.urls.linked(called.url)
        return await _page(
            site,
            now,
            listed,
            path=path,
            title=called.name,
            about=called.description,
            trail=trail,
            profiles=(own,) if own else None,
        )

    return build_named


async def _page(
    site: SiteState,
    now: datetime,
    listed: ArticleList,
    *,
    path: str,
    title: str,
    about: str = "",
    here: str = "",
    trail: Sequence[Link],
    parts: Sequence[Link] = (),
    profiles: tuple[str, ...] | None = None,
) -> Page:
    publication = site.publication
    feed = feed_links(publication, path, title)
    html = await list_page(
        layout=layout(
            publication,
            now,
            path=path,
            title=title,
            description=about,
            sections=listed.sections,
            around=listed.snapshot.around,
            here=here,
            trail=trail,
            feed=feed,
            profiles=profiles,
        ),
        feed=feed,
        heading=title,
        about=about,
        groups=await asyncio.to_thread(groups_of, listed, site),
        parts=parts,
        parts_label=publication.wording.gettext("Sections in %(section)s", section=title),
        pages=pages_beside(path, {}, listed, publication.wording),
    )
    return page_of(html, listed, feed)
