"""Whether the process lives, and whether it can answer."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route

from feeds.web.state import SiteState
from storage.errors import Unavailable

_NO_STORE = {"cache-control": "no-store"}


async def healthz(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("ok\n", headers=_NO_STORE)


async def readyz(request: Request) -> PlainTextResponse:
    """200 once the store is open, migrated and followed; 503 while it cannot be read."""
    site: SiteState = request.app.state.site
    try:
        await site.follower.catch_up()
        await site.store.last_seq()
    except Unavailable as error:
        return PlainTextResponse(f"not ready: {error}\n", status_code=503, headers=_NO_STORE)
    return PlainTextResponse("ready\n", headers=_NO_STORE)


def health_routes() -> list[BaseRoute]:
    return [Route("/healthz", healthz), Route("/readyz", readyz)]
