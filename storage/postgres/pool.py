"""Connections that are used again. There are never more than there are threads that ask for one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from time import monotonic

import psycopg
from psycopg.pq import TransactionStatus

from storage.postgres.faults import ConnectionLost, is_for_good
from storage.postgres.patience import PatientConnection

_LIFETIME = 1800.0
"""Seconds: a name may lead to another server by then."""
_PAUSE = 0.05
"""Seconds between two attempts at a connection."""


class Pool:
    """`connect` makes a connection within so many seconds, or raises psycopg.Error. Threads share the pool.

    When `closing` is set nobody waits any more, and nothing is kept.
    """

    def __init__(self, connect: Callable[[float], PatientConnection], closing: Event) -> None:
        self._connect = connect
        self._closing = closing
        self._idle: list[tuple[float, PatientConnection]] = []
        """What was given back last is taken first: the others may grow old. Each with when it was made."""
        self._used: set[PatientConnection] = set()
        self._why: psycopg.Error | None = None
        """What the last one in vain was told."""
        self._is_down = False
        """Somebody waited in vain; since then nobody waits for more than one attempt."""

    def require_time(self, give_up_at: float, late: type[psycopg.Error]) -> None:
        """Raises `late` where a unit that had until then waited all of it for its turn, or what those before it waited for: no
        connection is made, or lost, for its sake.
        """
        if monotonic() >= give_up_at:
            raise late() if self._why is None else ConnectionLost(self._why)

    @contextmanager
    def connection(self, give_up_at: float) -> Iterator[PatientConnection]:
        """One to use until the block ends.

        Where there is none to be had, a server that is about to be back is waited for. Raises psycopg.Error.
        """
        made_at, connection = self._take(give_up_at)
        self._used.add(connection)
        try:
            yield connection
        finally:
            self._used.discard(connection)
            self._give_back(made_at, connection)

    def _take(self, give_up_at: float) -> tuple[float, PatientConnection]:
        while True:
            while self._idle:
                made_at, connection = self._idle.pop()
                if monotonic() - made_at < _LIFETIME:
                    return made_at, connection
                connection.close()
            try:
                connection = self._connect(give_up_at - monotonic())
            except psycopg.Error as error:
                is_late = monotonic() + _PAUSE >= give_up_at
                if self._is_down or is_late or is_for_good(error) or self._closing.wait(_PAUSE):
                    self._is_down, self._why = True, error
                    raise
            else:
                self._is_down, self._why = False, None
                return monotonic(), connection

    def _give_back(self, made_at: float, connection: PatientConnection) -> None:
        if self._closing.is_set() or connection.info.transaction_status is not TransactionStatus.IDLE:
            connection.close()
        else:
            self._idle.append((made_at, connection))

    def forget(self) -> None:
        """Let go of all that nobody uses: one broke, and what broke it may have broken all of them."""
        while self._idle:
            self._idle.pop()[1].close()

    def cut_silent(self, since: float) -> None:
        """End the waiting of whoever heard nothing from the server since then, by the steady clock, and forget the others."""
        self.forget()
        for connection in list(self._used):
            if connection.heard_at < since:
                connection.cut()
