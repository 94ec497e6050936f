"""What partners' terms see, brought up to the log of Changes: by whoever asks for it first, and by a loop."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from feeds.cache.follower import Follower
from storage.clock import Clock
from storage.model import Change, Subject
from storage.protocol import Entitlements

_HEARTBEAT = 1.0
"""Seconds between two looks while nobody asks."""
_PATIENCE = 2.0
"""Seconds that a request waits at most: a new set of terms is filled with the newest articles first, and served meanwhile."""
_AGAIN = timedelta(seconds=1)
"""After which what is due and cannot be read is tried again."""


class ViewStore(Entitlements, Protocol):
    """Where views are kept."""


class Views:
    """Whether all views are brought up to what the follower knows, and to the clock.

    A write is not slowed by them: they are brought up before the next of a partner's answers is given.
    """

    def __init__(self, store: ViewStore, follower: Follower, clock: Clock) -> None:
        self._store = store
        self._follower = follower
        self._clock = clock
        self._is_behind = True
        self._behind_since: datetime | None = clock()
        """By the clock; None while they are brought up."""
        self._due: datetime | None = None
        self._expanding: asyncio.Task[None] | None = None
        follower.on_changes.append(self._note)
        follower.on_another_log.append(self._fall_behind)

    def is_current(self, now: datetime) -> bool:
        """Whether what is kept of views may be served. Only ask while the follower is current."""
        return self._expanding is None and not self._is_behind and (self._due is None or now < self._due)

    async def catch_up(self, patience: float = _PATIENCE) -> bool:
        """Bring views up to everything that was committed when this was called, in so many seconds; whether they are.

        Raises Unavailable.
        """
        await self._follower.catch_up()
        clock = asyncio.get_running_loop().time
        end = clock() + patience
        # The first may have begun before a Change that this caller must see.
        for _ in range(2):
            if self.is_current(self._clock()):
                return True
            done, _ = await asyncio.wait({expanding := self._task()}, timeout=end - clock())
            if not done:
                return False
            expanding.result()
        return True

    async def step(self) -> float:
        """A step of a loop."""
        if not self.is_current(self._clock()):
            await self.catch_up()
        wait = _HEARTBEAT
        if self._due is not None:
            wait = min(wait, (self._due - self._clock()).total_seconds())
        return max(wait, 0.01)

    def lag(self, now: datetime) -> float:
        """Seconds for which something has waited to be brought up."""
        waits = [since for since in (self._behind_since, self._due) if since is not None and since < now]
        return (now - min(waits)).total_seconds() if waits else 0.0

    def stop(self) -> None:
        if self._expanding is not None:
            self._expanding.cancel()

    def _note(self, changes: Iterable[Change]) -> None:
        if any(_moves_views(change) for change in changes):
            self._fall_behind()

    def _fall_behind(self) -> None:
        self._is_behind = True
        if self._behind_since is None:
            self._behind_since = self._clock()

    def _task(self) -> asyncio.Task[None]:
        """The one that runs, or a new one."""
        if self._expanding is None:
            self._expanding = asyncio.create_task(self._expand())
            self._expanding.add_done_callback(self._expanded)
        return self._expanding

    def _expanded(self, expanding: asyncio.Task[None]) -> None:
        self._expanding = None
        if not expanding.cancelled():
            # Looked at, for perhaps nobody waits: asyncio complains of errors that nobody sees.
            expanding.exception()

    async def _expand(self) -> None:
        # A Change from here on needs another round: this one may not see it.
        self._is_behind = False
        try:
            await self._store.expand_views()
            due = await self._store.next_view_due()
            self._due = None if due is None else max(due, self._clock() + _AGAIN)
            # What moved in views, caches learn of by the log.
            await self._follower.catch_up()
        except BaseException:
            self._is_behind = True
            raise
        if not self._is_behind:
            self._behind_since = None


def _moves_views(change: Change) -> bool:
    """Whether some set may see something otherwise by it; of what views themselves tell, nothing does."""
    is_of_all = change.subject is Subject.TERMS and not change.subject_id
    return is_of_all or change.subject in (Subject.ARTICLE, Subject.PARTNER)
