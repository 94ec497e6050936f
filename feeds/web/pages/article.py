"""An article's page, with its thread and the form that takes replies."""

import asyncio
from dataclasses import replace
from datetime import datetime

from markupsafe import Markup

from feeds import paths
from feeds.clean.html import excerpt
from feeds.content.parts import BAR, Content, isolated
from feeds.kinds.base import FeedGone, FeedMoved, Params, Publication
from feeds.kinds.content import article_content
from feeds.kinds.items import SHOWN, article_name, title_of
from feeds.kinds.section import titles_of
from feeds.kinds.titles import comments_on
from feeds.site import SiteState
from feeds.urls import EMBED_TYPES, THREAD_PAGE, encode_path
from feeds.validity import Validity
from feeds.web.pages.bodies import shown_body
from feeds.web.pages.display import moment
from feeds.web.pages.files import files_of
from feeds.web.pages.form import ReplyForm, reply_form
from feeds.web.pages.layout import FeedLinks, Layout, Link, feed_links, layout, section_trail
from feeds.web.pages.linked_data import news_article
from feeds.web.pages.own import OwnReply
from feeds.web.pages.page import AROUND, Page
from feeds.web.pages.standing import build_standing
from feeds.web.pages.stories import story
from feeds.web.pages.templating import render
from feeds.web.pages.thread import Thread, build_thread
from feeds.web.queries import number_of
from feeds.wording import saying
from storage.errors import NotFound
from storage.model import Article, ArticleView, Author, PathTarget, latest_of

_RELATED = 4
_DESCRIPTION = 30
"""Words of the body that describe an article without a summary; its headline does where there is no text."""


async def build_article(site: SiteState, params: Params, now: datetime) -> Page:
    """With the page of the thread that the parameters name, or the newest. Where no article is, a standing page may be."""
    path = paths.ARTICLE(**params)
    try:
        view = await view_article(site, path, page=number_of(params.get(THREAD_PAGE)))
    except NotFound:
        return await build_standing(site, {"page": path.strip("/")}, now)
    article = view.article
    policy = site.comment_policy
    thread = await asyncio.to_thread(build_thread, view, site.publication, policy.depth)
    site.store.omissions.note(thread.omissions)
    form = reply_form(policy, article, now)
    closes_at = policy.closes_at(article) if article.comments_open else None
    with site.store.omissions.alone(article_name(article)):
        html = await asyncio.to_thread(article_html, site.publication, now, view, thread, form)
    return Page(
        html=html,
        snapshot=view.snapshot,
        feed=_feed(site.publication, article),
        # The form goes when its time is up; its token changes at midnight, as every page does.
        validity=Validity.turning(now, closes_at),
    )


async def view_article(
    site: SiteState, path: str, *, page: int | None = None, around: int | None = None
) -> ArticleView:
    """With a page of its thread: of that number, or with that comment; the newest, where there is none such.

    Raises NotFound, FeedGone, FeedMoved.
    """
    size = site.settings.comments_per_page
    view = await site.store.view_article(path, size=size, page=page, around=around, related=_RELATED, also=AROUND)
    if view is None:
        raise NotFound(saying("there is no article at %(path)s", path=path))
    if isinstance(view, PathTarget):
        if view.gone:
            raise FeedGone(saying("the article at %(path)s was withdrawn", path=path))
        raise FeedMoved(view.path)
    return view


def article_html(
    site: Publication,
    now: datetime,
    view: ArticleView,
    thread: Thread,
    form: ReplyForm,
    *,
    own: OwnReply | None = None,
    notice: str = "",
    private: bool = False,
) -> bytes:
    """`private`: it shows what one reader alone may see, such as their `own` reply and a `notice` on it."""
    article = view.article
    assert article.published_at is not None, "a public article has a date"
    title = title_of(article, site.wording)
    feed = _feed(site, article)
    content = article_content(article, site)
    around = _layout(site, now, view, title, feed, private=private)
    # What readers are to look at again: a significant edit, or a correction.
    updated = latest_of(article.published_at, article.updated_at, article.corrected_at)
    edited = article.last_edited_at
    body = _body(content, article, site)
    return render(
        "article.html",
        layout=around,
        feed=feed,
        article=article,
        title=title,
        byline=[_author_link(author, site) for author in article.authors[:SHOWN]],
        tags=[Link(encode_path(paths.TAG(tag=tag.slug)), tag.name) for tag in article.tags[:SHOWN]],
        published=moment(article.published_at, site.zone, site.wording),
        updated=moment(updated, site.zone, site.wording) if updated and updated > article.published_at else None,
        edited=moment(edited, site.zone, site.wording) if edited and edited > article.published_at else None,
        photo_url=site.urls.linked(article.image.url) if article.image else "",
        photo=article.image if content.photo else None,
        body=body,
        files=files_of(article, body, site),
        correction=content.correction,
        rights=article.rights or site.rights,
        thread=thread,
        form=form,
        own=own,
        notice=notice,
        related=[story(one, titles_of(view.sections), site.zone, site.wording) for one in view.related],
        data=news_article(article, title, around, titles_of(view.sections)),
        embeds=[(type, site.urls.embed(site.urls.of(article.path), name)) for name, type in EMBED_TYPES.items()],
    )


def _feed(site: Publication, article: Article) -> FeedLinks:
    title = comments_on(title_of(article, site.wording), site.wording)
    return replace(feed_links(site, article.path, title), below_latest=True)


def _layout(
    site: Publication, now: datetime, view: ArticleView, title: str, feed: FeedLinks, *, private: bool
) -> Layout:
    article = view.article
    first = next(iter(article.sections), "")
    return layout(
        site,
        now,
        path=article.path,
        title=title,
        description=article.summary or excerpt(article.body_html, _DESCRIPTION) or title,
        canonical=article.canonical_url,
        sections=view.sections,
        around=view.snapshot.around,
        here=first,
        trail=(*section_trail(first, titles_of(view.sections), site.wording), Link("", title)),
        feed=feed,
        private=private,
    )


def _body(content: Content, article: Article, site: Publication) -> Markup:
    """As feeds carry it, with the dateline in it."""
    return shown_body(content.body_with(_dateline(content, article, site)), site.urls.of(article.path))


def _dateline(content: Content, article: Article, site: Publication) -> Markup:
    """Place and agency, which leads to its own page; '' where the body has them already."""
    if not content.dateline:
        return Markup()
    parts = [Markup(isolated(part, content.first_words)) for part in content.dateline]
    url = site.urls.linked(article.source.url) if article.source else ""
    if url and article.source and content.dateline[-1] == article.source.name:
        parts[-1] = Markup('<a href="{}">{}</a>').format(url, parts[-1])
    return Markup('<span class="dateline">{}</span>').format(Markup(BAR).join(parts))


def _author_link(author: Author, site: Publication) -> Link:
    return Link(site.urls.linked(author.url) or encode_path(paths.AUTHOR(author=author.slug)), author.name)
