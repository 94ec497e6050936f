"""Where requests may go: the one guard of all that goes out."""

import asyncio
from collections.abc import Sequence

import httpx2

from feeds.outbound.addresses import Networks
from feeds.outbound.errors import Forbidden
from feeds.outbound.resolving import Resolve, system_resolve

Origin = tuple[str, str, int]

REMEMBERED = 60.0
"""Seconds for which one looking up of a host serves many requests."""


NOT_OF_THE_WEB = frozenset({
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
    111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540,
    548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566,
    6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
})  # fmt: skip
"""Ports at which other protocols are spoken, whose servers may take a request for their own (mail, for one): those that no browser
asks either (Fetch standard, 2.10).
"""
_LAST_PORT = 65_535


class Guard:
    """Judges hosts by their addresses, and says to which of these to connect: nobody is asked twice, so that a name cannot
    lead elsewhere once it was judged.

    The origin (RFC 6454: scheme, host and port) of `trusted`, which the operator typed, may be anywhere; nothing else may, but
    for the public Internet and the `networks` opened.
    """

    def __init__(
        self, networks: Networks, *, trusted: httpx2.URL | None = None, resolve: Resolve = system_resolve
    ) -> None:
        self._networks = networks
        self._trusted = origin_of(trusted) if trusted is not None else None
        self._resolve = resolve
        self._known: dict[tuple[str, int], tuple[float, Sequence[str]]] = {}
        """The loop's time of the looking up, and what was found."""

    def forget(self) -> None:
        """Ask anew where hosts are, from the next request on."""
        self._known.clear()

    def trusts(self, url: httpx2.URL) -> bool:
        return self._trusted is not None and origin_of(url) == self._trusted

    async def addresses(self, url: httpx2.URL) -> Sequence[str]:
        """Where to connect to for a URL, one or more; what was said once stands for a minute, or until `forget`.

        Raises Forbidden if any of them is out of bounds, OSError for a host that is not known.
        """
        _, host, port = origin_of(url)
        now = asyncio.get_running_loop().time()
        looked_up_at, found = self._known.get((host, port), (now - REMEMBERED, ()))
        if now - looked_up_at >= REMEMBERED:
            found = await self._look_up(host, port)
            self._known[host, port] = now, found
        return self._checked(url, found)

    async def present_addresses(self, url: httpx2.URL) -> Sequence[str]:
        """The same, asked anew and not remembered: for one attempt."""
        _, host, port = origin_of(url)
        return self._checked(url, await self._look_up(host, port))

    def _checked(self, url: httpx2.URL, found: Sequence[str]) -> Sequence[str]:
        if not self.trusts(url):
            port = origin_of(url)[2]
            if port in NOT_OF_THE_WEB or port > _LAST_PORT:
                raise Forbidden(f"at port {port} there is no web server")
            for address in found:
                self._check(url, address)
        return found

    async def _look_up(self, host: str, port: int) -> Sequence[str]:
        try:
            found = await self._resolve(host, port)
        except (UnicodeError, OverflowError, ValueError) as error:
            raise OSError(f"no host can be called {host[:80]}") from error
        if not found:
            raise OSError(f"{host[:80]} has no address")
        return found

    def _check(self, url: httpx2.URL, address: str) -> None:
        try:
            fine = self._networks.let(address)
        except ValueError:
            fine = False
        if not fine:
            scheme, host, port = origin_of(url)
            named = host[:80] if host == address else f"{host[:80]} ({address})"
            raise Forbidden(
                f"{scheme}://{named}, port {port}, is not on the public Internet: "
                "name its network in DATELINE_OUTBOUND_ALLOW to let requests go there"
            )


def origin_of(url: httpx2.URL) -> Origin:
    """As it is compared: in lower case, IDNA as ASCII, the port filled in."""
    port = url.port if url.port is not None else 443 if url.scheme == "https" else 80
    return url.scheme, url.raw_host.decode("ascii"), port
