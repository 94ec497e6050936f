"""What keeps a store from working, as its log tells it."""

import logging
from collections.abc import Callable
from time import monotonic

_log = logging.getLogger(__name__)
# A command says by itself what went wrong, in a line: what is for a server's log goes nowhere else.
logging.getLogger("storage").addHandler(logging.NullHandler())

_SAID_AGAIN = 60.0
"""Seconds from one line on a reason to the next."""


class Trouble:
    """The failures of one kind of call: a line a minute for each reason, however many fail, and one when it is over."""

    def __init__(self, calls: str, clock: Callable[[], float] = monotonic) -> None:
        self._calls = calls
        self._clock = clock
        self._said_at: dict[str, float] = {}
        self._left_out: dict[str, int] = {}
        self._failures = 0
        """Since calls last worked; 0 while they do."""
        self._is_said = False

    def note(self, reason: str) -> None:
        """A call failed. `reason` is a sentence, one of a few."""
        self._failures += 1
        now = self._clock()
        said_at = self._said_at.get(reason)
        if said_at is not None and now - said_at < _SAID_AGAIN:
            self._left_out[reason] = self._left_out.get(reason, 0) + 1
            return
        more = self._left_out.pop(reason, 0)
        _log.error("%s fail: %s%s", self._calls, reason, f" ({more} more since the last line on it)" if more else "")
        self._said_at[reason] = now
        self._is_said = True

    def over(self) -> None:
        """A call worked."""
        if not self._failures:
            return
        if self._is_said:
            _log.warning("%s work again, after %d that failed", self._calls, self._failures)
        self._failures = 0
        self._is_said = False
