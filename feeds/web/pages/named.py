"""The pages of a section, a tag and an author: the articles that stand under its name."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from feeds.kinds.author import author_name
from feeds.kinds.base import NoSuchFeed, Params
from feeds.kinds.tag import tag_name
from feeds.site import SiteState
from feeds.web.pages.frame import HOME_LINK, Link, feed_links, frame, section_link, section_trail
from feeds.web.pages.lists import groups_of, list_page, page_of, pages_beside, read_list, seq_of, titles_of
from feeds.web.pages.page import Page
from storage.model import ArticleList
from storage.scopes import author_scope, section_scope, tag_scope


async def build_section(site: SiteState, params: Params, now: datetime) -> Page:
    path = params["section"]
    listed = await read_list(site, section_scope(path), params, now)
    section = next((section for section in listed.sections if section.path == path), None)
    if section is None:
        raise NoSuchFeed(f"there is no section {path}")
    return await _page(
        site,
        now,
        listed,
        path=f"/section/{path}/",
        title=section.title,
        about=section.description,
        here=path,
        trail=section_trail(path, titles_of(listed.sections)),
        parts=[section_link(child) for child in listed.sections if child.parent == path],
    )


async def build_tag(site: SiteState, params: Params, now: datetime) -> Page:
    slug = params["tag"]
    listed = await read_list(site, tag_scope(slug), params, now)
    title, path = tag_name(listed, slug), f"/tag/{slug}/"
    return await _page(site, now, listed, path=path, title=title, trail=[HOME_LINK, Link(path, title)])


async def build_author(site: SiteState, params: Params, now: datetime) -> Page:
    slug = params["author"]
    listed = await read_list(site, author_scope(slug), params, now)
    title, path = author_name(listed, slug), f"/author/{slug}/"
    return await _page(site, now, listed, path=path, title=title, trail=[HOME_LINK, Link(path, title)])


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
) -> Page:
    publication = site.publication
    feed = feed_links(publication, path, title)
    html = await list_page(
        frame=frame(
            publication,
            now,
            path=path,
            title=title,
            description=about,
            sections=listed.sections,
            here=here,
            trail=trail,
            feed=feed,
        ),
        feed=feed,
        heading=title,
        about=about,
        groups=await asyncio.to_thread(groups_of, listed, site),
        parts=parts,
        parts_label=f"Sections in {title}",
        pages=pages_beside(path, {}, listed),
    )
    return page_of(html, listed, seq_of(listed), feed)
