"""All routes, in the order in which they are tried, and what becomes of errors."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Lifespan

from feeds.kinds.base import BadDate, FeedGone, FeedMoved, NoSuchFeed
from feeds.settings import Settings
from feeds.urls import encode_path
from feeds.web.api import api_routes
from feeds.web.errors import api_error
from feeds.web.health import health_routes
from feeds.web.layers import CacheLayer
from feeds.web.limits import BodyLimit
from feeds.web.media import media_routes
from feeds.web.moved import find_moved
from feeds.web.pages import error_page, form_routes, held_page, static_routes
from feeds.web.public import feed_routes, page_routes
from feeds.web.state import SiteState
from storage.errors import StoreError


def build_app(settings: Settings, lifespan: Lifespan[Starlette]) -> Starlette:
    """The application without its outermost layer; `lifespan` sets `state.site`."""
    return Starlette(
        routes=routes(settings),
        lifespan=lifespan,
        middleware=[Middleware(BodyLimit, max_body=settings.max_body), Middleware(CacheLayer)],
        exception_handlers={},
    )


def routes(settings: Settings) -> list[BaseRoute]:
    return [
        *health_routes(),
        *api_routes(),
        *static_routes(),
        *media_routes(settings),
        *form_routes(),
        *feed_routes(),
        *page_routes(),
    ]
