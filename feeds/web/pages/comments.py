"""The newest comments of the whole newsroom."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from feeds.html import absolute_html
from feeds.kinds.base import Params, Publication
from feeds.urls import encode_path
from feeds.web.pages.frame import HOME_LINK, Link, feed_links, frame
from feeds.web.pages.page import Page
from feeds.web.pages.stories import title_of
from feeds.web.pages.templating import render
from feeds.web.pages.wording import Moment, moment
from feeds.web.state import SiteState
from storage.model import CommentEntry
from storage.scopes import COMMENTS, SITE

PATH = "/comments/"
TITLE = "Comments"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Remark:
    """A comment as it stands outside its thread."""

    url: str
    author: str
    at: Moment
    body: Markup
    article: Link
    answers: Link | None


async def build_comments(site: SiteState, _params: Params, _now: datetime) -> Page:
    publication = site.publication
    listed = await site.store.read_comments(COMMENTS, limit=publication.feed_items, also=(SITE,))
    feed = feed_links(publication, PATH, TITLE)
    html = await asyncio.to_thread(
        render,
        "comments.html",
        frame=frame(
            publication,
            path=PATH,
            title=TITLE,
            description=f"What readers of {publication.title} say.",
            sections=listed.sections,
            trail=(HOME_LINK, Link(PATH, TITLE)),
            feed=feed,
        ),
        feed=feed,
        remarks=[_remark(entry, publication) for entry in listed.comments],
    )
    seq = max((max(entry.comment.seq, entry.article.seq) for entry in listed.comments), default=0)
    return Page(html=html, snapshot=listed.snapshot, seq=seq)


def _remark(entry: CommentEntry, site: Publication) -> _Remark:
    comment, article, parent = entry.comment, entry.article, entry.parent
    page = encode_path(article.path)
    return _Remark(
        url=f"{page}#comment-{comment.id}",
        author=comment.author_name,
        at=moment(comment.created_at, site.zone),
        body=Markup(absolute_html(comment.body_html, site.urls.of(article.path))),
        article=Link(page, title_of(article)),
        answers=Link(f"{page}#comment-{parent.id}", parent.author_name) if parent else None,
    )
