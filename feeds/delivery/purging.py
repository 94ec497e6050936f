"""Tell a cache in front what to forget: whatever the log of Changes says, however often this process or that cache ends."""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex
from typing import Protocol

from feeds.cache.follower import Follower
from feeds.delivery.endpoints import Endpoint
from feeds.http.shared_cache import SharedCache
from storage.clock import Clock
from storage.errors import Pruned
from storage.model import UNSEEN, Change
from storage.protocol import Changes, Cursors
from storage.scopes import SITE

_LOOK = 0.02
"""Seconds between two looks at whether anybody wrote: microseconds each. What a reader brings to light wakes the loop sooner."""
_ELSEWHERE = 0.5
"""Seconds until the next look where another process is at it."""
AGAIN = (0.6, 3.0)
"""Seconds after which all that was purged is purged once more: another host may learn of a change 0.3 s later, and what was
answered before it may still have been on its way to the cache."""
_LEASE = timedelta(seconds=5)
_BATCH = 1000
"""Changes read at once."""
_FAR = 20_000
"""Changes: rather than read more, everything is forgotten."""
_REQUESTS = 8
"""Instead of more than so many requests at a time, one has everything forgotten: all answers carry the site's key."""


class Log(Changes, Cursors, Protocol):
    """What a purger needs of a store."""


@dataclass
class _Sent:
    """What was purged once."""

    seq: int
    """Of the newest Change that it tells of."""
    keys: frozenset[str]
    at: float
    """The loop's time."""
    again: int = 0
    """How many times more it was purged since."""


class Purger:
    """Reads the log by a durable cursor, which moves once all was purged for the last time (`AGAIN`); so no Change is lost, and
    some are told again after a crash, which is harmless. Of several processes one holds the cursor and purges.

    `step` is one round of a loop: what it raises is tried again, from the cursor on.
    """

    def __init__(
        self,
        store: Log,
        follower: Follower,
        endpoint: Endpoint,
        keys: SharedCache,
        clock: Clock,
        *,
        interval: float = 0,
        again: Sequence[float] = AGAIN,
    ) -> None:
        """`interval`: seconds at least between two requests; `again` as AGAIN."""
        self._store = store
        self._follower = follower
        self._endpoint = endpoint
        self._keys = keys
        self._clock = clock
        self._interval = interval
        self._again = again
        self._cursor = f"purge {endpoint.name}"
        self._holder = token_hex(8)
        self._lease = _LEASE + timedelta(seconds=2 * interval)
        self._held_since: float | None = None
        """The loop's time of the last claim; None: the cursor is not held."""
        self._newest = -1
        """The seq of the newest Change known that raised a scope, or of a newer one; -1: nothing is known yet."""
        self._done = -1
        """The cursor, as far as is known."""
        self._read = 0
        """The seq up to which all was purged once."""
        self._sent: deque[_Sent] = deque()
        self._may_send_at = 0.0
        self._news = asyncio.Event()
        follower.on_changes.append(self._hear)

    what = "purging caches in front"
    """What it is called where no address may stand."""

    def __str__(self) -> str:
        return f"purging the cache at {self._endpoint}"

    async def step(self) -> float:
        """Purge what is new, or to be purged again; then wait for more."""
        try:
            # What comes from here on is seen in the next round.
            self._news.clear()
            await self._endpoint.open()
            if await self._is_behind():
                if not await self._hold():
                    return _ELSEWHERE
                if _now() >= self._may_send_at:
                    await self._purge()
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK):
                    await self._news.wait()
        except Exception:
            # What is known may not be so any more when this comes back.
            self._let_go()
            raise
        return 0.0

    async def stop(self) -> None:
        """Leave what is to be done to another process, at once; once no step runs any more."""
        await self._endpoint.close()
        if self._held_since is not None:
            await self._store.move_cursor(self._cursor, self._done, holder=self._holder, done=True)

    def _hear(self, changes: Iterable[Change]) -> None:
        for change in changes:
            if change.scopes and change.subject not in UNSEEN:
                self._newest = max(self._newest, change.seq)
                self._news.set()

    def _let_go(self) -> None:
        self._held_since = None
        self._sent.clear()

    async def _is_behind(self) -> bool:
        if self._newest < 0:
            self._newest = await self._store.last_seq()
        if not self._follower.is_current(self._clock()):
            await self._follower.catch_up()
        if self._done < self._newest and self._held_since is None:
            # Others move it, too.
            self._done = await self._store.read_cursor(self._cursor)
        return self._done < self._newest

    async def _hold(self) -> bool:
        """Whether the cursor is held, for half a lease at least."""
        now = _now()
        if self._held_since is not None and now - self._held_since < self._lease.total_seconds() / 2:
            return True
        if not await self._store.claim_cursor(self._cursor, holder=self._holder, lease=self._lease):
            self._let_go()
            return False
        if self._held_since is None:
            # Nobody moves it from now on.
            self._done = self._read = await self._store.read_cursor(self._cursor)
        self._held_since = now
        return True

    async def _purge(self) -> None:
        """What is new, with what is to be purged again; then note what is done."""
        ripe = [sent for sent in self._sent if _now() - sent.at >= self._again[sent.again]]
        if self._read >= self._newest and not ripe:
            return
        seq, new = await self._new()
        await self._send(new.union(*(sent.keys for sent in ripe)))
        if seq > self._read:
            self._read = seq
            self._sent.append(_Sent(seq, new, _now()))
        for sent in ripe:
            sent.again += 1
        await self._note_done()

    async def _note_done(self) -> None:
        """Move the cursor behind what was purged for the last time."""
        before = self._done
        while self._sent and self._sent[0].again == len(self._again):
            self._done = self._sent.popleft().seq
        if self._done > before:
            is_done = self._done >= self._newest
            await self._store.move_cursor(self._cursor, self._done, holder=self._holder, done=is_done)
            if is_done:
                self._held_since = None

    async def _new(self) -> tuple[int, frozenset[str]]:
        """The keys of what was not purged yet, and up to which seq."""
        everything = frozenset({self._keys.key(SITE)})
        if not self._read or self._newest - self._read > _FAR:
            # Where there was no cursor, the cache may hold anything.
            return await self._store.last_seq(), everything
        try:
            changes = await self._store.changes_since(self._read, limit=_BATCH)
        except Pruned:
            return await self._store.last_seq(), everything
        public = (change for change in changes if change.subject not in UNSEEN)
        keys = frozenset(key for change in public for key in self._keys.keys(change.scopes))
        return (changes[-1].seq if changes else self._read), keys

    async def _send(self, keys: frozenset[str]) -> None:
        """In as few requests as can be. Raises PurgeFailed."""
        most = self._endpoint.most
        listed = sorted(keys) if len(keys) <= most * _REQUESTS else [self._keys.key(SITE)]
        for first in range(0, len(listed), most):
            if first:
                await asyncio.sleep(self._interval)
                await self._hold()
            await self._endpoint.purge(listed[first : first + most])
            self._may_send_at = _now() + self._interval


def _now() -> float:
    """The loop's time, in seconds."""
    return asyncio.get_running_loop().time()
