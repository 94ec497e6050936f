"""A standby that readers may be answered from, as long as it keeps up with the primary."""

from time import monotonic
from typing import TypeVar

import psycopg

from storage.omissions import Omissions
from storage.postgres.faults import said_of
from storage.postgres.pool import Pool
from storage.postgres.reading import read_once
from storage.postgres.transaction import log_end
from storage.postgres.units import Unit, UnitConnection
from storage.trouble import Trouble

T = TypeVar("T")

_PATIENCE = 1.0
"""Seconds that a reader waits for the standby before the primary is asked."""
_SHORTEST, _LONGEST = 1.0, 60.0
"""Seconds for which nobody asks one that is away: twice as many each time."""


class Behind(Exception):
    """Ask the primary: the standby has not come as far as is known, or is away."""


class Replica:
    """Threads share it."""

    def __init__(self, pool: Pool, omissions: Omissions) -> None:
        self.pool = pool
        self._omissions = omissions
        self._away_until = 0.0
        self._pause = _SHORTEST
        self._trouble = Trouble("reads from the standby, DATELINE_DATABASE_READ_URL,")

    def read(self, work: Unit[T], since: int) -> T:
        """Run the work in a snapshot whose log has come to a seq. Raises Behind, and what the work raises."""

        def check(db: UnitConnection) -> None:
            if log_end(db) < since:
                raise Behind

        now = monotonic()
        if now < self._away_until:
            raise Behind
        try:
            result = read_once(self.pool, work, self._omissions, now + _PATIENCE, check)
        except psycopg.Error as error:
            # It is starting, or too old a snapshot was cancelled for what the primary cleaned up, or it is gone. Readers do not
            # notice: whoever runs it should.
            self._trouble.note(said_of(error))
            self.pool.forget()
            self._away_until = monotonic() + self._pause
            self._pause = min(_LONGEST, 2 * self._pause)
            raise Behind from None
        self._pause = _SHORTEST
        self._trouble.over()
        return result
