"""What requests tell of the way to this server that the settings do not know: said in the log, once a process."""

import logging
from collections.abc import Iterator

from starlette.types import ASGIApp, Receive, Scope, Send

from feeds.http.addresses import parse_address
from feeds.http.clients import TrustedProxies
from feeds.origins import is_of_origin

_log = logging.getLogger(__name__)

_FORWARDED = {b"x-forwarded-for", b"forwarded", b"x-forwarded-proto"}
"""By these a request tells that a proxy passed it on (RFC 7239, and what was there before it)."""
_LOOKED_AT = {*_FORWARDED, b"host", b"origin"}


class DeploymentMiddleware:
    """Passes every request on. What anybody can write into one is taken for a hint and no more, so it is said once."""

    def __init__(self, app: ASGIApp, trusted: TrustedProxies, base_url: str) -> None:
        self._app = app
        self._trusted = trusted
        self._base_url = base_url
        self._said: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            fields = {name: value for name, value in scope["headers"] if name in _LOOKED_AT}
            # One that has a Host alone, as most, tells nothing.
            if len(fields) > 1:
                for setting, doubt in self._doubts(scope, fields):
                    if setting not in self._said:
                        self._said.add(setting)
                        _log.warning("%s", doubt)
        await self._app(scope, receive, send)

    def _doubts(self, scope: Scope, fields: dict[bytes, bytes]) -> Iterator[tuple[str, str]]:
        """(What it is about, what is said.)"""
        told = sorted(name.decode() for name in _FORWARDED & fields.keys())
        peer = scope["client"][0] if scope["client"] else ""
        if told and peer and not self._trusted.trusts(peer):
            yield (
                "DATELINE_TRUSTED_PROXIES",
                (
                    f"a request from {_named(peer)} came with {', '.join(told)}, but DATELINE_TRUSTED_PROXIES does not name that "
                    "address: if it is your proxy's, all who come through it are taken for one client"
                ),
            )
        if fields.get(b"x-forwarded-proto", b"").lower() == b"https" and self._base_url.startswith("http:"):
            yield (
                "DATELINE_BASE_URL",
                f"a proxy says that readers come by https, but DATELINE_BASE_URL is {self._base_url}",
            )
        origin = fields.get(b"origin", b"").decode("latin-1")
        if origin and self._is_here(origin, fields) and not is_of_origin(origin, self._base_url):
            yield (
                "Origin",
                (
                    f"a browser has a page of this server as {origin[:100]!r}, but DATELINE_BASE_URL is {self._base_url}: "
                    "forms from there may be refused"
                ),
            )

    @staticmethod
    def _is_here(origin: str, fields: dict[bytes, bytes]) -> bool:
        """Whether a page was got from the very host that the request goes to."""
        _, _, host = origin.partition("://")
        return bool(host) and host == fields.get(b"host", b"").decode("latin-1")


def _named(peer: str) -> str:
    """A proxy stands in the operator's own network, as a rule. Another address may be a reader's, which no log is to hold."""
    address = parse_address(peer)
    return peer if address is not None and not address.is_global else "a public address"
