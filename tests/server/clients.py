"""Clients of a server that may be killed at any moment: they come again, and keep what they were told.

Nothing is taken from it but what a healthy server answers, or that it says to come again; the end of a connection is no answer.
"""

import gzip
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.server.wire import Answer, Ended, Wire, connect

Away = (Ended, OSError)
"""What a client meets whose server has gone."""


class Wrong(AssertionError):
    """An answer that no server may give."""


@dataclass
class Client:
    """One connection after another to the same port."""

    port: int
    through_proxy: bool = False
    """Then 502 and 504 say that no answer came, and a withdrawal that went to a host that died is done again by another: 404."""
    statuses: Counter[int] = field(default_factory=Counter)
    _wire: Wire | None = None

    async def ask(self, path: str, *, allowed: Sequence[int], **asked: Any) -> Answer:
        """Raises one of `Away` if no answer came, Wrong if one came that is none of the allowed, nor 503 with Retry-After."""
        if self._wire is None or self._wire.ended:
            self._wire = await connect(self.port)
        try:
            answer = await self._wire.ask(path, **asked)
        except Away:
            self.leave()
            raise
        self.statuses[answer.status] += 1
        if answer.field("connection") == "close":
            self.leave()
        if self.through_proxy and answer.status in (502, 504):
            raise Ended
        if self.through_proxy and answer.status == 404 and asked.get("method") == "DELETE":
            return answer
        if answer.status == 503 and answer.field("retry-after"):
            return answer
        if answer.status not in allowed:
            raise Wrong(f"{asked.get('method', 'GET')} {path}: {answer.head!r} {answer.body[:500]!r}")
        return answer

    def leave(self) -> None:
        if self._wire is not None:
            self._wire.transport.abort()
            self._wire = None


@dataclass
class Held:
    """What a reader keeps of a feed."""

    etag: str
    modified: str
    body: bytes | None
    """None where only the changes came."""
    first_etag: str


class Reader:
    """Polls in one of the ways in which readers do: by `etag`, by `date` alone, for a `delta`, or with `nothing`."""

    WAYS = ("etag", "date", "delta", "nothing")

    def __init__(self, port: int, way: str, coding: str, *, through_proxy: bool = False) -> None:
        self.client = Client(port, through_proxy)
        self.held: dict[str, Held] = {}
        self._way = way
        self._coding = coding

    def __str__(self) -> str:
        return f"the reader by {self._way} in {self._coding}"

    async def poll(self, path: str) -> Answer:
        answer = await self.client.ask(path, allowed=(200, 226, 304), **self._fields(path))
        if answer.status in (200, 226):
            self._keep(path, answer)
        return answer

    def _fields(self, path: str) -> dict[str, str]:
        fields = {"Accept_Encoding": self._coding}
        held = self.held.get(path)
        if held is None or self._way == "nothing":
            return fields
        if self._way == "date":
            return fields | {"If_Modified_Since": held.modified}
        fields |= {"If_None_Match": held.etag}
        return fields | {"A_IM": "feed"} if self._way == "delta" else fields

    def _keep(self, path: str, answer: Answer) -> None:
        etag, modified = answer.field("etag") or "", answer.field("last-modified") or ""
        before = self.held.get(path)
        body = plain(answer) if answer.status == 200 else None
        self.held[path] = Held(etag, modified, body, before.first_etag if before else etag)

    async def faults(self, truth: Mapping[str, bytes]) -> list[str]:
        """What this reader is left with that is not the truth, once nothing changes any more."""
        found = []
        for path, held in list(self.held.items()):
            current = await self.client.ask(path, allowed=(200,), Accept_Encoding=self._coding)
            if plain(current) != truth[path]:
                found.append(f"{path} is served stale")
            answer = await self.poll(path)
            if answer.status == 304:
                same = held.etag == current.field("etag") if held.body is None else held.body == truth[path]
            else:
                same = self.held[path].etag == current.field("etag")
            if not same:
                found.append(f"{self} is left stale at {path} by {answer.status}")
            if held.first_etag != current.field("etag"):
                old = await self.client.ask(
                    path, allowed=(200, 304), If_None_Match=held.first_etag, Accept_Encoding=self._coding
                )
                if old.status != 200:
                    found.append(f"an old tag is answered {old.status} at {path}")
        return found


def plain(answer: Answer) -> bytes:
    return gzip.decompress(answer.body) if answer.field("content-encoding") == "gzip" else answer.body
