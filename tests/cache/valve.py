"""A real store's log behind a valve: a test holds the readings back, or makes them fail."""

import asyncio
from datetime import datetime

from storage.errors import Unavailable
from storage.model import Change, Due
from storage.protocol import Store


class Valve:
    """`feeds.cache.follower.Log`, answered by the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.open = asyncio.Event()
        self.open.set()
        self.waiting = asyncio.Event()
        """Set while a reading is held back."""
        self.readings = 0
        self.log_fails = False
        self.due_fails = False
        """Whether it cannot be asked what is due."""
        self.due_writes = asyncio.Event()
        """While it is clear, what is due waits to be written."""
        self.due_writes.set()
        self.due_written = asyncio.Event()
        self.due_answers = asyncio.Event()
        """While it is clear, nobody is told yet of what is due that it was written."""
        self.due_answers.set()
        self.due_error: Exception | None = None
        """What writing it raises."""
        self.cannot_tell = False
        """Whether `moved` is True at every call, as the contract allows."""

    def moved(self, shown: datetime | None = None) -> bool:
        # Asked in any case: the store's answer is about the time since the last call.
        return self._store.moved(shown) or self.log_fails or self.cannot_tell

    def written(self) -> int:
        return self._store.written()

    async def changes_since(self, seq: int, *, limit: int) -> tuple[Change, ...]:
        self.readings += 1
        if not self.open.is_set():
            self.waiting.set()
            await self.open.wait()
            self.waiting.clear()
        if self.log_fails:
            raise Unavailable("the log is out of reach")
        return await self._store.changes_since(seq, limit=limit)

    async def read_on(self, seq: int, *, limit: int) -> tuple[tuple[Change, ...], Due]:
        changes = await self.changes_since(seq, limit=limit)
        return changes, await self.next_due()

    def read_on_at_once(self, _seq: int, *, limit: int) -> None:  # noqa: ARG002 -- as of a server
        return None

    async def last_seq(self) -> int:
        return await self._store.last_seq()

    async def supersede_log(self, seq: int) -> None:
        await self._store.supersede_log(seq)

    async def next_due(self) -> Due:
        if self.due_fails:
            raise Unavailable("what is due is out of reach")
        return await self._store.next_due()

    async def run_due(self) -> Due:
        await self.due_writes.wait()
        if self.due_error is not None:
            raise self.due_error
        due = await self._store.run_due()
        self.due_written.set()
        await self.due_answers.wait()
        return due
