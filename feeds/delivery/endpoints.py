"""Where a cache in front is told what to forget: an address, and the form in which it takes keys."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

import httpx2

from feeds.outbound import Guard, Networks, Outbound, TooSlow, shown

TIMEOUT = 10.0
"""Seconds for a connection, or until the answer begins."""


class Form(NamedTuple):
    """How a kind of cache takes keys."""

    method: str
    most: int
    """Keys of one request."""
    fields: Callable[[Sequence[str]], Mapping[str, str]]
    content: Callable[[Sequence[str]], bytes]


FORMS: Mapping[str, Form] = {
    # Varnish takes 8 kB of a header field, keys of 16 digits are 4.3.
    "xkey": Form("PURGE", 256, lambda keys: {"xkey-purge": " ".join(keys)}, lambda _: b""),
    # Fastly's purge of a batch of keys takes 256.
    "surrogate-key": Form("POST", 256, lambda keys: {"Surrogate-Key": " ".join(keys)}, lambda _: b""),
    # Cloudflare takes 30 of all its customers.
    "tags": Form(
        "POST", 30, lambda _: {"Content-Type": "application/json"}, lambda keys: json.dumps({"tags": [*keys]}).encode()
    ),
}


class PurgeFailed(Exception):
    """A cache in front could not be told what to forget. The message holds no secret."""


class Endpoint:
    """One such address."""

    def __init__(self, url: str, form: Form, header: str = "") -> None:
        """`header`: 'Name: value', sent along; '': none. The operator gave the address: it may be anywhere."""
        name, _, value = header.partition(":")
        self._url = httpx2.URL(url)
        self._form = form
        self._header = {name: value.strip()} if name else {}
        self._guard = Guard(Networks(), trusted=self._url)
        self._client: Outbound | None = None

    def __str__(self) -> str:
        """Without what may be a secret."""
        return shown(self._url)

    @property
    def name(self) -> str:
        """The same in every process and after every start; of two addresses, never."""
        return blake2b(str(self._url).encode(), digest_size=8).hexdigest()

    @property
    def most(self) -> int:
        """Keys of one request."""
        return self._form.most

    async def open(self) -> None:
        """Make what sends, unless it is there: reading the machine's certificates would hold the loop up."""
        if self._client is None:
            self._client = await asyncio.to_thread(
                Outbound, self._guard, timeout=TIMEOUT, redirects=0, longest=2 * TIMEOUT
            )

    async def purge(self, keys: Sequence[str]) -> None:
        """Have it forget what carries any of these keys, `most` of them; once it is open. Raises PurgeFailed."""
        assert self._client is not None, "it is open"
        method, _, fields, content = self._form
        # It may have moved since.
        self._guard.forget()
        try:
            status = await self._client.send(method, self._url, {**fields(keys), **self._header}, content(keys))
        except (httpx2.HTTPError, TooSlow) as error:
            # Whatever else these say may hold what was sent.
            said = " ".join(str(error).split())[:200] if isinstance(error, httpx2.ConnectError) else ""
            raise PurgeFailed(f"{method} {self}: {said or type(error).__name__}") from None
        if not 200 <= status < 300:
            raise PurgeFailed(f"{method} {self} is answered {status}")

    async def close(self) -> None:
        """Let go of what `open` made."""
        client, self._client = self._client, None
        if client is not None:
            await client.__aexit__(None, None, None)
