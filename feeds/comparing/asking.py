"""A site that is asked politely: a few requests at once, who we are in each, and waits as long as it says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import NamedTuple, Self

import httpx2

from feeds import __version__
from feeds.outbound import (
    DamagedBody,
    Forbidden,
    Guard,
    Networks,
    Outbound,
    Resolve,
    TooSlow,
    Unpacked,
    system_resolve,
    target_of,
)
from feeds.outbound.guard import origin_of
from feeds.outbound.unpacking import ACCEPTED

LARGEST = 32 * 1024 * 1024
"""Bytes of a feed or a page, unpacked."""
REDIRECTS = 10
TIMEOUT = 30.0
"""Seconds for a connection, or until something more comes."""
LONGEST = 300.0
"""Seconds for the whole of an answer."""
TRIES = 4
LONGEST_WAIT = 300.0
"""Seconds that a site may ask us to wait before the next try."""
_LITTLE = 65_536
_BUSY = frozenset({429, 503})
_HEADERS = {
    "User-Agent": f"Dateline/{__version__} (compare)",
    "Accept": "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
    **ACCEPTED,
}


class Unread(Exception):
    """A request that came to nothing. The message is one line, without the address."""


class Opened(NamedTuple):
    """The head of an answer at the end of its redirects."""

    status: int
    url: httpx2.URL
    statuses: tuple[int, ...]
    """Of the redirects on the way."""
    content_type: str
    chunks: AsyncIterator[bytes]
    """Its body, unpacked."""


class Answer(NamedTuple):
    """The same with its body."""

    status: int
    url: httpx2.URL
    statuses: tuple[int, ...] = ()
    content_type: str = ""
    body: bytes = b""


class Site:
    """One site: the origin that the operator typed, and wherever it redirects to on the public Internet."""

    def __init__(
        self,
        base: httpx2.URL,
        *,
        networks: Networks,
        at_once: int,
        future: httpx2.URL | None = None,
        resolve: Resolve = system_resolve,
        pause: float = 0.5,
    ) -> None:
        """`base`: its home page, with a user and password where it wants them. `future`: the address that will be this site's.
        Redirects to its origin are followed at this one; then those that lead anywhere else are answers (301 at the other address).
        `pause`: seconds before the second try; each further one waits twice as long, unless the site says how long.
        """
        self.base = base.copy_with(path=base.path.rstrip("/") + "/", query=None, fragment=None)
        self.at_once = at_once
        self._future = origin_of(future) if future else None
        self._own = origin_of(base)
        self._slots = asyncio.Semaphore(at_once)
        self._first_pause = pause
        self._waits_until = 0.0
        guard = Guard(networks, trusted=base, resolve=resolve)
        self._client = Outbound(guard, timeout=TIMEOUT, redirects=0, kept=at_once, longest=LONGEST)

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, traceback)

    @property
    def name(self) -> str:
        """For people: without its password."""
        return str(_public(self.base))

    def holds(self, url: httpx2.URL) -> bool:
        """Whether an address is one of this site's, with or without www, by http or https."""
        host, own = (address.host.removeprefix("www.") for address in (url, self.base))
        return url.scheme in ("http", "https") and host == own and _port(url) == _port(self.base)

    def covers(self, url: httpx2.URL) -> bool:
        """Whether one of them is below the path at which this site is: its host may have others."""
        return self.holds(url) and f"{url.path.rstrip('/')}/".startswith(self.base.path)

    def is_future(self, url: httpx2.URL) -> bool:
        """Whether an address is of the origin that will be this site's."""
        return origin_of(url) == self._future

    def parsed(self, link: str) -> httpx2.URL | None:
        """A link to a page of this site as an address; None for any other, and for none."""
        try:
            url = httpx2.URL(link)
        except (httpx2.InvalidURL, UnicodeError, ValueError):
            return None
        return url if self.covers(url) else None

    def own(self, url: httpx2.URL) -> httpx2.URL:
        """One spelling of an address of this site's, by which it is known: by its scheme and host as they were typed."""
        return _public(self.at(url))

    def at(self, url: httpx2.URL) -> httpx2.URL:
        """Where this site has what another has at an address: the same path and query."""
        return self.base.copy_with(raw_path=url.raw_path, fragment=None)

    @asynccontextmanager
    async def open(self, url: httpx2.URL, method: str = "GET") -> AsyncIterator[Opened]:
        """The answer at the end of the redirects, after as many tries as it takes. Raises Unread, also while its body is read."""
        try:
            async with self._slots, AsyncExitStack() as stack:
                yield await self._persistently(stack, method, url)
        except TooSlow as error:
            raise Unread(str(error)) from None

    async def ask(self, url: httpx2.URL, method: str = "GET") -> Answer:
        """The same with its whole body. Raises Unread."""
        async with self.open(url, method) as opened:
            body = bytearray()
            async for chunk in opened.chunks:
                body += chunk
                if len(body) > LARGEST:
                    raise Unread(f"larger than {LARGEST // 1024**2} MiB")
            return Answer(opened.status, opened.url, opened.statuses, opened.content_type, bytes(body))

    async def _persistently(self, stack: AsyncExitStack, method: str, url: httpx2.URL) -> Opened:
        for tries in range(1, TRIES + 1):
            await self._wait()
            async with AsyncExitStack() as own:
                try:
                    response, place, statuses = await self._followed(own, method, url)
                except _Passing as error:
                    if tries == TRIES:
                        raise Unread(str(error)) from None
                    self._pause(self._first_pause * 2 ** (tries - 1))
                    continue
                if response.status_code in _BUSY and tries < TRIES:
                    said = _retry_after(response)
                    self._pause(self._first_pause * 2 ** (tries - 1) if said is None else said)
                    continue
                stack.push_async_exit(own.pop_all())
                content_type = response.headers.get("Content-Type", "")
                # To HEAD the fields are those of the body that is not sent.
                coding = response.headers.get("Content-Encoding", "") if method != "HEAD" else ""
                return Opened(response.status_code, place, statuses, content_type, _chunks(response, coding))
        raise AssertionError("the last try ends it")

    async def _followed(
        self, stack: AsyncExitStack, method: str, url: httpx2.URL
    ) -> tuple[httpx2.Response, httpx2.URL, tuple[int, ...]]:
        place, statuses = url, tuple[int, ...]()
        while True:
            try:
                response = await stack.enter_async_context(self._client.ask(method, self._known(place), _HEADERS))
                if not response.has_redirect_location:
                    return response, _public(place), statuses
                target = target_of(response, place)
                if self._future is not None and origin_of(target) not in (self._future, self._own):
                    return response, target, statuses
                await _finish(response)
                place, statuses = target, (*statuses, response.status_code)
            except Forbidden as error:
                raise Unread(f"it redirects to {error}" if statuses else str(error)) from None
            except (httpx2.InvalidURL, httpx2.UnsupportedProtocol):
                raise Unread("it redirects to no http or https address") from None
            except httpx2.TimeoutException:
                raise _Passing(f"no answer within {TIMEOUT:.0f} seconds") from None
            except httpx2.HTTPError as error:
                raise _Passing(_said(error)) from None
            if len(statuses) > REDIRECTS:
                raise Unread(f"it redirects more than {REDIRECTS} times")

    def _known(self, place: httpx2.URL) -> httpx2.URL:
        """Where to ask for it: what will be at this site's future address is here; to its own origin alone goes its password."""
        if self.is_future(place):
            place = self.at(place)
        if origin_of(place) == self._own:
            return place.copy_with(username=self.base.username, password=self.base.password)
        return place

    async def _wait(self) -> None:
        """Until the site may be asked again."""
        clock = asyncio.get_running_loop().time
        # Others may have been told meanwhile to wait for longer.
        while (left := self._waits_until - clock()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(left)

    def _pause(self, seconds: float) -> None:
        until = asyncio.get_running_loop().time() + min(seconds, LONGEST_WAIT)
        self._waits_until = max(self._waits_until, until)


class _Passing(Exception):
    """What the next try may not meet."""


async def _chunks(response: httpx2.Response, coding: str) -> AsyncIterator[bytes]:
    try:
        unpacked = Unpacked(coding)
        async for packed in response.aiter_raw():
            for piece in unpacked.pieces(packed):
                yield piece
        yield unpacked.rest()
    except DamagedBody as error:
        raise Unread(str(error)) from None
    except httpx2.HTTPError as error:
        raise Unread(_said(error)) from None


async def _finish(response: httpx2.Response) -> None:
    """Read what is left, if it is little: its connection can be used again."""
    size = 0
    async for packed in response.aiter_raw():
        size += len(packed)
        if size > _LITTLE:
            break
    await response.aclose()


def _retry_after(response: httpx2.Response) -> float | None:
    """Seconds (RFC 9110, section 10.2.3); None where nothing is said that can be read."""
    written = response.headers.get("Retry-After", "").strip()
    if written.isascii() and written.isdigit():
        return float(written[:9])
    try:
        at = parsedate_to_datetime(written)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _said(error: httpx2.HTTPError) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _public(url: httpx2.URL) -> httpx2.URL:
    return url.copy_with(username=None, password=None, fragment=None)


def _port(url: httpx2.URL) -> int | None:
    """None of a scheme's own, whichever of the two."""
    return None if url.port in (None, 80, 443) else url.port
