"""What is due and cannot be done: put off, each for a time that grows, so that it stops nothing else."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from storage.errors import StoreError

_log = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)


class Postponed:
    """Ids of what could not be done at its time, in this process's memory."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._again: dict[int, tuple[datetime, timedelta]] = {}
        """When each is tried again, and how long that was put off."""

    def put_off(self, number: int, what: str, error: Exception) -> None:
        """It was tried and failed. The first time it is logged."""
        _, before = self._again.get(number, (None, None))
        pause = _FIRST_PAUSE if before is None else min(2 * before, _LONGEST_PAUSE)
        self._again[number] = self._clock() + pause, pause
        if before is None:
            expected = isinstance(error, StoreError)
            _log.error(
                "%s is due and cannot be written, and is tried again later: %s",
                what,
                error if expected else type(error).__name__,
                exc_info=None if expected else error,
            )

    def done(self, number: int) -> None:
        """It was tried and done."""
        self._again.pop(number, None)

    def waiting(self) -> frozenset[int]:
        """Those whose time to be tried again has not come."""
        now = self._clock()
        return frozenset(number for number, (again_at, _) in self._again.items() if again_at > now)

    def next_at(self) -> datetime | None:
        """When the first of those that wait is tried again."""
        waiting = self.waiting()
        return min((self._again[number][0] for number in waiting), default=None)
