"""A site's REST API, asked politely: a few requests at once, a pause after each, and a longer one when the site asks for it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import monotonic, time_ns
from typing import Any, NamedTuple, TypeVar

import httpx2

from feeds.importers.file import ImportRefused
from feeds.importers.json_text import mended
from feeds.importers.wordpress.values import number, text
from feeds.outbound import DamagedBody, Forbidden, Outbound, TooSlow, Unpacked
from feeds.outbound.unpacking import ACCEPTED

LARGEST = 16 * 1024 * 1024
"""Bytes of an answer."""
TOTAL_TIMEOUT = 300.0
"""Seconds for all of it."""
FILE_TIMEOUT = 3600.0
"""The same of a file."""
TRIES = 4
"""Of one request, while its server is busy or cannot be reached."""
LONGEST_WAIT = 600.0
"""Seconds that a site may ask us to wait."""
LONGEST_REST = 86_400.0
"""Seconds that it is left in peace where it asks for more: whoever follows it waits."""
PATIENCE = 3
"""Times that a web page in place of JSON is asked for: a cache or a firewall may give one in passing."""
_FIRST_WAIT = 2.0
"""Seconds until the second try; until each further one four times as long."""
_BUSY = frozenset({429, 503})
_AGAIN = "what was fetched is kept: run the same command again"

Sleep = Callable[[float], Awaitable[None]]
_Told = TypeVar("_Told")


class NotGiven(ImportRefused):
    """The site does not give this, or not to whom asks (400, 401, 403, 404, 410)."""


class _WebPage(NotGiven):
    """A web page where JSON was asked for."""


class Broken(ImportRefused):
    """An answer that is none: an error of the server, a part of JSON, too many bytes."""


class Silent(Broken):
    """No answer in time."""


class Unreachable(ImportRefused):
    """Busy, or not to be reached, at every try."""


class Answer(NamedTuple):
    found: Any
    """What the JSON says."""
    total: int | None
    """How many things there are, of which this is a page; None where it is not said."""
    at: datetime | None
    """When the server answered, by its own clock."""


class Manners(NamedTuple):
    """How a site is asked."""

    at_once: int = 2
    """Requests."""
    pause: float = 0.0
    """Seconds after each."""
    sleep: Sleep = asyncio.sleep


class Api:
    """Of one site. `root`: as in https://old.example/wp-json/ or https://old.example/?rest_route=/, with the user and password
    if there are any.
    """

    def __init__(self, client: Outbound, root: httpx2.URL, manners: Manners, *, patience: int = PATIENCE) -> None:
        self.root = root
        self.at_once = manners.at_once
        self._client = client
        self._slots = asyncio.Semaphore(manners.at_once)
        self._manners = manners
        self._patience = patience
        self._free_at = 0.0

    @property
    def has_password(self) -> bool:
        return bool(self.root.userinfo)

    async def get(self, route: str, params: Mapping[str, str | int] | None = None) -> Answer:
        """What is at a route, as in 'wp/v2/posts'; '' is the index. Tried again while the site is busy.

        Raises NotGiven, Broken, and ImportRefused where the site cannot be asked at all.
        """
        # A cache that knows addresses alone has no answer to one that was never asked for.
        url = route_url(self.root, route, {**(params or {}), "_": time_ns()})
        return await self._politely(url, _answer, TOTAL_TIMEOUT)

    async def save(
        self, url: httpx2.URL, target: Path, largest: int, *, tries: int = TRIES, patience: float | None = None
    ) -> None:
        """Fetch a file. `patience`: seconds until its answer begins. Raises as `get` does (Silent, Unreachable), and
        OSError.
        """

        async def saved(response: httpx2.Response) -> None:
            if response.status_code != httpx2.codes.OK:
                raise _refusal(response.status_code, b"")
            if response.headers.get("Content-Type", "").startswith("text/html"):
                raise NotGiven("a web page instead of a file")
            with target.open("wb") as file:
                async for piece in _pieces(response, largest):
                    file.write(piece)

        await self._politely(url, saved, FILE_TIMEOUT, tries, patience)

    async def _politely(
        self,
        url: httpx2.URL,
        told: Callable[[httpx2.Response], Awaitable[_Told]],
        seconds: float,
        tries: int = TRIES,
        patience: float | None = None,
    ) -> _Told:
        wait = _FIRST_WAIT
        for last in range(1, tries + 1):
            try:
                async with self._slots:
                    await self._leave_in_peace()
                    try:
                        return await self._asked(url, told, seconds, patience)
                    finally:
                        await self._manners.sleep(self._manners.pause)
            except (_Busy, httpx2.TransportError) as error:
                asked_for = error.seconds if isinstance(error, _Busy) else None
                if last == tries:
                    self.rest(asked_for or 0.0)
                    raise Unreachable(f"{_said(error)}, {tries} times: {_AGAIN} later") from None
                self.rest(wait if asked_for is None else asked_for)
                wait *= 4
            except _WebPage:
                if last >= self._patience:
                    raise
                self.rest(wait)
                wait *= 4
        raise AssertionError("the last try returns or raises")

    async def _asked(
        self,
        url: httpx2.URL,
        told: Callable[[httpx2.Response], Awaitable[_Told]],
        seconds: float,
        patience: float | None,
    ) -> _Told:
        headers = {"Accept": "application/json, */*;q=0.5", "Cache-Control": "no-cache", **ACCEPTED}
        try:
            async with asyncio.timeout(patience) as begins, self._client.get(url, headers, longest=seconds) as response:
                begins.reschedule(None)
                if response.status_code in _BUSY:
                    raise _Busy(response)
                return await told(response)
        except TimeoutError:
            if begins.expired():
                raise Silent(f"no answer within {patience:g} seconds") from None
            raise
        except Forbidden as error:
            raise NotGiven(str(error)) from None
        except TooSlow:
            raise Broken(f"an answer that takes longer than {seconds:.0f} seconds") from None
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol):
            raise NotGiven("a redirect to what is no http or https address") from None
        except httpx2.TooManyRedirects as error:
            raise NotGiven(str(error)) from None
        except httpx2.ReadTimeout as error:
            # It was asked for more than it can give.
            raise Silent(_said(error)) from None
        except httpx2.RemoteProtocolError as error:
            # It broke off.
            raise Broken(_said(error)) from None

    def rest(self, seconds: float) -> None:
        """Ask nothing for so long. Raises ImportRefused where that is more than a person waits for."""
        self._free_at = max(self._free_at, monotonic() + min(seconds, LONGEST_REST))
        if seconds > LONGEST_WAIT:
            raise ImportRefused(f"the site asks to come back in {seconds / 60:.0f} minutes: {_AGAIN} then")

    async def _leave_in_peace(self) -> None:
        if (wait := self._free_at - monotonic()) > 0:
            await self._manners.sleep(wait)


class _Busy(Exception):
    """`seconds`: for how long the site asks to be left in peace; None where it does not say."""

    def __init__(self, response: httpx2.Response) -> None:
        super().__init__(f"the server answers {response.status_code}")
        self.seconds = _retry_after(response.headers.get("Retry-After", ""))


async def together(work: Iterable[Coroutine[Any, Any, None]]) -> None:
    """All of it at once. Raises what the first that fails raises, and ends the others."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def route_url(root: httpx2.URL, route: str, params: Mapping[str, str | int]) -> httpx2.URL:
    """The address of a route, in both forms that WordPress has."""
    texts = {name: str(value) for name, value in params.items()}
    if "rest_route" in root.params:
        return root.copy_merge_params({"rest_route": f"/{route}", **texts})
    return root.copy_with(path=f"{root.path.rstrip('/')}/{route}").copy_merge_params(texts)


async def _answer(response: httpx2.Response) -> Answer:
    body = b"".join([piece async for piece in _pieces(response, LARGEST)])
    if response.status_code != httpx2.codes.OK:
        raise _refusal(response.status_code, body)
    return Answer(_parsed(body, response.headers.get("Content-Type", "")), _total(response), _date(response))


async def _pieces(response: httpx2.Response, largest: int) -> AsyncIterator[bytes]:
    """Of the body, unpacked. Raises Broken for one that is larger, or damaged."""
    size = 0
    try:
        unpacked = Unpacked(response.headers.get("Content-Encoding", ""))
        async for packed in response.aiter_raw():
            for piece in unpacked.pieces(packed):
                size += len(piece)
                if size > largest:
                    raise Broken(f"an answer of more than {largest // 1024**2} MiB")
                yield piece
        yield unpacked.rest()
    except DamagedBody as error:
        raise Broken(str(error)) from None


def _parsed(body: bytes, kind: str) -> Any:
    try:
        return json.loads("".join(mended([body.decode("utf-8-sig")])))
    except (ValueError, RecursionError):
        if "html" in kind:
            raise _WebPage(
                "a web page instead of JSON: a plugin, a cache or a login page stands before its REST API"
            ) from None
        raise Broken("what it answers is no JSON, or a part of one") from None


def _refusal(status: int, body: bytes) -> ImportRefused:
    """What an error says, in WordPress's words where it has some."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = {}
    said = " ".join(text(found if isinstance(found, dict) else {}, "message").split())[:200]
    why = f"{status} ({said})" if said else f"{status}"
    return Broken(f"an error of the server, {why}") if status >= 500 else NotGiven(why)


def _said(error: Exception) -> str:
    if isinstance(error, httpx2.TimeoutException):
        return "the server does not answer in time"
    return " ".join(str(error).split())[:200] or type(error).__name__


def _retry_after(field: str) -> float | None:
    """Seconds (RFC 9110, section 10.2.3)."""
    field = field.strip()
    if field.isascii() and field.isdigit():
        return float(field[:9])
    try:
        return max(0.0, (parsedate_to_datetime(field) - datetime.now(UTC)).total_seconds()) if field else None
    except (ValueError, TypeError):
        return None


def _total(response: httpx2.Response) -> int | None:
    field = response.headers.get("X-WP-Total", "").strip()
    return number({"total": field}, "total") if field else None


def _date(response: httpx2.Response) -> datetime | None:
    try:
        return parsedate_to_datetime(response.headers.get("Date", "")).astimezone(UTC)
    except (ValueError, TypeError):
        return None
