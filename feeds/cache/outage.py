"""A log that cannot be read: until when everything is known, and how long anybody waits for it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from time import monotonic

from storage.errors import Unavailable

_TRY_AGAIN = 0.25
"""Seconds from a reading that failed to the next that somebody waits for."""


class Outage:
    """Of one log, whether it can be read or not.

    `patience`: seconds that whoever asks waits for the log; once it was waited for in vain, and until it can be read, nearly all
    are told so at once. None: all of them wait for as long as the store tries.
    """

    def __init__(self, patience: float | None) -> None:
        self._patience = patience
        self._failed_at: float | None = None
        """When the log was last waited for in vain, by the steady clock; None while it can be read."""
        self._fault = ""
        self.known_until = datetime.min.replace(tzinfo=UTC)
        """Everything that was committed until then is known, and perhaps more."""

    @property
    def lasts(self) -> bool:
        return self._failed_at is not None

    def note_fault(self, fault: str) -> None:
        self._failed_at, self._fault = monotonic(), fault

    def note_reading(self, began: datetime) -> None:
        """The log was read to its end."""
        self._failed_at, self.known_until = None, began

    async def wait_for(self, read: Callable[[], Awaitable[None]], *, is_read: bool) -> None:
        """Read the log. Raises what that does, and Unavailable where it takes too long; at once where it is being read, or was
        lately, in vain.
        """
        if self._patience is None:
            await read()
            return
        if self._failed_at is not None and (is_read or monotonic() < self._failed_at + _TRY_AGAIN):
            raise Unavailable(self._fault)
        try:
            async with asyncio.timeout(self._patience):
                await read()
        except TimeoutError:
            self.note_fault("The database does not answer.")
            raise Unavailable(self._fault) from None
