"""A section's page: its articles, those of the sections in it included."""

from datetime import datetime

from feeds.kinds.base import NoSuchFeed, Params
from feeds.web.pages.frame import feed_links, frame, section_link, section_trail
from feeds.web.pages.lists import Group, list_page, seq_of, stories_of, titles_of
from feeds.web.pages.page import Page
from feeds.web.state import SiteState
from storage.scopes import SITE, section_scope


async def build_section(site: SiteState, params: Params, _now: datetime) -> Page:
    publication, path = site.publication, params["section"]
    listed = await site.store.read_articles(section_scope(path), limit=publication.feed_items, also=(SITE,))
    section = next((section for section in listed.sections if section.path == path), None)
    if section is None:
        raise NoSuchFeed(f"there is no section {path}")
    feed = feed_links(publication, f"/section/{path}/", section.title)
    html = await list_page(
        frame=frame(
            publication,
            path=f"/section/{path}/",
            title=section.title,
            description=section.description,
            sections=listed.sections,
            here=path,
            trail=section_trail(path, titles_of(listed.sections)),
            feed=feed,
        ),
        feed=feed,
        heading=section.title,
        about=section.description,
        groups=(Group(heading=None, stories=stories_of(listed, publication)),) if listed.articles else (),
        parts=tuple(section_link(child) for child in listed.sections if child.parent == path),
        parts_label=f"Sections in {section.title}",
    )
    return Page(html=html, snapshot=listed.snapshot, seq=seq_of(listed))
