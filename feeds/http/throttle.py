"""How often one client may ask: a token bucket for each, and what is said to who asks more often."""

from collections.abc import Callable
from functools import lru_cache
from math import ceil
from time import monotonic

from feeds import paths
from feeds.http.addresses import subscriber_of
from feeds.http.headers import READ_METHODS
from feeds.http.representation import Answer

_CLIENTS = 65_536
"""Clients remembered, some 200 bytes each."""
_EXEMPT = (paths.API, paths.DESK, paths.PARTNER, paths.HEALTH, paths.READINESS, paths.METRICS)
"""The newsroom's own programs and its operators; partners, each of whom has a limit of its own."""


class Throttle:
    """A bucket of `burst` requests for each client, filled again at `rate` a minute.

    What is kept of a client is one instant, at which its bucket is full again (the generic cell rate algorithm): a client that
    has not asked for a while is as good as unknown. Who has no address, as on a Unix socket, is not held back.
    """

    def __init__(
        self,
        rate: int,
        burst: int,
        clock: Callable[[], float] = monotonic,
        *,
        known_as: Callable[[str], str] = subscriber_of,
    ) -> None:
        """`known_as`: what of a client's name is one client's; '' = it is not held back."""
        self._known_as = known_as
        self._interval = 60 / rate
        self._tolerance = (burst - 1) * self._interval
        self._clock = clock
        self._full_at: dict[str, float] = {}

    def wait(self, client: str) -> int:
        """Seconds, rounded up, until the client may ask again; 0 = now."""
        full_at = self._full_at.get(self._known_as(client))
        return 0 if full_at is None else max(0, ceil(full_at - self._clock() - self._tolerance))

    def take(self, client: str) -> None:
        """Count a request that was granted."""
        now, key = self._clock(), self._known_as(client)
        if not key:
            return
        if key not in self._full_at and len(self._full_at) >= _CLIENTS:
            self._make_room(now)
        self._full_at[key] = max(self._full_at.get(key, now), now) + self._interval

    def _make_room(self, now: float) -> None:
        known = {client: full_at for client, full_at in self._full_at.items() if full_at > now}
        # Where all are at it, a part of those seen first is forgiven: the room is not made anew for each stranger.
        self._full_at = dict(list(known.items())[-_CLIENTS * 3 // 4 :])


def is_limited(method: str, path: str) -> bool:
    """Whether a request counts: reading does, but for what is not the readers'."""
    return method in READ_METHODS and not path.startswith(_EXEMPT)


@lru_cache(maxsize=1024)
def too_many(wait: int) -> Answer:
    """429 (RFC 6585, section 4), with the seconds to wait (RFC 9110, section 10.2.3)."""
    body = b"Too many requests: ask again in %d s, and no more often than Cache-Control says.\n" % wait
    fields = (
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        (b"retry-after", b"%d" % wait),
        (b"cache-control", b"no-store"),
    )
    return Answer(429, fields, body)
