"""An article's page, with its thread and the form that takes replies."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from markupsafe import Markup

from feeds.html import absolute_html, excerpt, within_page
from feeds.kinds.base import FeedGone, FeedMoved, NoSuchFeed, Params, Publication
from feeds.kinds.corrections import correction_label
from feeds.kinds.items import SHOWN, article_name
from feeds.reply_policy import Policy
from feeds.urls import THREAD_PAGE, encode_path
from feeds.web.pages.files import files_of
from feeds.web.pages.form import ReplyForm, reply_form
from feeds.web.pages.frame import FeedLinks, Frame, Link, feed_links, frame, section_trail
from feeds.web.pages.lists import titles_of
from feeds.web.pages.own import OwnReply
from feeds.web.pages.page import Page
from feeds.web.pages.stories import place_and_agency, title_of
from feeds.web.pages.templating import render
from feeds.web.pages.thread import Thread, build_thread
from feeds.web.pages.wording import moment
from feeds.web.queries import number_of
from feeds.web.state import SiteState
from storage.model import Article, ArticleView, Author, PathTarget
from storage.scopes import SITE

_TOP_HEADING = re.compile(r"<(/?)h1(?=[\s>])")
_DESCRIPTION = 30
"""Words of the body that describe an article without a summary."""


def article_path(params: Params) -> str:
    return f"/{params['year']}/{params['month']}/{params['day']}/{params['slug']}/"


async def build_article(site: SiteState, params: Params, now: datetime) -> Page:
    """With the page of the thread that the parameters name, or the newest."""
    view = await view_article(site, article_path(params), page=number_of(params.get(THREAD_PAGE)))
    article = view.article
    policy = site.comment_policy
    thread = await asyncio.to_thread(build_thread, view, site.publication, policy.depth)
    site.store.omissions.note(thread.omissions)
    form = reply_form(policy, article, now)
    changed_at, valid_until = _form_changes(policy, article, now)
    with site.store.omissions.alone(article_name(article)):
        html = await asyncio.to_thread(article_html, site.publication, view, thread, form)
    return Page(
        html=html,
        snapshot=view.snapshot,
        seq=max([article.seq] + [comment.seq for comment in view.comments + view.parents]),
        feed=_feed(site.publication, article),
        changed_at=changed_at,
        valid_until=valid_until,
    )


def _form_changes(policy: Policy, article: Article, now: datetime) -> tuple[datetime | None, datetime | None]:
    """The last and the next instant at which the form changes unwritten: its token at midnight UTC, and it goes when time is up."""
    if not article.comments_open:
        return None, None
    closes_at = policy.closes_at(article)
    if closes_at is not None and closes_at <= now:
        return closes_at, None
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    next_midnight = midnight + timedelta(days=1)
    return midnight, next_midnight if closes_at is None else min(closes_at, next_midnight)


async def view_article(
    site: SiteState, path: str, *, page: int | None = None, around: int | None = None
) -> ArticleView:
    """With a page of its thread: of that number, or with that comment; the newest, where there is none such.

    Raises NoSuchFeed, FeedGone, FeedMoved.
    """
    size = site.settings.comments_per_page
    view = await site.store.view_article(path, size=size, page=page, around=around, also=(SITE,))
    if view is None:
        raise NoSuchFeed(f"there is no article at {path}")
    if isinstance(view, PathTarget):
        if view.gone:
            raise FeedGone(f"the article at {path} was withdrawn")
        raise FeedMoved(view.path)
    return view


def article_html(
    site: Publication,
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
    title = title_of(article)
    feed = _feed(site, article)
    around = _frame(site, view, title, feed, private=private)
    updated = article.updated_at if article.updated_at and article.updated_at > article.published_at else None
    body = _body(article, site)
    return render(
        "article.html",
        frame=around,
        feed=feed,
        article=article,
        title=title,
        byline=[_author_link(author) for author in article.authors[:SHOWN]],
        place_and_agency=place_and_agency(article),
        source_url=_web_url(article.source.url) if article.source else "",
        tags=[Link(encode_path(f"/tag/{tag.slug}/"), tag.name) for tag in article.tags[:SHOWN]],
        published=moment(article.published_at, site.zone),
        updated=moment(updated, site.zone) if updated else None,
        body=body,
        files=files_of(article, body, site),
        correction_label=correction_label(article.corrected_at, site.zone),
        rights=article.rights or site.rights,
        thread=thread,
        form=form,
        own=own,
        notice=notice,
        data=dict(_linked_data(article, title, around, titles_of(view.sections))),
    )


def _feed(site: Publication, article: Article) -> FeedLinks:
    return feed_links(site, article.path, f"Comments on: {title_of(article)}")


def _frame(site: Publication, view: ArticleView, title: str, feed: FeedLinks, *, private: bool) -> Frame:
    article = view.article
    first = next(iter(article.sections), "")
    return frame(
        site,
        path=article.path,
        title=title,
        description=article.summary or excerpt(article.body_html, _DESCRIPTION),
        canonical=article.canonical_url,
        sections=view.sections,
        here=first,
        trail=(*section_trail(first, titles_of(view.sections)), Link("", title)),
        feed=feed,
        private=private,
    )


def _body(article: Article, site: Publication) -> Markup:
    """As feeds carry it; but the page's one top heading is the headline."""
    page = site.urls.of(article.path)
    return Markup(_TOP_HEADING.sub(r"<\1h2", within_page(absolute_html(article.body_html, page), page)))


def _author_link(author: Author) -> Link:
    return Link(_web_url(author.url) or encode_path(f"/author/{author.slug}/"), author.name)


def _web_url(url: str) -> str:
    return url if url.lower().startswith(("http://", "https://", "/")) else ""


def _linked_data(
    article: Article, title: str, around: Frame, titles: Mapping[str, str]
) -> Iterator[tuple[str, object]]:
    """schema.org's NewsArticle as JSON-LD; what the newsroom did not give is left out."""
    site = around.site
    assert article.published_at is not None, "a public article has a date"
    yield "@context", "https://schema.org"
    yield "@type", "NewsArticle"
    yield "headline", title
    yield "description", around.description
    yield "mainEntityOfPage", around.canonical
    yield "datePublished", article.published_at.isoformat()
    yield "dateModified", (article.updated_at or article.published_at).isoformat()
    yield "inLanguage", article.language or site.language
    logo = {"@type": "ImageObject", "url": site.icon_url}
    yield "publisher", {"@type": "NewsMediaOrganization", "name": site.title, "url": site.urls.of("/"), "logo": logo}
    if article.sections:
        yield "articleSection", [titles.get(path, path) for path in article.sections[:SHOWN]]
    if article.correction:
        correction = {"@type": "CorrectionComment", "text": article.correction}
        if article.corrected_at:
            correction["datePublished"] = article.corrected_at.isoformat()
        yield "correction", correction
    if article.authors:
        yield "author", [_person(author, site) for author in article.authors[:SHOWN]]
    if article.image:
        yield "image", site.urls.absolute(article.image.url)
    if article.tags:
        yield "keywords", [tag.name for tag in article.tags[:SHOWN]]


def _person(author: Author, site: Publication) -> dict[str, str]:
    return {"@type": "Person", "name": author.name, "url": _web_url(author.url) or site.urls.author(author.slug)}
