"""The client of what strangers subscribed: many small requests to addresses that they gave, each bounded in all that it takes.

Ours rather than a library's, over uvloop and llhttp, which the server has already: a POST of 20 kB costs 60 us of CPU on a kept
connection, against 140 of aiohttp's client and 990 of httpx2 (measured side by side), and each bound stands where the bytes come
in. Of HTTP it needs little: requests of known length, no redirects, no cookies, no codings, no proxies.
"""

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import httpx2

from feeds import __version__
from feeds.outbound.addresses import Networks
from feeds.outbound.breaker import Breaker
from feeds.outbound.errors import BadAnswer, Busy, OutboundError, Resting, TooSlow, Unreachable
from feeds.outbound.guard import Guard
from feeds.outbound.pool import Kept, Pool
from feeds.outbound.resolving import Resolver
from feeds.outbound.slots import Slots
from feeds.outbound.target import Target, read_target
from feeds.outbound.wire import Answer, Broken, Connection
from feeds.settings import Settings

_ADDRESS_HAS = 4
"""Times the connections of a host that an address may have: large hosters have many names at one."""
_NEXT_ADDRESS = 3.0
"""Seconds after which the next address of a host is tried, where it has several."""
_IN_TROUBLE = frozenset({500, 502, 503, 504})
"""Answers by which a host says that it is not well: they count as failures of its circuit."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What all requests together may take."""

    timeout: float = 10.0
    """Seconds of a whole attempt: to find the host, to connect, to send, and until the answer is there."""
    linger: float = 1.0
    """Seconds of these for which the body of an answer is waited for that nobody wants: its connection can then be used again."""
    per_host: int = 8
    """Requests under way at one name, at most. An address has four times as many connections, whatever names lead there."""
    kept: int = 512
    """Connections that wait for a next request, at most."""
    kept_seconds: float = 30.0
    """For how long each waits."""
    oldest: float = 300.0
    """Seconds after which a connection is not used again: its host may have moved."""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Those that the operator decides."""
        return cls(timeout=settings.outbound_timeout, per_host=settings.outbound_connections)


class Callbacks:
    """Requests that the guard lets go, with bounds for each host, and a circuit breaker.

    The host of a request is found once in an attempt, and the connection made to exactly the address that was judged, with the
    Host and the TLS name of the URL: a name that leads elsewhere a moment later gains nothing. A connection that is kept leads
    where it led. No redirect is followed: it is an answer. No proxy of the environment is used.

    Used as `async with Callbacks(guard) as callbacks: await callbacks.post(url, body, headers)`, by any number of tasks of one
    event loop.
    """

    def __init__(
        self, guard: Guard, bounds: Bounds | None = None, *, clock: Callable[[], float] = time.monotonic,
        certificates: ssl.SSLContext | None = None,
    ) -> None:  # fmt: skip
        """`clock`: seconds, of the circuit breaker. `certificates`: whom TLS trusts; None: whom the machine trusts, read when the
        first connection needs it.
        """
        self._guard = guard
        self._bounds = bounds or Bounds()
        self._certificates = certificates
        self._breaker = Breaker(clock)
        self._dead_addresses = Breaker(clock)
        self._names = Slots(self._bounds.per_host)
        self._addresses = Slots(self._bounds.per_host * _ADDRESS_HAS)
        self._pool = Pool(self._bounds.kept, self._bounds.kept_seconds)
        self._open: dict[Connection, Kept] = {}

    @classmethod
    def of(cls, settings: Settings, *, trusted: httpx2.URL | None = None) -> Self:
        """As the operator decides. `trusted`: an address whose origin may be anywhere, as of `Guard`."""
        guard = Guard(Networks.of(settings.outbound_allow), trusted=trusted, resolve=Resolver())
        return cls(guard, Bounds.of(settings))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every connection; requests under way end with an error."""
        self._pool.close()
        for connection in list(self._open):
            connection.end()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], *, patience: float | None = None) -> Answer:
        """POST `body`, whose bytes are sent as they are; return the status and fields of the answer, whatever they are: 2xx is
        success, 3xx is not followed, 410 ends a subscription. Of the answer's own body nothing is wanted, and nothing kept: a
        server that has sent its head has answered.

        `headers`: Content-Type, Link and so on; Host, Content-Length, User-Agent and Accept-Encoding are filled in. A user and
        password of the URL go along as RFC 7617 has it. `patience`: seconds that it may wait until fewer requests are under way
        at its host, before the attempt begins; None: as long as an attempt takes; 0: not at all.

        Raises OutboundError, whose message is a sentence for people, without the path and query: Forbidden (out of bounds by its
        address or port), Unreachable, TooSlow, BadAnswer; and, when nothing was sent, Busy and Resting (`seconds` until it is
        worth a try), neither of which is a failed attempt. ValueError for headers that cannot be.

        A request may arrive twice: a kept connection that its server ended is made anew.
        """
        return await self._ask(b"POST", url, body, headers, most=None, patience=patience)

    async def get(
        self, url: str, headers: Mapping[str, str], *, most: int = 4096, patience: float | None = None
    ) -> Answer:
        """GET; the answer with its whole body, of at most so many bytes and in no coding. Bounds and errors as of `post`;
        BadAnswer for a larger one, and for one that breaks off.
        """
        return await self._ask(b"GET", url, None, headers, most=most, patience=patience)

    def resting(self) -> Mapping[str, float]:
        """Hosts (`name:port`) that are left alone because they fail, and for how many seconds yet."""
        return self._breaker.resting()

    async def _ask(
        self, method: bytes, url: str, body: bytes | None, headers: Mapping[str, str], *, most: int | None,
        patience: float | None,
    ) -> Answer:  # fmt: skip
        target = read_target(url)
        request = _written(method, target, body, headers)
        patience = self._bounds.timeout if patience is None else patience
        await self._taken(self._names, target.host, patience)
        try:
            self._breaker.admit(target.site)
            try:
                answer = await self._attempt(target, request, most, patience)
            except (Unreachable, TooSlow, BadAnswer):
                self._breaker.failed(target.site)
                raise
            except BaseException:
                self._breaker.ended(target.site)
                raise
            if answer.status in _IN_TROUBLE:
                self._breaker.failed(target.site)
            else:
                self._breaker.succeeded(target.site)
            return answer
        finally:
            self._names.give_back(target.host)

    async def _attempt(self, target: Target, request: list[bytes], most: int | None, patience: float) -> Answer:
        ends = asyncio.get_running_loop().time() + self._bounds.timeout
        kept = self._pool.take(target.origin)
        if kept is not None:
            try:
                return await self._exchange(kept, request, most, ends)
            except Broken:
                pass
        kept = await self._connected(target, patience, ends)
        return await self._exchange(kept, request, most, ends)

    async def _exchange(self, kept: Kept, request: list[bytes], most: int | None, ends: float) -> Answer:
        try:
            async with asyncio.timeout_at(ends):
                answer = await kept.connection.exchange(request, most, self._bounds.linger)
        except TimeoutError:
            kept.connection.end()
            if (known := kept.connection.known()) is not None:
                return known
            raise TooSlow(f"no answer within {self._bounds.timeout:g} s") from None
        except BaseException:
            kept.connection.end()
            raise
        now = asyncio.get_running_loop().time()
        if kept.connection.is_reusable and kept.until > now and not self._addresses.is_awaited(kept.address):
            self._pool.put(kept)
        else:
            kept.connection.end()
        return answer

    async def _connected(self, target: Target, patience: float, ends: float) -> Kept:
        """A new connection to the first address of the host that takes one."""
        try:
            async with asyncio.timeout_at(ends):
                addresses = await self._guard.present_addresses(httpx2.URL(target.url))
        except TimeoutError:
            raise TooSlow(f"{target.host[:80]} was not found within {self._bounds.timeout:g} s") from None
        except OSError as error:
            raise Unreachable(f"{target.host[:80]} is not known ({error.strerror or error})") from None
        failure: OutboundError | None = None
        for number, address in enumerate(addresses, 1):
            until = ends if number == len(addresses) else min(ends, asyncio.get_running_loop().time() + _NEXT_ADDRESS)
            try:
                return await self._connected_to(target, address, patience, until)
            except (Unreachable, TooSlow, Resting) as error:
                failure = error
        assert failure is not None, "a host that is known has an address"
        raise failure

    async def _connected_to(self, target: Target, address: str, patience: float, until: float) -> Kept:
        self._dead_addresses.admit(address)
        try:
            kept = await self._opened(target, address, patience, until)
        except (Unreachable, TooSlow):
            self._dead_addresses.failed(address)
            raise
        except BaseException:
            self._dead_addresses.ended(address)
            raise
        self._dead_addresses.succeeded(address)
        return kept

    async def _opened(self, target: Target, address: str, patience: float, until: float) -> Kept:
        if not self._addresses.take_now(address):
            self._pool.make_room(address)
            await self._taken(self._addresses, address, patience)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout_at(until):
                _, connection = await loop.create_connection(
                    lambda: Connection(self._forget),
                    address,
                    target.origin[2],
                    ssl=await self._tls() if target.is_secure else None,
                    server_hostname=target.host if target.is_secure else None,
                )
        except BaseException as error:
            self._addresses.give_back(address)
            if isinstance(error, TimeoutError):
                raise TooSlow(f"{target.site[:90]} ({address}) took no connection in time") from None
            if isinstance(error, (OSError, ssl.SSLError)):
                raise Unreachable(f"{target.site[:90]} ({address}): {_said(error)}") from None
            raise
        kept = Kept(connection, target.origin, address, loop.time() + self._bounds.oldest)
        self._open[connection] = kept
        if connection.is_over:
            # Before this task came to hear of it.
            self._forget(connection)
        return kept

    def _forget(self, connection: Connection) -> None:
        """It is over, and others may have its place; of one that never came to be known there is none."""
        kept = self._open.pop(connection, None)
        if kept is not None:
            self._pool.drop(kept)
            self._addresses.give_back(kept.address)

    async def _tls(self) -> ssl.SSLContext:
        if self._certificates is None:
            # Reading the machine's certificates would hold the loop up.
            try:
                self._certificates = await asyncio.to_thread(httpx2.create_ssl_context)
            except OSError as error:
                said = f"the certificates that SSL_CERT_FILE or SSL_CERT_DIR names: {error.strerror or error}"
                raise Unreachable(said) from None
        return self._certificates

    async def _taken(self, slots: Slots, name: str, patience: float) -> None:
        try:
            await slots.take(name, patience)
        except TimeoutError:
            raise Busy(f"{name[:80]} has as many requests under way as it gets at once") from None


def _written(method: bytes, target: Target, body: bytes | None, headers: Mapping[str, str]) -> list[bytes]:
    fields = [f"{name}: {value}\r\n" for name, value in headers.items()]
    if any("\n" in field[:-2] or "\r" in field[:-2] or "\0" in field for field in fields):
        raise ValueError("a header field may hold no line end")
    head = b"%b%b%bUser-Agent: Dateline/%b\r\nAccept-Encoding: identity\r\n"
    written = head % (method, target.head, "".join(fields).encode("latin-1"), __version__.encode())
    if body is None:
        return [written + b"\r\n"]
    return [written + b"Content-Length: %d\r\n\r\n" % len(body), body]


def _said(error: BaseException) -> str:
    """Why a connection failed, in one line."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not to be trusted: {error.verify_message}"
    if isinstance(error, OSError) and error.strerror and not isinstance(error, ssl.SSLError):
        return error.strerror
    return " ".join(str(error).split())[:200] or type(error).__name__
