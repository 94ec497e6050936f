"""Several workers on one address: started, watched, replaced, stopped."""

import logging
import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import FrameType

from feeds.server.worker import run_worker
from feeds.settings import Settings

_log = logging.getLogger(__name__)
_context = multiprocessing.get_context("spawn")

START_TIMEOUT = 60.0
"""Seconds that a worker may take to be ready: migrations run in them."""
STOP_TIMEOUT = 15.0
"""Seconds that a worker may take to end once told to, before it is killed."""
_RESPAWN_PAUSE = 1.0
"""Seconds before a worker that ended by itself is started again: one that cannot live must not spin."""


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    ready: Connection
    is_ready: bool = False


def _work(settings: Settings, listener: socket.socket, ready: Connection) -> None:
    # The terminal's Ctrl-C reaches the whole group; the supervisor alone decides who ends when.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    run_worker(settings, listener, lambda: ready.send(os.getpid()))


class Supervisor:
    """A worker for each listener.

    It keeps every listener open itself: closing one would reset the connections that wait in it. A replacement inherits its
    predecessor's.
    """

    def __init__(self, settings: Settings, listeners: list[socket.socket]) -> None:
        self._settings = settings
        self._listeners = listeners
        self._workers: dict[int, _Worker] = {}
        """By slot: the place of its listener."""
        self._stopping = False
        self._restarting = False
        self._wake, self._woken = socket.socketpair()
        self._wake.setblocking(False)
        self._woken.setblocking(False)

    def run(self, on_ready: Callable[[], None]) -> None:
        """Until SIGINT or SIGTERM. Raises SystemExit (3) if the workers cannot start."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        try:
            # One first: it brings the schema up to date, and tells whether the application can start at all.
            for slot in range(len(self._listeners)):
                self._workers[slot] = self._start(slot)
                if slot == 0 and not self._await_ready(self._workers[slot]) and not self._stopping:
                    raise SystemExit(3)
            if all(self._await_ready(worker) for worker in self._workers.values()):
                on_ready()
            while not self._stopping:
                self._pause(None)
                if self._restarting:
                    self._restarting = False
                    self._replace_all()
                self._revive()
        finally:
            self._stop_all()

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGHUP:
            self._restarting = True
        else:
            self._stopping = True

    def _start(self, slot: int) -> _Worker:
        ready, tell = _context.Pipe(duplex=False)
        process = _context.Process(
            target=_work, args=(self._settings, self._listeners[slot], tell), name=f"dateline worker {slot}"
        )
        process.start()
        tell.close()
        return _Worker(process, ready)

    def _await_ready(self, worker: _Worker) -> bool:
        """Whether it became ready; False if it ended, took too long, or the supervisor is to stop."""
        until = time.monotonic() + START_TIMEOUT
        while not worker.is_ready and not self._stopping and time.monotonic() < until:
            self._pause(until - time.monotonic(), worker.ready)
            if worker.ready.poll():
                try:
                    worker.ready.recv()
                except EOFError:
                    # Its end of the pipe went with it.
                    return False
                worker.is_ready = True
        return worker.is_ready

    def _pause(self, timeout: float | None, *also: Connection) -> None:
        """Wait until a signal came, a worker ended, or one of `also` has something to say."""
        sentinels = [worker.process.sentinel for worker in self._workers.values()]
        wait([self._woken, *sentinels, *also], timeout)
        with suppress(BlockingIOError):
            while self._woken.recv(64):
                pass

    def _replace_all(self) -> None:
        """One by one, each new worker ready before its predecessor is told to end."""
        for slot in range(len(self._listeners)):
            successor = self._start(slot)
            if not self._await_ready(successor):
                _log.error("the new worker %d did not start; the old workers go on", slot)
                self._end([successor])
                return
            predecessor, self._workers[slot] = self._workers[slot], successor
            self._end([predecessor])

    def _revive(self) -> None:
        for slot, worker in self._workers.items():
            if not worker.process.is_alive() and not self._stopping:
                _log.error("worker %d ended with code %s; starting another", slot, worker.process.exitcode)
                worker.process.join()
                time.sleep(_RESPAWN_PAUSE)
                self._workers[slot] = self._start(slot)

    def _stop_all(self) -> None:
        signal.set_wakeup_fd(-1)
        self._end(list(self._workers.values()))
        for closing in (*self._listeners, self._wake, self._woken):
            closing.close()

    def _end(self, workers: list[_Worker]) -> None:
        """Tell them to end, together, and wait until they have."""
        for worker in workers:
            worker.process.terminate()
        until = time.monotonic() + STOP_TIMEOUT
        for worker in workers:
            worker.process.join(max(0.0, until - time.monotonic()))
            if worker.process.is_alive():
                _log.error("%s did not end in time and is killed", worker.process.name)
                worker.process.kill()
                worker.process.join()
            worker.ready.close()
