"""What is at `/partner/`: the routes."""

from collections.abc import Sequence
from functools import cache
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from feeds import paths
from feeds.web.partner.changes import changes
from feeds.web.partner.directory import directory_routes
from feeds.web.partner.entry import MEMBERS_READ, admitted
from feeds.web.partner.feeds import feed_routes
from feeds.web.partner.mirror import certify
from feeds.web.problems import Problems, problem
from storage.errors import NotFound


@cache
def partner_routes() -> Sequence[BaseRoute]:
    return [
        Route(paths.PARTNER_CHANGES, Problems(_OfPartners(changes))),
        Route(paths.PARTNER_MIRROR, Problems(_OfPartners(certify))),
        *directory_routes(),
        *feed_routes(),
        Route(paths.PARTNER[:-1], _directory),
        Route(f"{paths.PARTNER}{{rest:path}}", _nothing),
    ]


class _OfPartners:
    """What is not for members: how far they have come is not how far their partner has."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises HTTPException 403."""
        if admitted(Request(scope)).access.key.of_member:
            raise HTTPException(HTTPStatus.FORBIDDEN, MEMBERS_READ)
        await self._app(scope, receive, send)


async def _directory(_request: Request) -> Response:
    return RedirectResponse(paths.PARTNER, 301, {"cache-control": "private, max-age=60"})


async def _nothing(_request: Request) -> Response:
    """No partner is led from here to what the public has."""
    return problem(NotFound("there is nothing at this address"))
