"""The log of every write."""

from datetime import datetime
from typing import Protocol

from storage.model import Change


class Changes(Protocol):
    """The log of every write."""

    async def changes_since(self, seq: int, *, limit: int) -> tuple[Change, ...]:
        """The Changes after `seq`, in order, none skipped, `limit` at most.

        Raises Pruned where some of them are kept no more, however many are asked for.
        """

    async def last_seq(self) -> int:
        """The seq of the newest Change; 0 of an empty log."""

    async def supersede_log(self, seq: int) -> None:
        """Somebody read a log up to this seq that is not the store's any more: a standby took over that had not all of it, or a
        backup was restored. Unless that was done already, append one Change, of the site, whose seq is beyond, and from which on no
        feed is told by what changed since an earlier one: so no number, and no date, that was given out names another state. Who
        subscribes to feeds is sent them anew.
        """

    def written(self) -> int:
        """The seq of the newest Change that this store appended by a write that was acknowledged, or ended in OutcomeUnknown;
        0 before the first. Not a coroutine, and never asks the database.
        """

    def moved(self, shown: datetime | None = None) -> bool:
        """Whether a commit may have come since the last call: by this store at once, by another process as soon as it can be seen.

        Not a coroutine: it is asked before cached answers, in a few microseconds. True also when it cannot tell.
        `shown` is the time, by this clock, that is then told: what is written from then on is dated later, even if the clock
        is put back. None: the present one.

        It looks at the database only when its last look is older than 10 ms; a commit of this store is reported even before.
        """
