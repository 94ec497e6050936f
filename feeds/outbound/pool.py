"""Connections that wait for the next request to their host."""

import asyncio
from typing import Any

from feeds.outbound.guard import Origin
from feeds.outbound.wire import Connection


class Kept:
    """A connection with what it is known by."""

    __slots__ = ("address", "connection", "origin", "until", "waits_until")

    def __init__(self, connection: Connection, origin: Origin, address: str, until: float) -> None:
        """`address`: the one that was judged, to which it leads. `until`: the loop's time at which it is too old to be used."""
        self.connection = connection
        self.origin = origin
        self.address = address
        self.until = until
        self.waits_until = 0.0


class Pool:
    """Connections that wait, by origin and by address.

    Each is of one host, which TLS verified, whatever others have its address.
    """

    def __init__(self, most: int, seconds: float) -> None:
        """At most so many connections, each for so many seconds."""
        self._most = most
        self._seconds = seconds
        self._all: dict[Kept, None] = {}
        """The one that waits longest first."""
        self._of_origin: dict[Origin, dict[Kept, None]] = {}
        self._of_address: dict[str, dict[Kept, None]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def put(self, kept: Kept) -> None:
        """Have it wait."""
        loop = asyncio.get_running_loop()
        kept.waits_until = min(loop.time() + self._seconds, kept.until)
        self._all[kept] = None
        self._of_origin.setdefault(kept.origin, {})[kept] = None
        self._of_address.setdefault(kept.address, {})[kept] = None
        while len(self._all) > self._most:
            self._end(next(iter(self._all)))
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._sweep)

    def take(self, origin: Origin) -> Kept | None:
        """One to that origin, the one used last; None where none waits."""
        now = asyncio.get_running_loop().time()
        while waiting := self._of_origin.get(origin):
            kept = next(reversed(waiting))
            if kept.waits_until > now:
                self.drop(kept)
                return kept
            self._end(kept)
        return None

    def make_room(self, address: str) -> None:
        """End one that leads to the address, if one waits."""
        waiting = self._of_address.get(address)
        if waiting:
            self._end(next(iter(waiting)))

    def drop(self, kept: Kept) -> None:
        """It waits no longer, if it did."""
        self._all.pop(kept, None)
        for index, name in ((self._of_origin, kept.origin), (self._of_address, kept.address)):
            _drop(index, name, kept)

    def close(self) -> None:
        """End all."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for kept in list(self._all):
            self._end(kept)

    def _end(self, kept: Kept) -> None:
        self.drop(kept)
        kept.connection.end()

    def _sweep(self) -> None:
        """End those whose time is over."""
        self._timer = None
        loop = asyncio.get_running_loop()
        now = loop.time()
        # They were put in the order in which they end, but for those that are too old: these wait a little longer.
        while self._all and (oldest := next(iter(self._all))).waits_until <= now:
            self._end(oldest)
        if self._all:
            self._timer = loop.call_later(max(0.0, next(iter(self._all)).waits_until - now), self._sweep)


def _drop(index: dict[Any, dict[Kept, None]], name: Any, kept: Kept) -> None:
    waiting = index.get(name, {})
    waiting.pop(kept, None)
    if not waiting:
        index.pop(name, None)
