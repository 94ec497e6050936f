"""Partners who wait for something to change: woken by the log of Changes, without a question to the store meanwhile."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Hashable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from functools import partial
from typing import TypeVar, cast

from storage.model import Change

T = TypeVar("T")

_SHARED = 64
"""Answers that are kept until something changes."""


class TooManyWait(Exception):
    """As many wait as may, in all or of one partner. The message is a sentence for whoever asked."""


class Notice:
    """What somebody waits for."""

    def __init__(self) -> None:
        self.scopes: frozenset[str] = frozenset()
        self._raised: set[str] = set()
        self._event = asyncio.Event()

    def give(self, scopes: AbstractSet[str] = frozenset()) -> None:
        self._raised |= scopes & self.scopes
        self._event.set()

    async def wait(self, seconds: float) -> frozenset[str]:
        """Those of its scopes that were raised since the last time, or are within so many seconds; none where nothing is."""
        with suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, 0.0)):
                await self._event.wait()
        raised = frozenset(self._raised)
        self._raised.clear()
        self._event.clear()
        return raised


class Notices:
    """Who waits in a worker, by the scopes that they wait for."""

    def __init__(self, *, most: int = 2_000, most_of_one: int = 20) -> None:
        """`most_of_one`: of one partner."""
        self._most, self._most_of_one = most, most_of_one
        self._of_scope: defaultdict[str, set[Notice]] = defaultdict(set)
        self._of_partner: defaultdict[int, int] = defaultdict(int)
        self._all: set[Notice] = set()
        self.somebody = asyncio.Event()
        """Set while anybody waits."""
        self._shared: dict[Hashable, asyncio.Task[object]] = {}
        """What those who were woken asked for."""

    def __len__(self) -> int:
        return len(self._all)

    @contextmanager
    def waiting(self, partner_id: int) -> Iterator[Notice]:
        """Room for one more, to be told of what it `watch`es. Raises TooManyWait."""
        if len(self._all) >= self._most:
            raise TooManyWait("As many wait as may: come again later, or ask without `wait`.")
        if self._of_partner[partner_id] >= self._most_of_one:
            raise TooManyWait("As many of your requests wait as may: end another one, or ask without `wait`.")
        notice = Notice()
        self._all.add(notice)
        self._of_partner[partner_id] += 1
        self.somebody.set()
        try:
            yield notice
        finally:
            self.watch(notice, ())
            self._all.discard(notice)
            self._of_partner[partner_id] -= 1
            if not self._of_partner[partner_id]:
                del self._of_partner[partner_id]
            if not self._all:
                self.somebody.clear()

    def watch(self, notice: Notice, scopes: Iterable[str]) -> None:
        """Tell it when one of these is raised, and of no others."""
        for scope in notice.scopes:
            self._of_scope[scope].discard(notice)
            if not self._of_scope[scope]:
                del self._of_scope[scope]
        notice.scopes = frozenset(scopes)
        for scope in notice.scopes:
            self._of_scope[scope].add(notice)

    async def share(
        self, key: Hashable, make: Callable[[], Coroutine[None, None, T]], *, keep: Callable[[T], bool] = lambda _: True
    ) -> T:
        """What `make` returns or raises, made once for all who ask until a Change comes: many are at one place of one log.

        `keep`: whether what was made is kept for whoever asks after it was.
        """
        task = self._shared.get(key)
        if task is None:
            task = asyncio.create_task(make())
            if len(self._shared) < _SHARED:
                self._shared[key] = task
                task.add_done_callback(partial(self._keep_what_is_made, key, cast("Callable[[object], bool]", keep)))
        # Whoever asked first may go away; the others still wait for it.
        return cast(T, await asyncio.shield(task))

    def _keep_what_is_made(self, key: Hashable, keep: Callable[[object], bool], task: asyncio.Task[object]) -> None:
        # What failed is tried again by whoever asks next; here it is looked at, for perhaps nobody waits.
        is_fault = task.cancelled() or task.exception() is not None
        if (is_fault or not keep(task.result())) and self._shared.get(key) is task:
            del self._shared[key]

    def look_at(self, changes: Iterable[Change]) -> None:
        # Whoever waits or not: who comes next must not be told what was so.
        self._shared.clear()
        raised = {scope for change in changes for scope in change.scopes} & self._of_scope.keys()
        for notice in {notice for scope in raised for notice in self._of_scope[scope]}:
            notice.give(raised)

    def wake_all(self) -> None:
        """The log is another, or the server is about to end."""
        self._shared.clear()
        for notice in self._all:
            notice.give(notice.scopes)
