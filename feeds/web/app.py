"""All routes, in the order in which they are tried, and the layers around them."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import Lifespan

from feeds import paths
from feeds.http.clients import ClientMiddleware, TrustedProxies
from feeds.kinds.base import FeedMoved
from feeds.settings import Settings
from feeds.web.api import api_routes
from feeds.web.body_limit import BodyLimit
from feeds.web.deployment import DeploymentMiddleware
from feeds.web.desk import desk_routes
from feeds.web.discovery import discovery_routes
from feeds.web.errors import STATUSES
from feeds.web.events import event_routes
from feeds.web.exception_handlers import failure
from feeds.web.health import health_routes
from feeds.web.hub import hub_routes
from feeds.web.media import media_routes
from feeds.web.metrics import metrics_routes
from feeds.web.middleware import CacheMiddleware, HostMiddleware, PreflightMiddleware, ThrottleMiddleware
from feeds.web.pages import form_routes, static_routes
from feeds.web.partner.entry import PartnerMiddleware
from feeds.web.partner.routes import partner_routes
from feeds.web.public import feed_routes, page_routes
from feeds.web.routing import Routes


def build_app(settings: Settings, lifespan: Lifespan[Starlette]) -> Starlette:
    """The application but for its outermost layer; `lifespan` sets `state.site`."""
    trusted = TrustedProxies(settings.trusted_proxies)
    app = Starlette(
        routes=[Routes(routes(settings))],
        lifespan=lifespan,
        middleware=[
            Middleware(HostMiddleware),
            Middleware(PreflightMiddleware),
            Middleware(DeploymentMiddleware, trusted=trusted, base_url=settings.base_url),
            Middleware(ClientMiddleware, trusted=trusted),
            Middleware(ThrottleMiddleware),
            Middleware(PartnerMiddleware),
            Middleware(CacheMiddleware),
            Middleware(
                BodyLimit,
                max_body=settings.max_body,
                timeout=settings.body_timeout,
                streamed=frozenset({paths.API_MEDIA}),
            ),
        ],
        exception_handlers=dict.fromkeys((*STATUSES, FeedMoved, HTTPException, Exception), failure),
    )
    # Starlette's own redirect is a 307 built from the request's Host.
    app.router.redirect_slashes = False
    return app


def routes(settings: Settings) -> list[BaseRoute]:
    """Those that depend on no setting hold nothing of a site: all applications of a process share them."""
    return [
        *health_routes(),
        *metrics_routes(settings),
        *api_routes(),
        *desk_routes(),
        *static_routes(),
        *media_routes(settings),
        *form_routes(),
        *discovery_routes(),
        *hub_routes(settings),
        *event_routes(),
        *partner_routes(),
        *feed_routes(),
        *page_routes(),
    ]
