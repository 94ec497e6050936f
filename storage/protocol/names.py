"""The most used tags and authors."""

from collections.abc import Sequence
from typing import Protocol

from storage.model import NameList


class Names(Protocol):
    async def read_names(self, *, among: int, limit: int, also: Sequence[str] = ()) -> NameList:
        """The tags and the authors, `limit` of each at most, that `among` so many of the newest public articles have most often;
        and the last day with any.

        What it costs depends on `among`, not on the newsroom. The snapshot holds the home scope and `also`.
        """
