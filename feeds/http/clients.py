"""Who a client is: its address, as the proxies that are trusted tell it."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from feeds.http.addresses import parse_address, parse_network
from feeds.http.headers import field_value


class TrustedProxies:
    """The proxies whose X-Forwarded-For is believed: addresses and networks, with commas; '*' is whoever connects.

    '*' names no proxy behind the first: of what that says, the last entry, which it wrote itself, is the client. Were the others
    believed, any client could write itself another address before them.
    """

    def __init__(self, listed: str) -> None:
        """Raises ValueError for what is neither."""
        names = [name.strip() for name in listed.split(",") if name.strip()]
        self._all = "*" in names
        self._networks = tuple(parse_network(name) for name in names if name != "*")

    def __bool__(self) -> bool:
        return self._all or bool(self._networks)

    def trusts(self, peer: str) -> bool:
        """Whether what this address says of its clients is believed."""
        return self._all or self._is_proxy(peer)

    def client_of(self, peer: str, forwarded_for: str | None) -> str:
        """The address of the client behind `peer`: the last in the field that is not one of the proxies' own.

        Whatever a client wrote into the field itself stands before what its proxy appended, and is not reached.
        """
        if forwarded_for is None or not self.trusts(peer):
            return peer
        client = peer
        for entry in reversed(forwarded_for.split(",")):
            address = _without_port(entry.strip())
            if parse_address(address) is None:
                break
            client = address
            if not self._is_proxy(address):
                break
        return client

    def _is_proxy(self, address: str) -> bool:
        ip = parse_address(address)
        return ip is not None and any(ip in network for network in self._networks)


class ClientMiddleware:
    """Sets the scope's client to whom the trusted proxies speak for, and `peer` to the address that connected."""

    def __init__(self, app: ASGIApp, trusted: TrustedProxies) -> None:
        self._app = app
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["client"] is not None:
            forwarded_for = field_value(Headers(scope=scope), "x-forwarded-for") or None
            scope["peer"] = scope["client"][0]
            scope["client"] = (self._trusted.client_of(scope["client"][0], forwarded_for), scope["client"][1])
        await self._app(scope, receive, send)


def _without_port(entry: str) -> str:
    """'192.0.2.1:4711' and '[2001:db8::1]:4711' as the address alone."""
    if entry.startswith("["):
        return entry[1:].partition("]")[0]
    host, colon, port = entry.rpartition(":")
    return host if colon and "." in host and port.isdigit() else entry
