"""The client that all that goes out uses."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

import httpx2

from feeds import __version__
from feeds.outbound.errors import Forbidden, TooSlow
from feeds.outbound.guard import Guard, origin_of
from feeds.outbound.transport import GuardedTransport

# It logs every request with the whole address, in which there may be a secret.
logging.getLogger("httpx2").setLevel(logging.WARNING)


LONGEST = 300.0
"""Seconds that a request may take, whatever comes."""


class Outbound:
    """Requests that a guard lets go. No proxy of the environment is used: it would connect for us,
    to wherever it is told.
    """

    def __init__(
        self, guard: Guard, *, timeout: float, redirects: int, kept: int = 0, longest: float = LONGEST
    ) -> None:
        """`timeout`: seconds for a connection, or until something more comes. `kept`: connections of a host, at most, that wait
        for its next request. `longest`: seconds of the whole of a request, its redirects and what is done with its body included:
        a server that sends a byte now and then is in time for ever.
        """
        self._redirects = redirects
        self._longest = longest
        self._client = httpx2.AsyncClient(
            transport=GuardedTransport(guard, kept),
            headers={"User-Agent": f"Dateline/{__version__}"},
            timeout=timeout,
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, traceback)

    async def send(self, method: str, url: httpx2.URL, headers: Mapping[str, str], content: bytes = b"") -> int:
        """The status of the answer, of which nothing more is read. No redirect is followed: what is sent is for this address.

        The user and password of `url` go along. Raises Forbidden for what the guard does not let go, TooSlow, and
        httpx2.HTTPError.
        """
        request = self._client.build_request(method, _bare(url), headers=headers, content=content)
        async with self._within(self._longest):
            response = await self._client.send(request, stream=True, auth=_auth(url))
            await response.aclose()
            return response.status_code

    @asynccontextmanager
    async def ask(self, method: str, url: httpx2.URL, headers: Mapping[str, str]) -> AsyncIterator[httpx2.Response]:
        """The answer to one request without a body, its own still to be read: a redirect is an answer, whose target is whoever's
        asks to judge. `target_of` tells it.

        The user and password of `url` go along. Raises Forbidden, TooSlow (also while the answer is read) and httpx2.HTTPError;
        httpx2.InvalidURL for a redirect to nowhere.
        """
        request = self._client.build_request(method, _bare(url), headers=headers)
        async with self._within(self._longest):
            try:
                response = await self._client.send(request, stream=True, auth=_auth(url))
            except UnicodeError as error:
                raise httpx2.InvalidURL("a redirect to what is no address") from error
            try:
                yield response
            finally:
                await response.aclose()

    @asynccontextmanager
    async def get(
        self, url: httpx2.URL, headers: Mapping[str, str], *, longest: float | None = None
    ) -> AsyncIterator[httpx2.Response]:
        """The answer to a GET at the end of the redirects, its body still to be read; `history` has the redirects.

        The user and password of `url` go to its origin alone (RFC 9110, 11.6.2 and 15.4). `longest` as the client's, where this
        request is another. Raises Forbidden for a request or a redirect that the guard does not let go, TooSlow (also while the
        answer is read), httpx2.TooManyRedirects, httpx2.InvalidURL or httpx2.UnsupportedProtocol for a redirect to nowhere, and
        other httpx2.HTTPError.
        """
        async with (
            self._within(self._longest if longest is None else longest),
            self._followed(url, headers) as response,
        ):
            yield response

    @asynccontextmanager
    async def _within(self, seconds: float) -> AsyncIterator[None]:
        """Raises TooSlow."""
        try:
            async with asyncio.timeout(seconds) as whole:
                yield
        except TimeoutError:
            if whole.expired():
                raise TooSlow(f"it took longer than {seconds:g} seconds") from None
            raise

    @asynccontextmanager
    async def _followed(self, url: httpx2.URL, headers: Mapping[str, str]) -> AsyncIterator[httpx2.Response]:
        typed, place = origin_of(url), _bare(url)
        auth = _auth(url)
        redirects: list[httpx2.Response] = []
        for hop in range(self._redirects + 1):
            request = self._client.build_request("GET", place, headers=headers)
            own = auth if origin_of(place) == typed else None
            # Streamed, so that nothing is read of a redirect's body, which has no bound.
            try:
                response = await self._client.send(request, stream=True, auth=own)
            except Forbidden as error:
                raise Forbidden(f"it redirects to {error}" if hop else str(error)) from None
            # The client looks at where a redirect leads by itself: a host that is no name fails there.
            except UnicodeError as error:
                raise httpx2.InvalidURL("a redirect to what is no address") from error
            try:
                if not response.has_redirect_location:
                    response.history = redirects
                    yield response
                    return
                place = target_of(response, place)
                redirects.append(response)
            finally:
                await response.aclose()
        raise httpx2.TooManyRedirects(f"it redirects more than {self._redirects} times")


def _auth(url: httpx2.URL) -> httpx2.BasicAuth | None:
    return httpx2.BasicAuth(url.username, url.password) if url.userinfo else None


def target_of(response: httpx2.Response, place: httpx2.URL) -> httpx2.URL:
    """Where a redirect leads. A user and password that it names are not taken: the server has none to give.

    Raises httpx2.InvalidURL or httpx2.UnsupportedProtocol for one to nowhere.
    """
    try:
        target = place.join(response.headers["Location"])
    except ValueError as error:
        raise httpx2.InvalidURL("a redirect to what is no address") from error
    if target.scheme not in ("http", "https") or not target.host:
        raise httpx2.UnsupportedProtocol("a redirect to no http or https address")
    return _bare(target)


def _bare(url: httpx2.URL) -> httpx2.URL:
    return url.copy_with(username=None, password=None, fragment=None)
