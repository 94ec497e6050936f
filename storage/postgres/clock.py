"""The database's clock, which all hosts share."""

from datetime import datetime
from time import monotonic

from storage.clock import utc_now
from storage.sql.engine import Connection
from storage.sql.rows import from_us, to_us

NOW_US = "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"
"""What it shows, in microseconds since 1970: whatever time zone and style of dates a server has, this is read the same."""


class DatabaseClock:
    """What the database's clock shows, as far as it can be told without asking: this host's steady clock, and what lies between the
    two. Threads may share it.
    """

    def __init__(self) -> None:
        self._between = to_us(utc_now()) - _steady_us()
        """In microseconds. Until the database is heard, this host's clock has to do."""
        self._was_heard = False

    @staticmethod
    def asked() -> int:
        """For `hear`: when the question begins."""
        return _steady_us()

    def hear(self, shown: int, asked: int) -> None:
        """The database showed these microseconds, some time between the question and now.

        What was known holds as long as it can be true: so an answer that was long on its way sets nothing back.
        """
        least, most = shown - _steady_us(), shown - asked
        self._between = min(max(self._between, least), most) if self._was_heard else least
        self._was_heard = True

    def __call__(self) -> datetime:
        return from_us(_steady_us() + self._between)


def database_clock(db: Connection) -> DatabaseClock:
    """The one of the database that a connection leads to."""
    clock = DatabaseClock()
    asked = clock.asked()
    [(now,)] = db.execute(f"SELECT {NOW_US}").fetchall()
    clock.hear(now, asked)
    return clock


def _steady_us() -> int:
    return int(1_000_000 * monotonic())
