"""Notices commits, of whatever process on whatever host."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from math import inf
from time import monotonic
from typing import Any

from storage.errors import Unavailable
from storage.postgres.clock import NOW_US, DatabaseClock
from storage.postgres.faults import translated
from storage.postgres.patience import PatientConnection, Unanswered
from storage.postgres.transaction import CHANNEL
from storage.trouble import Trouble

LOOK_AGAIN = 0.2
"""Seconds from the end of one look at the log to the next: the truth, where a notice is the hint."""
BELIEVED = 0.28
"""Seconds from the beginning of a look for which it is believed: however long the next one hangs, nobody is further behind."""
_CONNECT_AGAIN = 0.25
_PATIENCE = 5.0
"""Seconds for an answer; then the connection is taken for dead."""
_LIVING = 0x4474_6C6E
"""The first half of the advisory lock that says that a process is at work; the second is its own."""


class Watch:
    """A thread with a connection of its own to the primary server, not to a pooler: that carries no notices.

    For as long as it is connected the process's advisory lock says that it is at work.
    """

    def __init__(
        self,
        connect: Callable[[], PatientConnection],
        key: int,
        clock: DatabaseClock,
        silent: Callable[[float], None] = lambda _since: None,
    ) -> None:
        """`silent` is called where the server left a look unanswered, with when that began: it hangs, or the way to it does."""
        self._connect = connect
        self._key = key
        self._clock = clock
        self._silent = silent
        self._lock = threading.Lock()
        self._moved = True
        self._looked_at = 0.0
        """When the last look began that came to an end, by the steady clock."""
        self.seq = -1
        """Of the newest Change that is known of here."""
        self._commits = 0
        """Of this process."""
        self._closing = threading.Event()
        self._ready = threading.Event()
        self._connection: PatientConnection | None = None
        self._trouble = Trouble("looks at the log of changes")
        self.fault: str | None = None
        """Why the database cannot be reached; None while it can."""
        self._thread = threading.Thread(target=self._run, name="dateline-watch", daemon=True)

    def start(self, patience: float) -> None:
        """Begin, and wait for the first look or its failure."""
        self._thread.start()
        self._ready.wait(patience)

    def note_commit(self, seq: int | None) -> None:
        """This process committed, and the log ends with this seq; None where that is not known."""
        with self._lock:
            self._commits += 1
            if seq != self.seq:
                self.seq, self._moved = seq if seq is not None else self.seq, True

    def moved(self) -> bool:
        """Whether a commit may have come since the last call. Without a look that is young enough it may."""
        if self._moved:
            # Cleared before whoever asks looks at the log: a commit from here on is told anew.
            self._moved = False
            return True
        return monotonic() - self._looked_at > BELIEVED

    def close(self) -> None:
        self._closing.set()
        with self._lock:
            if self._connection is not None:
                self._connection.cut()
        if self._thread.ident is not None:
            self._thread.join()
        # Nothing is believed any more.
        self._looked_at = -inf

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                with translated(), closing(self._connect()) as connection, self._cut_at_close(connection):
                    connection.execute(f"LISTEN {CHANNEL}")
                    # Shared: that of the connection before may still be held, for as long as the server has not noticed its end.
                    connection.execute(f"SELECT pg_advisory_lock_shared({_LIVING}, {self._key})")
                    while not self._closing.is_set():
                        self._look(connection)
                        for notice in connection.notifies(timeout=LOOK_AGAIN):
                            self._hear(notice.payload)
            except Exception as error:
                # Whatever it is, the thread goes on: without it every answer asks the database.
                expected = isinstance(error, Unavailable)
                self.fault = str(error) if expected else f"The log cannot be looked at: {type(error).__name__}."
                if not self._closing.is_set():
                    self._trouble.note(self.fault)
            finally:
                self._moved = True
                self._ready.set()
            self._closing.wait(_CONNECT_AGAIN)

    @contextmanager
    def _cut_at_close(self, connection: PatientConnection) -> Iterator[None]:
        """Until the block ends."""
        with self._lock:
            self._connection = connection
        try:
            yield
        finally:
            with self._lock:
                self._connection = None

    def _hear(self, payload: str) -> None:
        """Of a commit after which the log ended with this seq; or of what somebody else says on our channel."""
        with self._lock:
            if not payload.isdecimal():
                self._moved = True
            elif (seq := int(payload)) > self.seq:
                self.seq, self._moved = seq, True

    def _look(self, connection: PatientConnection) -> None:
        began, asked, commits = monotonic(), self._clock.asked(), self._commits
        connection.give_up_at = began + _PATIENCE
        try:
            row = connection.execute(_LOOK).fetchone()
        except Unanswered:
            self._silent(began)
            raise
        assert row is not None, "an aggregate has a row"
        seq, now = row
        self._clock.hear(now, asked)
        with self._lock:
            # It may go back, where a standby took over that had not all; or because this process has committed since.
            if seq > self.seq or (seq < self.seq and commits == self._commits):
                self.seq, self._moved = seq, True
        self._looked_at = began
        self.fault = None
        self._trouble.over()
        self._ready.set()


_LOOK = f"SELECT coalesce(max(seq), 0), {NOW_US} FROM changes".encode()


def is_alive(execute: Callable[[str, tuple[object, ...]], Any], key: int) -> bool:
    """Whether the process of a key is at work."""
    sql = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = ? AND objid = ? AND granted LIMIT 1"
    return execute(sql, (_LIVING, key)).fetchone() is not None
