"""The database's clock, which all hosts share."""

from datetime import datetime, timedelta
from time import monotonic

from storage.clock import utc_now


class DatabaseClock:
    """What the database's clock shows, as far as it can be told without asking: since it was heard last, this host's steady clock
    counts on. Threads may share it.
    """

    def __init__(self) -> None:
        self._heard: tuple[datetime, float] = utc_now(), monotonic()

    def hear(self, now: datetime) -> None:
        """The database's clock showed `now` just before."""
        self._heard = now, monotonic()

    def __call__(self) -> datetime:
        now, at = self._heard
        return now + timedelta(seconds=monotonic() - at)
