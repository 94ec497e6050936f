"""Whose replies the newsroom takes no more."""

from collections.abc import Sequence
from typing import Protocol

from storage.model import Ban, ImportRun


class Bans(Protocol):
    """Bans. No call appends a Change: readers see nothing of them. `add_comment` tells which of them a comment falls under.

    One that is damaged catches nobody: it is left out of lists, noted and named by `check`, and can be lifted, or added again.
    """

    async def add_ban(self, ban: Ban) -> tuple[Ban, bool]:
        """Keep a ban; return it as kept, and whether it is new. Of one with this key that is there already, the end becomes the
        later of both, and all else stays. Raises Invalid for a key that is too long.
        """

    async def import_bans(self, bans: Sequence[Ban], *, run: ImportRun | None = None) -> int:
        """Keep those that are not over and whose key is new, under ids of the store's own; return how many. One that is there stays
        as it is. What waits is not looked at. `run`: the import that they are of, to be taken back with it. Raises Invalid for a
        key that is too long.
        """

    async def list_bans(self, *, before_id: int | None = None, limit: int) -> tuple[Ban, ...]:
        """Bans that are not over, by id descending, from below `before_id`."""

    async def lift_ban(self, ban_id: int) -> None:
        """Forget a ban. Raises NotFound."""

    async def held_under(self, keys: Sequence[str]) -> tuple[int, ...]:
        """The comments that wait for a moderator and fall under one of the bans of these keys, by id, as far as they tell it
        themselves (`storage.bans.reader_keys`): of the first 5,000 that wait.
        """
