"""Articles: create, list, read, edit, withdraw."""

import hashlib
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Annotated

from pydantic import AfterValidator
from starlette.responses import Response

from feeds.http.conditional import not_modified
from feeds.http.headers import field_value
from feeds.kinds.items import article_name
from feeds.newsroom.publishing import create, edit, put, withdraw
from feeds.newsroom.submissions import slug_of
from feeds.web.api.operations import REVALIDATED, Call, answer
from feeds.web.api.paging import InstantSent, Named, NumberCursor, Page, cursor_after, cut
from feeds.web.api.preconditions import etag, if_match
from feeds.web.api.resources import Article, ArticlePage
from storage import model
from storage.model import ArticleFilter, ArticleStatus


def _path(text: str | None) -> str | None:
    return text and text.strip("/")


class ArticlesQuery(Page):
    status: ArticleStatus | None = None
    """Only those of this status."""
    section: Annotated[Named | None, AfterValidator(_path)] = None
    """Only those in this section, or in one within it: its path, as in `world/africa`."""
    tag: Named | None = None
    """Only those with this tag: its slug, as in its page's address, or its name."""
    author: Named | None = None
    """Only those by this author: the slug, as in `authors`, or the name that it was made of."""
    guid: Named | None = None
    """Only the one of this guid."""
    updated_since: InstantSent | None = None
    """Only those that were kept otherwise then or later, by `modified_at`: RFC 3339, with its offset."""
    cursor: NumberCursor = None

    def filters(self) -> Iterator[ArticleFilter]:
        """What is wanted, by names as they are given; then by the slugs that names have."""
        given = ArticleFilter(**{name: getattr(self, name) for name in _CONDITIONS})
        yield given
        made = replace(given, tag=given.tag and slug_of(given.tag), author=given.author and slug_of(given.author))
        if made != given:
            yield made


_CONDITIONS = tuple(condition.name for condition in fields(ArticleFilter))


async def create_article(call: Call) -> Response:
    """201 with the article. Raises Invalid naming every wrong field, Conflict if the guid is taken, Repeated."""
    site = call.site

    def created(article: model.Article) -> Response:
        headers = {"Location": site.urls.api_article(article.id), "ETag": etag(article)}
        return answer(_shown(article, call), 201, headers)

    article = await create(
        site.store, call.body, clock=site.clock, zone=site.settings.zone, media=site.media, once=call.once(created)
    )
    return created(article)


async def list_articles(call: Call) -> Response:
    """A page of all articles that the filters leave, without those that cannot be read; it may have fewer items than were asked
    for, or none, though more follow. Raises nothing of its own.
    """
    query = call.asked(ArticlesQuery)
    for wanted in query.filters():
        found = await call.site.store.filter_articles(wanted, before_id=query.cursor, limit=query.limit + 1)
        if found.articles or found.stopped_at is not None:
            break
    articles, next = cut(found.articles, query.limit, lambda article: article.id)
    if next is None and found.stopped_at is not None:
        next = cursor_after(found.stopped_at)
    items = call.site.store.omissions.sift(articles, lambda one: Article.of(one, call.site.urls), article_name)
    return answer(ArticlePage(items=items, next=next))


async def read_article(call: Call) -> Response:
    """The article, or 304. Raises NotFound, Unreadable."""
    article = await call.site.store.get_article(call.id)
    known = field_value(call.request.headers, "if-none-match")
    now = call.site.clock()
    if not_modified(known, None, etag=etag(article), modified_at=article.modified_at or now, now=now):
        return Response(None, 304, {"ETag": etag(article), "Cache-Control": REVALIDATED})
    return answer(_shown(article, call), headers={"ETag": etag(article)}, cache=REVALIDATED)


async def put_article(call: Call) -> Response:
    """The article as it is kept: 201 where there was none of this guid. Raises Invalid naming every wrong field, Stale where
    If-Match names another version or there is none, Conflict if too many edits meet, Unreadable.
    """
    site = call.site
    article, is_new = await put(
        site.store,
        call.request.path_params["guid"],
        call.body,
        clock=site.clock,
        zone=site.settings.zone,
        media=site.media,
        if_version=if_match(call.request),
        only_kept="if-match" in call.request.headers,
        digest=hashlib.sha256(await call.request.body()).digest(),
        unchanged=site.unchanged,
    )
    headers = {"Location": site.urls.api_article(article.id), "ETag": etag(article)}
    return answer(_shown(article, call), 201 if is_new else 200, headers)


async def edit_article(call: Call) -> Response:
    """The article as it is after the edit. Raises NotFound, Stale where If-Match names another version, Invalid naming every wrong
    field, Conflict if the guid is taken or too many edits meet, Unreadable.
    """
    site = call.site
    article = await edit(
        site.store,
        call.id,
        call.body,
        clock=site.clock,
        zone=site.settings.zone,
        media=site.media,
        if_version=if_match(call.request),
    )
    return answer(_shown(article, call), headers={"ETag": etag(article)})


async def withdraw_article(call: Call) -> Response:
    """204, also where it is withdrawn already. Raises NotFound, Stale, Conflict if too many edits meet, Unreadable."""
    await withdraw(call.site.store, call.id, if_version=if_match(call.request))
    return Response(None, 204, {"Cache-Control": "no-store"})


def _shown(article: model.Article, call: Call) -> Article:
    """Raises Unreadable."""
    with call.site.store.omissions.alone(article_name(article)):
        return Article.of(article, call.site.urls)
