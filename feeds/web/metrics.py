"""Figures for Prometheus: read by whom the settings name, kept by nobody."""

from collections.abc import Sequence
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from feeds import paths
from feeds.http.addresses import parse_address, parse_network
from feeds.measures import measures_of, store_measures
from feeds.metrics.snapshot import joined
from feeds.settings import Settings, listed
from feeds.site import SiteState
from storage.errors import Unavailable

_NO_STORE = {"cache-control": "no-store"}
_FOR = "x-forwarded-for"
_FORWARDED = (_FOR, "forwarded", "x-forwarded-proto", "x-real-ip", "via")
"""By these a proxy tells that it asks for another."""
_REFUSED = "DATELINE_METRICS does not name your address.\n"
_UNTRUSTED = "You come by a proxy that DATELINE_TRUSTED_PROXIES does not name, or that tells no X-Forwarded-For.\n"


def metrics_routes(settings: Settings) -> list[BaseRoute]:
    """None where the settings name nobody who may read them."""
    networks = tuple(parse_network(name) for name in listed(settings.metrics))
    if not networks:
        return []
    # What writes them takes a tenth of a second to import.
    from feeds.metrics.exposition import expose

    async def metrics(request: Request) -> Response:
        """Where the store cannot be reached, what it alone knows is left out."""
        if refusal := _refusal(request, networks):
            return PlainTextResponse(refusal, 403, headers=_NO_STORE)
        site: SiteState = request.app.state.site
        taken = [site.figures.all(measures_of(site, "worker"))]
        with suppress(Unavailable):
            taken.append(await store_measures(site))
        text, media_type = expose(joined(taken), request.headers.get("accept", ""))
        return Response(text, headers={**_NO_STORE, "content-type": media_type})

    return [Route(paths.METRICS, metrics)]


def _refusal(request: Request, networks: Sequence[IPv4Network | IPv6Network]) -> str:
    """Why somebody may not read them; '' where they may. Who comes by a proxy is known by what one says that is trusted."""
    site: SiteState = request.app.state.site
    told = [name for name in _FORWARDED if name in request.headers]
    if told and not (_FOR in told and site.trusted_proxies.trusts(request.scope.get("peer", ""))):
        return _UNTRUSTED
    address = parse_address(request.client.host) if request.client else None
    return "" if address is not None and any(address in network for network in networks) else _REFUSED
