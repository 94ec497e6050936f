"""The newest comments of the whole newsroom, and of a section."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from feeds import paths
from feeds.clean.html import absolute_html
from feeds.kinds.base import Kind, Params, Publication
from feeds.kinds.comments import ALL_COMMENTS, SECTION_COMMENTS
from feeds.kinds.items import comment_name, headline_of
from feeds.kinds.late import late_since
from feeds.kinds.paging import span_of
from feeds.kinds.section import listed_section, titles_of
from feeds.site import SiteState
from feeds.urls import comment_url, encode_path
from feeds.web.pages.display import Moment, moment
from feeds.web.pages.layout import Link, feed_links, home_link, layout, section_trail
from feeds.web.pages.lists import page_of, pages_beside
from feeds.web.pages.page import AROUND, Page
from feeds.web.pages.templating import render
from storage.model import CommentEntry, CommentList


@dataclass(frozen=True, slots=True, kw_only=True)
class _CommentView:
    """A comment as it stands outside its thread."""

    url: str
    author: str
    at: Moment
    body: Markup
    article: Link
    answers: Link | None
    newsroom: bool
    """Whether the newsroom itself wrote it."""


async def build_comments(site: SiteState, params: Params, now: datetime) -> Page:
    listed = await _read(site, ALL_COMMENTS, params, now)
    wording = site.publication.wording
    return await comments_page(
        site,
        now,
        listed,
        paths.COMMENTS(),
        wording.gettext("Comments"),
        intro=wording.gettext("The newest replies of our readers."),
        trail=[home_link(wording)],
    )


async def build_section_comments(site: SiteState, params: Params, now: datetime) -> Page:
    listed = await _read(site, SECTION_COMMENTS, params, now)
    section, wording = listed_section(listed, params), site.publication.wording
    return await comments_page(
        site,
        now,
        listed,
        paths.SECTION_COMMENTS(**params),
        wording.gettext("Comments: %(section)s", section=section.title),
        intro=wording.gettext("The newest replies to articles in %(section)s.", section=section.title),
        trail=section_trail(section.path, titles_of(listed.sections), wording),
    )


async def _read(site: SiteState, kind: Kind, params: Params, now: datetime) -> CommentList:
    [scope] = kind.scopes(params)
    limit = site.publication.feed_items
    span = span_of(params, limit)
    return await site.store.read_comments(scope, limit=limit, span=span, also=AROUND, late_since=late_since(now, span))


async def comments_page(
    site: SiteState,
    now: datetime,
    listed: CommentList,
    path: str,
    title: str,
    *,
    intro: str,
    trail: Sequence[Link],
    name: str = "",
    end_url: str = "",
) -> Page:
    """`name`: what the page is called in its trail, where that is another thing than all such pages are. `end_url`: of the feed
    that only its reader knows, where it can be ended.
    """
    publication, wording = site.publication, site.publication.wording
    feed = feed_links(publication, path, title)
    html = await asyncio.to_thread(
        render,
        "comments.html",
        layout=layout(
            publication,
            now,
            path=path,
            title=title,
            description=wording.gettext("What readers of %(newsroom)s say.", newsroom=publication.title),
            sections=listed.sections,
            around=listed.snapshot.around,
            trail=(*trail, Link(encode_path(path), name or wording.gettext("Comments"))),
            feed=feed,
            private=bool(end_url),
        ),
        feed=feed,
        heading=title,
        intro=intro,
        comments=_comment_views(listed.comments, site),
        late=_comment_views(listed.late.entries, site),
        late_heading=wording.gettext("Approved or changed lately"),
        beside=pages_beside(path, {}, listed, wording),
        end_url=end_url,
    )
    return page_of(html, listed, feed)


def _comment_views(entries: Sequence[CommentEntry], site: SiteState) -> Sequence[_CommentView]:
    """Without what cannot be shown, which is noted."""
    return site.store.omissions.sift(
        entries, lambda entry: _comment_view(entry, site.publication), lambda entry: comment_name(entry.comment)
    )


def _comment_view(entry: CommentEntry, site: Publication) -> _CommentView:
    comment, article, parent = entry.comment, entry.article, entry.parent
    page = encode_path(article.path)
    return _CommentView(
        url=comment_url(page, comment.id),
        author=comment.author_name,
        at=moment(comment.created_at, site.zone, site.wording),
        body=Markup(absolute_html(comment.body_html, site.urls.of(article.path))),
        article=Link(page, headline_of(article, site.wording)),
        answers=Link(comment_url(page, parent.id), parent.author_name) if parent else None,
        newsroom=comment.newsroom,
    )
