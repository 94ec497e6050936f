"""How often one client may ask: a token bucket for each."""

from collections.abc import Callable
from math import ceil
from time import monotonic

from feeds.http.addresses import subscriber_of

_CLIENTS = 65_536
"""Clients remembered, some 200 bytes each."""


class Throttle:
    """A bucket of `burst` requests for each client, filled again at `rate` a minute.

    What is kept of a client is one instant, at which its bucket is full again (the generic cell rate algorithm): a client that
    has not asked for a while is as good as unknown. Who has no address, as on a Unix socket, is not held back.
    """

    def __init__(self, rate: int, burst: int, clock: Callable[[], float] = monotonic) -> None:
        self._interval = 60 / rate
        self._tolerance = (burst - 1) * self._interval
        self._clock = clock
        self._full_at: dict[str, float] = {}

    def wait(self, client: str) -> int:
        """Seconds, rounded up, until the client may ask again; 0 = now."""
        full_at = self._full_at.get(subscriber_of(client))
        return 0 if full_at is None else max(0, ceil(full_at - self._clock() - self._tolerance))

    def take(self, client: str) -> None:
        """Count a request that was granted."""
        now, key = self._clock(), subscriber_of(client)
        if not key:
            return
        if key not in self._full_at and len(self._full_at) >= _CLIENTS:
            self._make_room(now)
        self._full_at[key] = max(self._full_at.get(key, now), now) + self._interval

    def _make_room(self, now: float) -> None:
        known = {client: full_at for client, full_at in self._full_at.items() if full_at > now}
        # Where all are at it, a part of those seen first is forgiven: the room is not made anew for each stranger.
        self._full_at = dict(list(known.items())[-_CLIENTS * 3 // 4 :])
