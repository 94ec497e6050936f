"""The database's clock, which all hosts share."""

from datetime import UTC, datetime
from time import monotonic

from storage.clock import utc_now
from storage.sql.engine import Connection
from storage.sql.rows import to_us

NOW_US = "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"
"""What it shows, in microseconds since 1970: whatever time zone and style of dates a server has, this is read the same."""


class DatabaseClock:
    """What the database's clock shows, as far as it can be told without asking: this host's steady clock, and what lies between the
    two. Threads may share it.
    """

    def __init__(self) -> None:
        self._between = to_us(utc_now()) - _steady_us()
        """In microseconds. Until the database is heard, this host's clock has to do."""
        self._between_s = self._between / 1_000_000
        """The same in seconds: each poll that is answered asks what time it is, and a float takes a third of what an integer does.
        That of a second of this century is exact to a quarter of a microsecond."""
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
        self._between_s = self._between / 1_000_000
        self._was_heard = True

    def now(self) -> datetime:
        return datetime.fromtimestamp(monotonic() + self._between_s, UTC)


def database_clock(db: Connection) -> DatabaseClock:
    """The one of the database that a connection leads to."""
    clock = DatabaseClock()
    asked = clock.asked()
    [(now,)] = db.execute(f"SELECT {NOW_US}").fetchall()
    clock.hear(now, asked)
    return clock


def _steady_us() -> int:
    return int(1_000_000 * monotonic())
