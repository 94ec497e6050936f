"""How far those have come who read the log of Changes for somebody outside."""

from datetime import timedelta
from typing import Protocol


class Cursors(Protocol):
    """Places in the log of Changes that outlive whoever reads it, each by a name. No call appends a Change.

    Of several processes that read for the same purpose one works at a time: that which holds the cursor. A lease runs out, so that
    another goes on where its holder died; it may then find done what was not noted.
    """

    async def read_cursor(self, name: str) -> int:
        """The seq up to which all is done; 0 if the cursor was never moved."""

    async def claim_cursor(self, name: str, *, holder: str, lease: timedelta) -> bool:
        """Hold the cursor from now on for so long, and return True: where nobody does, where the lease is over, or where it is this
        holder's own. Else write nothing, and return False.
        """

    async def move_cursor(self, name: str, seq: int, *, holder: str, done: bool) -> None:
        """Keep that all up to `seq` is done, unless more was noted before; where it is `done` with its work, this holder holds the
        cursor no longer. Whoever was too slow to hold it still may note what was done, too.
        """
