"""What is at `/partner/`: the routes."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from feeds import paths
from feeds.kinds.base import NoSuchFeed
from feeds.web.partner.changes import changes
from feeds.web.partner.directory import directory_routes
from feeds.web.partner.feeds import feed_routes
from feeds.web.partner.mirror import certify
from feeds.web.problems import Problems, problem


def partner_routes() -> list[BaseRoute]:
    return [
        Route(paths.PARTNER_CHANGES, Problems(changes)),
        Route(paths.PARTNER_MIRROR, Problems(certify)),
        *directory_routes(),
        *feed_routes(),
        Route(paths.PARTNER[:-1], _directory),
        Route(f"{paths.PARTNER}{{rest:path}}", _nothing),
    ]


async def _directory(_request: Request) -> Response:
    return RedirectResponse(paths.PARTNER, 301, {"cache-control": "private, max-age=60"})


async def _nothing(_request: Request) -> Response:
    """No partner is led from here to what the public has."""
    return problem(NoSuchFeed("there is nothing at this address"))
