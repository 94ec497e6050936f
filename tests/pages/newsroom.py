"""A small newsroom in a real store, and its pages."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from lxml import html as parser
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import feeds.web.public  # noqa: F401  (it registers the convertors that the routes use)
from feeds.kinds.base import FeedGone, NoSuchFeed
from feeds.site import SiteState
from feeds.web.pages import (
    MEDIA_TYPE,
    PAGES,
    Page,
    PageBuilder,
    build_page,
    error_page,
    form_routes,
    private_page,
    static_routes,
)
from feeds.web.pages.article import build_article
from storage.errors import NotFound
from storage.model import Article, ArticleStatus, Comment, CommentStatus, Section

NOON = datetime(2023, 3, 22, 9, tzinfo=UTC)
"""12:00 in Kampala."""
EMAIL = "miriam.private@readers.example"


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class Newsroom:
    site: SiteState
    clock: Clock
    app: Starlette = field(default_factory=lambda: Starlette(routes=_routes(), exception_handlers=_errors()))
    """It has the pages alone, and keeps nothing."""
    _articles: int = field(default=0, repr=False)
    _comments: int = field(default=0, repr=False)

    def __post_init__(self) -> None:
        # As the application has it.
        self.app.router.redirect_slashes = False
        self.use(self.site)

    def use(self, site: SiteState) -> None:
        self.site = self.app.state.site = site

    async def open_sections(self) -> None:
        for path, title in (("sport", "Sport"), ("world", "World"), ("world/africa", "Africa")):
            await self.site.store.add_section(Section(path=path, title=title, created_at=NOON))

    async def publish(self, headline: str = "Harbour reopens", **changes: Any) -> Article:
        self._articles += 1
        fields: dict[str, Any] = {
            "guid": f"urn:example:{self._articles}",
            "slug": f"story-{self._articles}",
            "headline": headline,
            "body_html": "<p>The first ferry left at six.</p>",
            "status": ArticleStatus.PUBLISHED,
            "published_at": self.clock.now,
        }
        fields |= changes
        published_at = fields["published_at"].astimezone(self.site.publication.zone)
        return await self.site.store.add_article(Article(**{"day": published_at.date()} | fields))

    async def change(self, article: Article, **changes: Any) -> Article:
        return await self.site.store.update_article(replace(article, **changes), if_version=article.version)

    async def comment(self, article: Article, text: str = "Well said.", **changes: Any) -> Comment:
        self._comments += 1
        fields: dict[str, Any] = {
            "guid": f"urn:example:comment:{self._comments}",
            "article_id": article.id,
            "author_name": "Miriam",
            "author_email": EMAIL,
            "body_html": f"<p>{text}</p>",
            "status": CommentStatus.APPROVED,
            "created_at": self.clock.now + timedelta(minutes=self._comments),
        }
        return await self.site.store.add_comment(Comment(**fields | changes), list_after=timedelta(0))

    async def page(self, build: PageBuilder, **params: str) -> Page:
        """The page of a path's parameters, as it is now."""
        return await build_page(build, self.site, params, self.clock.now)

    async def article_page(self, article: Article) -> Page:
        return await self.page(build_article, **params_of(article))


def _routes() -> list[Route]:
    return [*static_routes(), *form_routes(), *(Route(path, _handler(build)) for path, build, _ in PAGES)]


def _handler(build: PageBuilder) -> Callable[[Request], Awaitable[Response]]:
    async def page(request: Request) -> Response:
        if request.query_params:
            return await private_page(request)
        site: SiteState = request.app.state.site
        return Response((await build_page(build, site, request.path_params, site.clock())).html, media_type=MEDIA_TYPE)

    return page


def _errors() -> Mapping[Any, Callable[[Request, Exception], Awaitable[Response]]]:
    return {NoSuchFeed: _error(404), NotFound: _error(404), FeedGone: _error(410)}


def _error(status: int) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def page(request: Request, _error: Exception) -> Response:
        site: SiteState = request.app.state.site
        return Response(error_page(site.publication, site.clock(), status), status, media_type=MEDIA_TYPE)

    return page


def params_of(article: Article) -> Mapping[str, str]:
    _, year, month, day, slug, _ = article.path.split("/")
    return {"year": year, "month": month, "day": day, "slug": slug}


def parse(page: Page | bytes) -> parser.HtmlElement:
    return parser.document_fromstring((page.html if isinstance(page, Page) else page).decode())


def linked_data(document: parser.HtmlElement) -> dict[str, Any]:
    """Each JSON-LD of a page, by its type."""
    found = [json.loads(script.text) for script in select(document, "//script[@type='application/ld+json']")]
    return {data["@type"]: data for data in found}


def text(element: parser.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def select(element: parser.HtmlElement, path: str) -> list[Any]:
    """The elements, attributes or strings that an XPath finds."""
    found = element.xpath(path)
    assert isinstance(found, list)
    return found


def one(element: parser.HtmlElement, path: str) -> Any:
    """The only one."""
    (found,) = select(element, path)
    return found
