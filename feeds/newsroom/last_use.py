"""When tokens were last used: noted beside the requests that use them, which neither wait for it nor fail by it."""

import asyncio
import logging
from contextlib import suppress
from datetime import datetime

from storage.clock import Clock
from storage.errors import Unavailable
from storage.model import Token
from storage.protocol import TOKEN_USE_INTERVAL, Tokens

_log = logging.getLogger(__name__)

_ASIDE = 0.5
"""Seconds after which it is written: the request's own write goes first."""


class LastUse:
    """Notes of this worker, each token's once an hour at most, also where it could not be written."""

    def __init__(self, store: Tokens, clock: Clock, *, after: float = _ASIDE) -> None:
        self._store = store
        self._clock = clock
        self._after = after
        self._noted: dict[str, datetime] = {}
        self._writing: set[asyncio.Task[None]] = set()
        self._complained = False

    def note(self, token: Token) -> None:
        """The token is being used. Not a coroutine: what it takes is done later."""
        now = self._clock()
        last = max(filter(None, (token.used_at, self._noted.get(token.name))), default=None)
        if last is not None and now - last < TOKEN_USE_INTERVAL:
            return
        # Names of an hour ago are of no more use.
        self._noted = {name: at for name, at in self._noted.items() if now - at < TOKEN_USE_INTERVAL}
        self._noted[token.name] = now
        task = asyncio.create_task(self._write(token.name, now))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _write(self, name: str, at: datetime) -> None:
        await asyncio.sleep(self._after)
        try:
            await self._store.note_token_use(name, at)
            self._complained = False
        except Exception as error:
            if not self._complained:
                expected = isinstance(error, Unavailable)
                _log.warning("the last use of a token could not be noted: %s", error, exc_info=not expected)
            self._complained = True

    async def written(self) -> None:
        """Wait until all that was noted is written, or cannot be."""
        while self._writing:
            await asyncio.wait(self._writing)

    async def stop(self) -> None:
        """Drop what was not written yet."""
        for task in list(self._writing):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
