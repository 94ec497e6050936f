"""Connections on which nobody waits for ever."""

import os
import socket
from contextlib import suppress
from math import inf
from time import monotonic
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout

T = TypeVar("T")


class Unanswered(psycopg.OperationalError):
    """The server was given its time, and said nothing: it hangs, or something on the way to it does."""


class Crowded(psycopg.OperationalError):
    """The time of a unit was over before its turn came: others took all of it."""


class PatientConnection(psycopg.Connection[tuple[Any, ...]]):
    """Raises Unanswered, and closes, where the server does not answer until `give_up_at`.

    The server's own timeouts help only while it is heard from.
    """

    give_up_at = inf
    """By the steady clock."""
    heard_at = -inf
    """When the server last answered on it, by the steady clock."""

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        left = max(0.001, self.give_up_at - monotonic())
        # The interval is for signals, which only the main thread is sent: these wait in others.
        if timeout is not None and timeout <= left:
            return super().wait(gen, timeout, timeout)
        try:
            answer = super().wait(gen, interval) if left == inf else super().wait(gen, left, left)
        except _WaitTimeout:
            # What it was in the midst of is not known: nothing more can be asked on it.
            self.close()
            raise Unanswered from None
        self.heard_at = monotonic()
        return answer

    def cut(self) -> None:
        """Whoever waits on it in another thread is told at once, as of a connection that broke."""
        with suppress(OSError, psycopg.OperationalError), socket.socket(fileno=os.dup(self.fileno())) as shared:
            shared.shutdown(socket.SHUT_RDWR)
