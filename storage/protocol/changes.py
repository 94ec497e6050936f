"""The log of every write."""

from typing import Protocol

from storage.model import Change


class Changes(Protocol):
    """The log of every write."""

    async def changes_since(self, seq: int, *, limit: int) -> tuple[Change, ...]:
        """The Changes after `seq`, in order, none skipped, `limit` at most."""

    async def last_seq(self) -> int:
        """The seq of the newest Change; 0 of an empty log."""

    def moved(self) -> bool:
        """Whether a commit may have come since the last call: by this store at once, by another process as soon as it can be seen.

        Not a coroutine: it is asked before cached answers, in a few microseconds. True also when it cannot tell.
        It looks at the database only when its last look is older than 10 ms; a commit of this store is reported even before.
        """
