"""Requests that go to the very address that was judged."""

import httpx2

from feeds.outbound.guard import Guard


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Resolves a host once, has the guard judge its addresses, and connects to these: Host and TLS name the host all the same."""

    def __init__(self, guard: Guard, kept: int = 0) -> None:
        """`kept`: connections of a host, at most, that wait for its next request.

        Raises httpx2.ConnectError where the certificates that the environment names cannot be read.
        """
        self._guard = guard
        self._limits = httpx2.Limits(max_keepalive_connections=kept)
        # Each host has its own: over TLS, a connection to an address is that of one host, which was verified.
        self._of_host: dict[str, httpx2.AsyncHTTPTransport] = {}
        try:
            self._certificates = httpx2.create_ssl_context()
        except OSError as error:
            said = f"the certificates that SSL_CERT_FILE or SSL_CERT_DIR names: {error.strerror or error}"
            raise httpx2.ConnectError(said) from error

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Raises Forbidden, and httpx2.TransportError as any transport does."""
        try:
            addresses = await self._guard.addresses(request.url)
        except OSError as error:
            raise httpx2.ConnectError(f"{error.strerror or error}", request=request) from error
        for last, address in enumerate(addresses, 1):
            try:
                return await self._inner(request.url.host).handle_async_request(_directed(request, address))
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                if last == len(addresses):
                    raise
        raise AssertionError("a host that is known has an address")

    def _inner(self, host: str) -> httpx2.AsyncHTTPTransport:
        if host not in self._of_host:
            self._of_host[host] = httpx2.AsyncHTTPTransport(verify=self._certificates, limits=self._limits)
        return self._of_host[host]

    async def aclose(self) -> None:
        for transport in self._of_host.values():
            await transport.aclose()


def _directed(request: httpx2.Request, address: str) -> httpx2.Request:
    """The same request, to an address of its host. Its Host field is there already."""
    return httpx2.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        # Certificates name hosts without a dot at the end (RFC 6066, section 3).
        extensions={**request.extensions, "sni_hostname": request.url.raw_host.decode("ascii").removesuffix(".")},
    )
