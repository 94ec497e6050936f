"""Workers on one address, one or several: started, watched, replaced, stopped."""

import asyncio
import logging
import os
import signal
import socket
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from feeds.loops import Loops
from feeds.server.channel import BEAT
from feeds.server.child import CannotStart, Child
from feeds.server.deliveries import Deliveries
from feeds.server.figures import FiguresOfAll
from feeds.server.listeners import LAST_CALL, shut_to_newcomers, waiting
from feeds.settings import Settings

_log = logging.getLogger(__name__)

_LOOK, _LOOKS = 0.05, 100
"""Seconds between two looks at what waits in the listeners, and how often to look before the workers are told to end."""
_SPACING = 1.0
"""Seconds from one start of a worker to the next in its slot: one that cannot live must not spin."""
_ATTEMPTS = 3
"""Failed starts in a row, of every slot, after which a server whose workers are all gone gives up."""


def _has_terminal() -> bool:
    """Whether the process has a terminal that controls it."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


class CannotServe(Exception):
    """No worker could be started; the message says why."""


class Supervisor:
    """A worker for each listener: its slot.

    The supervisor, and each worker, has every listener open: closing one would reset the connections that wait in it. A worker
    accepts from the one of its slot, and from those of slots whose workers are gone or silent, so that nobody waits for them.
    """

    def __init__(self, settings: Settings, listeners: Sequence[socket.socket], on_ready: Callable[[], None]) -> None:
        self._settings = settings
        self._listeners = listeners
        self._on_ready = on_ready
        self._slots = range(len(listeners))
        self._serving: list[Child | None] = [None for _ in self._slots]
        """By slot: the worker whose it is, from when it was ready to when it has ended."""
        self._starting = [asyncio.Lock() for _ in self._slots]
        self._failures = [0 for _ in self._slots]
        """Failed starts in a row, by slot."""
        self._children: set[Child] = set()
        """All that live."""
        self._is_announced = False
        self._loops = Loops()
        self._ending = asyncio.Event()
        self._signal: int | None = None
        self._restart = asyncio.Event()
        self._fault = ""
        self._tasks: set[asyncio.Task[Any]] = set()
        self._births: set[asyncio.Task[Child]] = set()
        self._deliveries = Deliveries(partial(self._begin, None))
        self._figures = FiguresOfAll(self._loops) if settings.metrics else None

    async def run(self) -> int:
        """Serve until SIGINT or SIGTERM, or the terminal is closed, and return the signal's number. Raises CannotServe."""
        loop = asyncio.get_running_loop()
        # What `nohup` starts outlives its terminal.
        had_terminal = _has_terminal() and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._end, number)
        loop.add_signal_handler(signal.SIGHUP, self._hang_up, had_terminal)
        for slot in self._slots:
            self._go(self._loops.run_forever(f"worker {slot}", partial(self._keep, slot), plain=(CannotStart,)))
        self._go(self._loops.run_forever("deliveries", self._deliveries.step, plain=(CannotStart,)))
        self._go(self._loops.run_forever("restart", self._replace_all))
        self._go(self._loops.run_forever("watch", self._watch))
        await self._ending.wait()
        await self._stop()
        if self._signal is None:
            raise CannotServe(self._fault)
        return self._signal

    def _go(self, what: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(what)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _end(self, number: int) -> None:
        if self._signal is not None:
            # Whoever says so twice does not want to wait.
            for child in self._children:
                child.kill()
        self._signal = number
        self._ending.set()

    def _hang_up(self, had_terminal: bool) -> None:
        """SIGHUP is the order to restart, unless the terminal that the server was started in is closed: it ends with it."""
        if had_terminal and not _has_terminal():
            self._end(signal.SIGHUP)
        else:
            self._restart.set()

    async def _keep(self, slot: int) -> float:
        """Start a worker where there is none, else wait for the end of the one that is there."""
        child = self._serving[slot]
        if child is None:
            async with self._starting[slot]:
                if self._serving[slot] is None:
                    await self._start_counted(slot)
            return 0.0
        code = await child.until_ended()
        if self._serving[slot] is not child:
            # Another has taken its place.
            return 0.0
        self._serving[slot] = None
        _log.error("%s ended with code %s; starting another", child, code)
        return max(0.0, child.started_at + _SPACING - time.monotonic())

    async def _start_counted(self, slot: int) -> None:
        try:
            await self._start(slot)
        except CannotStart as error:
            self._failures[slot] += 1
            self._give_up_if_nobody_serves(str(error))
            self._announce()
            raise
        self._failures[slot] = 0

    async def _start(self, slot: int) -> None:
        """A new worker for the slot, from when it is ready. Raises CannotStart."""
        self._serving[slot] = await self._begin(slot)
        self._assign()
        self._announce()

    async def _begin(self, slot: int | None) -> Child:
        """A new process that is ready: a worker, or one that delivers. Raises CannotStart."""
        birth = asyncio.create_task(self._bear(slot))
        self._births.add(birth)
        birth.add_done_callback(self._births.discard)
        # Half a start would leave a process of which nobody knows.
        child = await asyncio.shield(birth)
        await child.until_ready()
        return child

    def _announce(self) -> None:
        """Say that the server serves, once each slot has a worker or has failed to get one."""
        settled = all(child or failures for child, failures in zip(self._serving, self._failures, strict=True))
        if settled and any(self._serving) and not self._is_announced:
            self._is_announced = True
            self._on_ready()

    async def _bear(self, slot: int | None) -> Child:
        listeners = () if slot is None else self._listeners
        whole = self._figures.slate if self._figures is not None else None
        child = await Child.start(slot, self._settings, listeners, self._changed, whole)
        self._children.add(child)
        return child

    def _give_up_if_nobody_serves(self, why: str) -> None:
        """At the first start there is nobody to wait for."""
        if not any(self._serving) and min(self._failures) >= (_ATTEMPTS if self._is_announced else 1):
            self._fault = why
            self._ending.set()

    def _changed(self, child: Child) -> None:
        if child not in self._children:
            return
        if child.wants_deliveries:
            child.wants_deliveries = False
            self._deliveries.wake()
        if child.slot is None:
            self._deliveries.changed(child)
        elif child.wants_a_successor and not self._ending.is_set():
            child.wants_a_successor = False
            self._go(self._replace(child.slot))
        if child.has_ended:
            self._children.remove(child)
            if self._figures is not None:
                self._figures.end(child)
        self._assign()

    def _assign(self) -> None:
        """Say who accepts from which listener: the worker of its slot, or another while that one cannot."""
        able = {
            slot: child for slot, child in enumerate(self._serving) if child and child.is_ready and not child.is_silent
        }
        if not able:
            return
        standing_in = list(able)
        owners = [slot if slot in able else standing_in[slot % len(standing_in)] for slot in self._slots]
        for owner, child in able.items():
            child.serve(slot for slot in self._slots if owners[slot] == owner)

    async def _watch(self) -> float:
        """Look after each process, and let those who serve answer for all at `/readyz`."""
        troubles = [*self._loops.troubles, *(trouble for child in self._children for trouble in child.troubles)]
        for child in tuple(self._children):
            child.look()
            child.hear(troubles)
        self._assign()
        if self._figures is not None:
            self._figures.tell(self._children)
        return BEAT

    async def _replace_all(self) -> float:
        """When told to: one by one."""
        await self._restart.wait()
        self._restart.clear()
        _log.info("told to reload: the workers are replaced one by one")
        for slot in self._slots:
            if not await self._replace(slot):
                break
        else:
            self._deliveries.replace()
            _log.info("reloaded: each worker is a new one")
        return 0.0

    async def _replace(self, slot: int) -> bool:
        """A new worker for the slot is ready before its predecessor is told to end. False: the predecessor goes on."""
        async with self._starting[slot]:
            predecessor = self._serving[slot]
            try:
                await self._start(slot)
            except CannotStart as error:
                _log.error("the new worker %d did not start; the old workers go on: %s", slot, error)
                return False
        if predecessor is not None:
            await predecessor.end()
        return True

    async def _stop(self) -> None:
        """Let nobody come any more, have what has come accepted and answered, and see all workers end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._births, return_exceptions=True)
        for child in self._children:
            if not child.is_ready:
                child.kill()
        if any(self._serving):
            with suppress(OSError):
                shut_to_newcomers(self._listeners)
            await self._run_dry()
        await asyncio.gather(*(child.end() for child in self._children))
        for listener in self._listeners:
            listener.close()

    async def _run_dry(self) -> None:
        """Until nobody waits in the listeners."""
        await asyncio.sleep(LAST_CALL)
        for _ in range(_LOOKS):
            if not self._children or not waiting(self._listeners):
                break
            await asyncio.sleep(_LOOK)
