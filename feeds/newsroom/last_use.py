"""When tokens and partners' keys were last used: noted beside requests, which neither wait for it nor fail by it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Protocol

from storage.clock import Clock
from storage.errors import Unavailable
from storage.model import PartnerAccess, Token
from storage.protocol import TOKEN_USE_INTERVAL, Partners, Tokens

_log = logging.getLogger(__name__)

_ASIDE = 0.5
"""Seconds after which it is written: the request's own write goes first."""


class Ledger(Tokens, Partners, Protocol):
    """Where it is kept."""


class LastUse:
    """Notes of this worker, each secret's once an hour at most, also where it could not be written."""

    def __init__(self, store: Ledger, clock: Clock, *, after: float = _ASIDE) -> None:
        self._store = store
        self._clock = clock
        self._after = after
        self._noted: dict[tuple[str, ...], datetime] = {}
        self._writing: set[asyncio.Task[None]] = set()
        self._complained = False

    def note(self, token: Token) -> None:
        """The token is being used. Not a coroutine: what it takes is done later."""
        self._note((token.name,), token.used_at, partial(self._store.note_token_use, token.name), "a token")

    def note_partner(self, access: PartnerAccess, now: datetime) -> None:
        """The same of a partner's key, at an instant."""
        name, key = access.partner.name, access.key.name
        last = self._noted.get((name, key))
        # Before anything is made: polls are many.
        if last is None or now - last >= TOKEN_USE_INTERVAL:
            self._note((name, key), access.key.used_at, partial(self._store.note_partner_use, name, key), "a key")

    def _note(
        self,
        secret: tuple[str, ...],
        used_at: datetime | None,
        keep: Callable[[datetime], Awaitable[None]],
        what: str,
    ) -> None:
        now = self._clock()
        last = max(filter(None, (used_at, self._noted.get(secret))), default=None)
        if last is not None and now - last < TOKEN_USE_INTERVAL:
            return
        # What was noted an hour ago is of no more use.
        self._noted = {name: at for name, at in self._noted.items() if now - at < TOKEN_USE_INTERVAL}
        self._noted[secret] = now
        task = asyncio.create_task(self._write(keep, now, what))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _write(self, keep: Callable[[datetime], Awaitable[None]], at: datetime, what: str) -> None:
        await asyncio.sleep(self._after)
        try:
            await keep(at)
            self._complained = False
        except Exception as error:
            if not self._complained:
                expected = isinstance(error, Unavailable)
                _log.warning("the last use of %s could not be noted: %s", what, error, exc_info=not expected)
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
