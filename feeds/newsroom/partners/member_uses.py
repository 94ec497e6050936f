"""From where members' keys are used: noted beside their requests, which neither wait for it nor fail by it."""

import hmac
import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from feeds.http.addresses import network_of
from storage.clock import Clock
from storage.errors import StoreError
from storage.model import Leak, MemberUse, PartnerAccess
from storage.protocol import Members

_log = logging.getLogger(__name__)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_KNOWN = 100_000
"""Keys whose networks of this day are remembered, some 300 bytes each."""
_WAITING = 50_000
"""Notes that wait to be written; what is above is noted when the key is used again."""
_AT_ONCE = 1_000
"""Notes that one transaction writes."""
_PAUSE, _AT_ONCE_AGAIN = 5.0, 0.05
"""Seconds between two looks at what waits, and while more waits."""

_Note = tuple[str, int, int]
"""The hash of a key, the day, and the network."""


class MemberUses:
    """Notes of this worker: each network of a key once a day, and no more of them than would flag the key.

    A network is kept as a keyed hash of itself, the key and the day: which members share one is not told by what is kept.
    """

    def __init__(self, store: Members, clock: Clock, secret: bytes) -> None:
        self._store = store
        self._clock = clock
        self._secret = secret
        self._day = 0
        self._from = self._until = _EPOCH
        """The day's begin and end."""
        self._seen: dict[str, tuple[int, ...]] = {}
        """Networks of this day, by the hash of the key."""
        self._waiting: dict[_Note, None] = {}

    def note(self, access: PartnerAccess, client: str) -> None:
        """A member's key is used by who has this address. Not a coroutine, and quick: polls are many."""
        now = self._clock()
        if not self._from <= now < self._until:
            self._begin_day(now)
        hash_ = access.key.hash
        network, most = network_of(client), access.partner.networks
        if not most:
            network = 0
        seen = self._seen.get(hash_, ())
        if network in seen or len(seen) > most or len(self._waiting) >= _WAITING:
            return
        if not seen and len(self._seen) >= _KNOWN:
            # Those noted first; should they come again, they are noted again, which does no harm.
            del self._seen[next(iter(self._seen))]
        self._seen[hash_] = (*seen, network)
        self._waiting[hash_, self._day, network] = None

    async def step(self) -> float:
        """A step of a loop: write some of what waits, and tell of what seems to have leaked. Raises StoreError; then all waits."""
        batch = [note for note, _ in zip(self._waiting, range(_AT_ONCE), strict=False)]
        if not batch:
            return _PAUSE
        leaks = await self._store.note_member_uses(list(map(self._kept, batch)), self._clock())
        for note in batch:
            self._waiting.pop(note, None)
        _tell(leaks)
        return _AT_ONCE_AGAIN if len(self._waiting) >= _AT_ONCE else _PAUSE

    async def stop(self) -> None:
        """Write what waits; what cannot be written is noted again by whoever comes again."""
        with suppress(StoreError):
            while self._waiting:
                await self.step()

    def _begin_day(self, now: datetime) -> None:
        self._day = (now - _EPOCH) // _DAY
        self._from = _EPOCH + self._day * _DAY
        self._until = self._from + _DAY
        self._seen.clear()

    def _kept(self, note: _Note) -> MemberUse:
        hash_, day, network = note
        if not network:
            return MemberUse(hash=hash_, day=day, network=0)
        digest = hmac.digest(self._secret, f"network {day} {hash_} {network}".encode(), "sha256")
        # Of 63 bits, and never 0.
        return MemberUse(hash=hash_, day=day, network=int.from_bytes(digest[:8]) >> 1 or 1)


def _tell(leaks: Iterable[Leak]) -> None:
    for leak in leaks:
        _log.warning(
            "the key of the member %r of %r seems to have leaked: it was used from %d networks within a day%s",
            leak.member,
            leak.partner,
            leak.networks,
            ", and is ended" if leak.ended else "",
        )
