"""Trials of the hub, as they are kept while they last."""

from datetime import datetime, timedelta
from typing import Protocol

from storage.model import HubCheck


class HubChecks(Protocol):
    """Each is known by a token, which is the right to be its subscriber. Only `change_hub_check` appends a Change, of which
    readers see nothing.
    """

    async def begin_hub_check(self, token: str, *, path: str, secret: str, lasts: timedelta) -> None:
        """Keep one, whose feed is at a path; let go of those that are over. Raises Invalid for a path longer than 2,000 bytes."""

    async def get_hub_check(self, token: str) -> HubCheck | None:
        """None where there is none, or it is over."""

    async def note_hub_check(self, token: str, *, arrived_at: datetime | None = None, fault: str = "") -> None:
        """Its callback was asked; or, with a time, sent a delivery, in which there may be a fault. Of one that is no more, nothing
        is noted.
        """

    async def change_hub_check(self, token: str) -> datetime:
        """Put a further entry into its feed. Returns when, by the clock of `Store.now`, just before the commit. Raises NotFound."""

    async def end_hub_check(self, token: str) -> None:
        """Let go of it, and of whoever subscribes to its feed or asks to. Of one that is no more, nothing."""
