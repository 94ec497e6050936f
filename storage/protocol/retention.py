"""What is let go when it is old."""

from datetime import timedelta
from typing import Protocol

Onward = tuple[int, int, int]
"""A place in a walk."""


class Retention(Protocol):
    """What is let go when it is old, so that the store grows with what is published, not with what was done."""

    async def prune(
        self, *, changes: timedelta | None, decisions: timedelta | None, onward: Onward | None = None
    ) -> Onward | None:
        """Take a step of a walk through all that may be let go: look at a thousand rows, and delete of them what is old, in one
        short transaction. Returns from where the walk goes on; None at its end. No call appends a Change: of what is let go, no
        list tells. Where nothing is to be let go, nothing is written. Several hosts may walk at once.

        Older than `changes` (None: for ever) are let go

        - Changes: the oldest first, but not the newest, nor the newest that raised a scope, nor those after the place of a durable
          cursor, or of a write whose dates are to be settled. A cursor that has stood still for as long again holds nothing back;
        - tombstones below the 1,000 newest entries of a list, or its 1,000 newest tombstones: no list shows more;
        - what arrived late, and its tombstones, once its week is over, but for the last of each list, which dates it.

        Answers to requests that are done once are let go after a day, and before where there are more than 10,000, or 64 MiB: the
        oldest first.

        Older than `decisions`: decisions on comments. They can be undone no more.
        """
