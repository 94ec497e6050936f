"""Requests that go to the very address that was judged."""

import httpx

from feeds.outbound.guard import Guard


class GuardedTransport(httpx.AsyncBaseTransport):
    """Resolves a host once, has the guard judge its addresses, and connects to these: Host and TLS name the host all the same."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        # None is kept for the next request: over TLS, a connection to an address is that of one host, which was verified.
        self._inner = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_keepalive_connections=0))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises Forbidden, and httpx.TransportError as any transport does."""
        try:
            addresses = await self._guard.addresses(request.url)
        except OSError as error:
            raise httpx.ConnectError(f"{error.strerror or error}", request=request) from error
        for last, address in enumerate(addresses, 1):
            try:
                return await self._inner.handle_async_request(_directed(request, address))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if last == len(addresses):
                    raise
        raise AssertionError("a host that is known has an address")

    async def aclose(self) -> None:
        await self._inner.aclose()


def _directed(request: httpx.Request, address: str) -> httpx.Request:
    """The same request, to an address of its host. Its Host field is there already."""
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": request.url.raw_host.decode("ascii")},
    )
