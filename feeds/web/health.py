"""Whether the process lives, and whether it can answer."""

from itertools import islice

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route

from feeds import paths
from feeds.site import SiteState
from storage.errors import Unavailable

_NAMED = 100
"""Entries at most that are named: where there are more, the store needs a backup."""
_NO_STORE = {"cache-control": "no-store"}


async def healthz(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("ok\n", headers=_NO_STORE)


async def readyz(request: Request) -> PlainTextResponse:
    """200 once the store is open, migrated and followed; 503 while it cannot be read, or was taken away.

    The lines below name the loops that fail, the articles that wait for what is wrong with them to be mended, and the entries
    that this worker met and left out of lists: the feeds are well without these; and how many partners are silent.
    """
    site: SiteState = request.app.state.site
    try:
        await site.follower.catch_up()
        await site.store.last_seq()
        fault = site.store.fault()
    except Unavailable as error:
        fault = str(error)
    below = _loops(site) + _held_up(site) + _left_out(site) + _silent(site)
    if fault is not None:
        return PlainTextResponse(f"not ready: {fault}\n{below}", status_code=503, headers=_NO_STORE)
    return PlainTextResponse(f"ready\n{below}", headers=_NO_STORE)


def _loops(site: SiteState) -> str:
    """A line for each loop that fails."""
    return "".join(
        f"loops: {trouble.name} fails since {trouble.since:%Y-%m-%dT%H:%M:%SZ} ({trouble.failures} in a row): {trouble.error}\n"
        for trouble in site.loops.troubles
    )


def _held_up(site: SiteState) -> str:
    return "".join(
        f"articles: {number} is due and cannot be published; the log says why\n" for number in site.follower.due.held_up
    )


def _left_out(site: SiteState) -> str:
    return "".join(f"left out: {one.name}: {one.why}\n" for one in islice(site.store.omissions, _NAMED))


def _silent(site: SiteState) -> str:
    """Anybody may read it: who they are, the log says."""
    count = site.silences.count
    return (
        f"partners: {count} {'is' if count == 1 else 'are'} silent; `dateline partner list` names them\n"
        if count
        else ""
    )


def health_routes() -> list[BaseRoute]:
    return [Route(paths.HEALTH, healthz), Route(paths.READINESS, readyz)]
