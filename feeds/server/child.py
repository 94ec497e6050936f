"""A worker as its supervisor sees it: a process that says when it is ready, beats, obeys and ends."""

import asyncio
import json
import logging
import os
import pickle
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Self

from feeds.loops import Trouble
from feeds.metrics.slate import Slate
from feeds.server.channel import BEAT, Start
from feeds.settings import Settings

_log = logging.getLogger(__name__)

START_TIMEOUT = 60.0
"""Seconds that a worker may take to be ready."""
STOP_TIMEOUT = 15.0
"""Seconds that a worker may take to end once told to, before it is killed."""
SILENT = 3 * BEAT
"""Seconds without a beat after which others accept in a worker's place."""


class CannotStart(Exception):
    """A worker ended, or was too slow, before it was ready; the message says why, as far as is known."""


class Child:
    """`on_change` is called with the child when it becomes ready, asks for something, or has ended."""

    def __init__(
        self, slot: int | None, timeout: float, slate: Slate | None, on_change: Callable[["Child"], None]
    ) -> None:
        self.slot = slot
        """None: it delivers."""
        self.slate = slate
        """Where it writes its figures."""
        self.started_at = time.monotonic()
        self.is_ready = False
        self.is_ending = False
        """It was told to."""
        self.wants_a_successor = False
        self.wants_deliveries = False
        self.is_unused = False
        self.troubles: Sequence[Trouble] = ()
        """Loops of a process that nobody can ask."""
        self._timeout = timeout
        self._on_change = on_change
        self._why = ""
        self._serves: frozenset[int] = frozenset()
        self._heard_of = "[]"
        """Troubles of others, as it was told last."""
        self._heard = True
        """Since the last look."""
        self._silence = 0.0
        """Seconds, as far as looks can tell."""
        self._up = asyncio.Event()
        """Ready, or ended."""
        self._ended = asyncio.Event()
        self._process: asyncio.subprocess.Process
        self._tell: asyncio.StreamWriter
        self._listening: asyncio.Task[None]

    @classmethod
    async def start(
        cls,
        slot: int | None,
        settings: Settings,
        listeners: Sequence[socket.socket],
        on_change: Callable[["Child"], None],
        whole: Slate | None = None,
    ) -> Self:
        """Start the process; it is not ready yet. `whole`: where the figures of all stand; None: it is to tell none.

        Raises CannotStart if the system has no room for another.
        """
        slate = _new_slate() if whole is not None else None
        child = cls(slot, settings.worker_timeout, slate, on_change)
        ours, theirs = socket.socketpair()
        numbers = tuple(listener.fileno() for listener in listeners)
        slates = (slate.number, whole.number) if slate is not None and whole is not None else None
        try:
            child._process = await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-m", "feeds.server.process", str(theirs.fileno()),
                pass_fds=(*numbers, *(slates or ()), theirs.fileno()), stdin=asyncio.subprocess.PIPE,
                # It finds what this process has found, and nothing in the folder where it happens to run.
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )  # fmt: skip
            messages, child._tell = await asyncio.open_connection(sock=ours)
            stdin = child._process.stdin
            assert stdin is not None, "it is a pipe"
            stdin.write(pickle.dumps(Start(settings, numbers, slates, delivers=slot is None)))
            stdin.close()
        except OSError as error:
            ours.close()
            if slate is not None:
                slate.close()
            raise CannotStart(f"the system says: {error.strerror}") from error
        finally:
            theirs.close()
        child._listening = asyncio.create_task(child._listen(messages))
        return child

    def __str__(self) -> str:
        name = "the process that delivers" if self.slot is None else f"worker {self.slot}"
        return f"{name} (process {self._process.pid})"

    @property
    def has_ended(self) -> bool:
        return self._ended.is_set()

    @property
    def is_silent(self) -> bool:
        """Whether others should accept in its place."""
        return self._silence >= SILENT

    async def until_ready(self) -> None:
        """Raises CannotStart if it does not become so."""
        await self._up.wait()
        if not self.is_ready:
            raise CannotStart(self._why or f"it ended with code {self._process.returncode}")

    async def until_ended(self) -> int | None:
        """Its exit code; of one that was killed, the signal's number below zero."""
        await self._ended.wait()
        return self._process.returncode

    def serve(self, slots: Iterable[int]) -> None:
        """Accept from these listeners."""
        wanted = frozenset(slots)
        if wanted != self._serves:
            self._serves = wanted
            self._say("serve " + " ".join(map(str, sorted(wanted))))

    def hear(self, troubles: Sequence[Trouble]) -> None:
        """Which loops of other processes fail: a worker is who is asked."""
        written = json.dumps([trouble.write() for trouble in troubles])
        if self.is_ready and written != self._heard_of:
            self._heard_of = written
            self._say(f"troubles {written}")

    def deliver(self) -> None:
        """Look at once for what was asked of the hub."""
        self._say("deliver")

    async def end(self) -> None:
        """Tell it to answer what is under way and end, and wait until it has."""
        self.is_ending = True
        self._say("end")
        try:
            async with asyncio.timeout(STOP_TIMEOUT):
                await self._ended.wait()
        except TimeoutError:
            _log.error("%s did not end in time and is killed", self)
            self.kill()
            await self._ended.wait()

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()

    def _say(self, line: str) -> None:
        if not self._ended.is_set():
            self._tell.write(line.encode() + b"\n")

    def look(self) -> None:
        """To be called every BEAT seconds: kills it if it has said nothing for too long.

        Its silence is counted in looks: while the supervisor is stopped as well, or the machine sleeps, nobody is silent.
        """
        heard, self._heard = self._heard, False
        self._silence = 0.0 if heard else self._silence + BEAT
        over = self._silence - (self._timeout if self.is_ready else START_TIMEOUT)
        if over >= BEAT:
            self.kill()
        elif over >= 0:
            self._why = f"it was not ready after {self._silence:.0f} seconds"
            _log.error("%s has done nothing for %.0f seconds and is killed; this is where it was:", self, self._silence)
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGUSR2)

    async def _listen(self, messages: asyncio.StreamReader) -> None:
        """Until the process ends: with it, its end of the channel goes."""
        try:
            async for line in messages:
                self._heard = True
                self._understand(line.decode(errors="replace").strip())
        except ConnectionError:
            pass
        except Exception:
            _log.exception("%s cannot be heard any more and is killed", self)
            self.kill()
        await self._process.wait()
        self.is_ready = False
        self._tell.close()
        self._ended.set()
        self._up.set()
        self._on_change(self)

    def _understand(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if word == "failed":
            self._why = rest
        elif word == "troubles":
            self.troubles = [Trouble.parse(line) for line in json.loads(rest)]
        elif word in ("replace", "deliver", "unused"):
            self.wants_a_successor |= word == "replace"
            self.wants_deliveries |= word == "deliver"
            self.is_unused |= word == "unused"
            self._on_change(self)
        elif word == "ready":
            self.is_ready = True
            self._up.set()
            self._on_change(self)


def _new_slate() -> Slate:
    """Raises CannotStart if the system has no room for another."""
    try:
        return Slate.new()
    except OSError as error:
        raise CannotStart(f"the system says: {error.strerror}") from error
