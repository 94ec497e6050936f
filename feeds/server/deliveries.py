"""The process that delivers to subscribers, as a supervisor keeps it: from when somebody subscribes until nobody does."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from feeds.loops import growing_pause
from feeds.server.child import Child

_log = logging.getLogger(__name__)

_SOUND = 60.0
"""Seconds that a process has to live for its end not to be one in a row."""


class Deliveries:
    """One process at most. `step` is one round of a loop: a start, or a life."""

    def __init__(self, begin: Callable[[], Awaitable[Child]]) -> None:
        """`begin`: start a process and return it once it is ready; raises CannotStart."""
        self._begin = begin
        self._wanted = asyncio.Event()
        self._child: Child | None = None
        self._deaths = 0
        """In a row."""
        self._ends: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """There may be something to deliver, or somebody to ask: have a process see to it."""
        self._wanted.set()
        if self._child is not None:
            self._child.deliver()

    def replace(self) -> None:
        """The process that is there is to end, and another to begin: that leaves what it has in hand to the next."""
        if self._child is not None:
            ending = asyncio.create_task(self._child.end())
            self._ends.add(ending)
            ending.add_done_callback(self._ends.discard)

    def changed(self, child: Child) -> None:
        """It asks for something."""
        if child is not self._child or child.is_ending:
            return
        if child.is_unused:
            self._wanted.clear()
        if child.is_unused or child.wants_a_successor:
            self.replace()

    async def step(self) -> float:
        """Start a process where one is wanted and none is there, else wait for its end. Raises CannotStart."""
        child = self._child
        if child is None:
            await self._wanted.wait()
            self._child = await self._begin()
            # Somebody may have told it to end while it started.
            self.changed(self._child)
            return 0.0
        code = await child.until_ended()
        self._child = None
        if child.is_ending:
            return 0.0
        self._deaths = 1 if time.monotonic() - child.started_at > _SOUND else self._deaths + 1
        _log.error("%s ended with code %s; starting another", child, code)
        return growing_pause(self._deaths)
