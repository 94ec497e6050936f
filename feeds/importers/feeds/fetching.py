"""A file from an HTTP server, for the operator who names its address: bounded in time, in size and in redirects, and guarded."""

import itertools
from pathlib import Path
from typing import NamedTuple

import httpx2

from feeds.importers.file import ImportRefused
from feeds.outbound import DamagedBody, Guard, Outbound, OutboundError, Unpacked, without_secrets
from feeds.outbound.unpacking import ACCEPTED

LARGEST = 64 * 1024 * 1024
"""Bytes of a file, unpacked."""
REDIRECTS = 5
TIMEOUT = 30.0
"""Seconds for a connection, or until something more comes."""
TOTAL_TIMEOUT = 300.0
"""Seconds for all of it."""

_HEADERS = {
    "Accept": "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
    **ACCEPTED,
}
_FOR_GOOD = frozenset({httpx2.codes.MOVED_PERMANENTLY, httpx2.codes.PERMANENT_REDIRECT})


class Validators(NamedTuple):
    """What a server said of a file (RFC 9110, section 8.8), verbatim; '' where it said nothing."""

    etag: str = ""
    last_modified: str = ""

    @property
    def headers(self) -> dict[str, str]:
        sent = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in sent.items() if value}


class Fetched(NamedTuple):
    url: str
    """Where it was in the end, after redirects, without what may be a secret."""
    charset: str
    """As the server calls it, or ''."""
    validators: Validators
    addresses: tuple[str, ...]
    """The one that it has now, before redirects that may change, and then those that led there for good (RFC 9110, 15.4.2 and
    15.4.9), the last first. They may hold secrets.
    """


async def fetch(url: httpx2.URL, target: Path, validators: Validators, guard: Guard) -> Fetched | None:
    """Fetch a file into `target`; None if the server answers 304 to the validators.

    Raises ImportRefused, whose message is one line without the address, and OSError for `target`.
    """
    try:
        async with (
            Outbound(guard, timeout=TIMEOUT, redirects=REDIRECTS, longest=TOTAL_TIMEOUT) as client,
            client.get(url, {**_HEADERS, **validators.headers}) as response,
        ):
            return await _fetched(response, target, conditional=any(validators))
    except (DamagedBody, OutboundError) as error:
        raise ImportRefused(str(error)) from None
    except httpx2.TimeoutException:
        raise ImportRefused(f"the server does not answer within {TIMEOUT:.0f} seconds") from None
    except httpx2.TooManyRedirects as error:
        raise ImportRefused(str(error)) from None
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol):
        raise ImportRefused("no http or https address, or a redirect to none") from None
    except httpx2.HTTPError as error:
        raise ImportRefused(
            f"cannot be fetched ({' '.join(str(error).split())[:200] or type(error).__name__})"
        ) from None


async def _fetched(response: httpx2.Response, target: Path, *, conditional: bool) -> Fetched | None:
    if response.status_code == httpx2.codes.NOT_MODIFIED and conditional:
        return None
    if response.status_code != httpx2.codes.OK:
        raise ImportRefused(f"the server answers {response.status_code} {response.reason_phrase}".rstrip())
    await _save(response, target)
    headers = response.headers
    return Fetched(
        url=without_secrets(response.url),
        # JSON is UTF-8, whatever the server says (RFC 8259, section 11).
        charset="" if "json" in headers.get("Content-Type", "") else response.charset_encoding or "",
        validators=Validators(headers.get("ETag", ""), headers.get("Last-Modified", "")),
        addresses=_addresses(response),
    )


def _addresses(response: httpx2.Response) -> tuple[str, ...]:
    visited = [str(one.request.url) for one in (*response.history, response)]
    moves = itertools.takewhile(lambda redirect: redirect.status_code in _FOR_GOOD, response.history)
    return tuple(reversed(visited[: 1 + len(list(moves))]))


async def _save(response: httpx2.Response, target: Path) -> None:
    unpacked = Unpacked(response.headers.get("Content-Encoding", ""))
    size = 0
    with target.open("wb") as file:
        async for packed in response.aiter_raw():
            for piece in unpacked.pieces(packed):
                size += len(piece)
                if size > LARGEST:
                    raise ImportRefused(f"larger than {LARGEST // 1024**2} MiB: download it, then import the file")
                file.write(piece)
        file.write(unpacked.rest())
