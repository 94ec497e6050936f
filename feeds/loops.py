"""Loops that run by themselves: each survives its own errors, and what goes wrong is seen from outside."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NoReturn, Self

from storage.clock import Clock, utc_now
from storage.errors import StoreError

_log = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
"""Seconds."""
_SAID_AGAIN = timedelta(minutes=1)
"""Longer than any pause: see `run_forever`."""

Step = Callable[[], Awaitable[float]]
"""One round of a loop; returns the seconds until the next."""
Sleep = Callable[[float], Awaitable[None]]


def growing_pause(failures: int) -> float:
    """Seconds to wait after so many failures in a row: 1, 2, 4, ... 30."""
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** (min(failures, 10) - 1))


@dataclass(frozen=True, slots=True)
class Trouble:
    """A loop whose last round failed."""

    name: str
    since: datetime
    """When the first of the failures in a row came."""
    failures: int
    error: str
    """The last one, for anybody to read: what an unexpected error says may hold a secret: its class alone."""

    def write(self) -> str:
        """As JSON, for another process."""
        return json.dumps([self.name, self.since.isoformat(), self.failures, self.error])

    @classmethod
    def parse(cls, written: str) -> Self:
        """What `write` wrote."""
        name, since, failures, error = json.loads(written)
        return cls(name, datetime.fromisoformat(since), failures, error)


class Loops:
    """A worker's loops: runs them, and knows which of them fail."""

    def __init__(self, clock: Clock = utc_now, sleep: Sleep = asyncio.sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._troubles: dict[str, Trouble] = {}
        self._last: dict[tuple[str, type[Exception]], datetime] = {}
        """When an error of a class last came to a loop."""
        self._said: set[str] = set()
        """Loops whose present row of failures is in the log."""
        self._known_as: dict[str, str] = {}
        """By name, what loops are called in figures."""
        self.failures: dict[str, int] = {}
        """Failed rounds since the start, by what each loop that was run is called in figures."""
        self.elsewhere: Sequence[Trouble] = ()
        """Loops of the supervisor that fail, as it said last."""

    @property
    def troubles(self) -> Sequence[Trouble]:
        """Those that fail now, by name; then those elsewhere."""
        return [*(self._troubles[name] for name in sorted(self._troubles)), *self.elsewhere]

    @property
    def failing(self) -> Mapping[str, int]:
        """How many of the loops failed in their last round, by what they are called in figures; each that was run is there."""
        now = dict.fromkeys(self.failures, 0)
        for name in self._troubles:
            now[self._known_as[name]] += 1
        return now

    async def run_forever(
        self, name: str, step: Step, *, plain: tuple[type[Exception], ...] = (), known_as: str = ""
    ) -> NoReturn:
        """Take one step after another until cancelled. `plain` are errors that say all there is to say, as the store's do.
        `known_as`: what it is called in figures, where its name tells an address; '': so.

        A step that fails is tried again after a pause that grows. An error is logged unless one of its class came to this loop in
        the minute before: a loop that goes on failing, or fails every other time, is one line; and its recovery another.
        """
        self._known_as[name] = known_as or name
        self.failures.setdefault(known_as or name, 0)
        while True:
            try:
                pause = await step()
            except Exception as error:
                pause = self._failed(name, error, isinstance(error, (StoreError, *plain)))
            else:
                self._succeeded(name)
            await self._sleep(pause)

    def _failed(self, name: str, error: Exception, plain: bool) -> float:
        """Note it, and say how long to wait."""
        now, kind = self._clock(), type(error)
        shown = f"{kind.__name__}: {error}" if plain else kind.__name__
        before = self._troubles.get(name) or Trouble(name, now, 0, shown)
        self._troubles[name] = replace(before, failures=before.failures + 1, error=shown)
        self.failures[self._known_as[name]] += 1
        last = self._last.get((name, kind))
        self._last[name, kind] = now
        if last is None or now - last > _SAID_AGAIN:
            self._said.add(name)
            # Of an error that nobody expected the way to it has to be known.
            _log.error("%s fails, and is tried again: %s", name, shown, exc_info=None if plain else error)
        return growing_pause(before.failures + 1)

    def _succeeded(self, name: str) -> None:
        trouble = self._troubles.pop(name, None)
        if trouble is not None and name in self._said:
            self._said.remove(name)
            _log.warning("%s works again, after %d failures", name, trouble.failures)
