"""What happens because its time has come."""

from typing import Protocol

from storage.model import Change, Due


class DueTasks(Protocol):
    """What happens because its time has come."""

    async def run_due(self) -> Due:
        """Commit every publication and comment count that is due, once whichever worker asks first; return what is due next.

        A call that finds nothing due reads and writes nothing else. One Change for each. Also forgets IP hashes of 30 days
        ago, and bans that are over (no Change: nobody sees a difference). One that cannot be written, whatever is wrong with
        it, is logged, put off for a time that grows (a minute to an hour) and `held_up`; all others are done. So what is
        returned is never due yet.
        """

    async def next_due(self) -> Due:
        """What run_due has to do next, which may be due by now. Only reads."""

    async def read_on(self, seq: int, *, limit: int) -> tuple[tuple[Change, ...], Due]:
        """What changes_since and next_due answer, as of one moment: for whoever follows the log, one wait. Raises as they do."""

    def read_on_at_once(self, seq: int, *, limit: int) -> tuple[tuple[Change, ...], Due] | None:
        """The same, not a coroutine, where it takes no waiting; None where it does. It holds up whoever calls: `limit` is a few."""
