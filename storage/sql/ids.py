"""Ids that are free."""

from collections.abc import Iterable
from typing import Literal

from storage.sql.engine import Connection
from storage.sql.rows import HIGHEST_GIVEN_ID


class FreeIds:
    """Ids as they are wanted, where they may be had, in a transaction in which nobody else writes.

    What has to be known is asked for at once, and waited for when the first is taken.
    """

    def __init__(self, db: Connection, table: Literal["articles", "comments"], wanted: Iterable[int] = ()) -> None:
        given = {id_ for id_ in wanted if 0 < id_ < HIGHEST_GIVEN_ID}
        self._highest = db.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
        self._asked = db.execute(f"SELECT id FROM {table} WHERE {db.among('id')}", (db.array(given),)) if given else ()
        self._given = given
        self._free: set[int] = set()
        """Of those wanted."""
        self._next = 0
        """Higher than all; 0 before the first was taken."""

    def take(self, wanted: int = 0) -> int:
        """This one if it was named and is free, else the next one; it is free no more."""
        if not self._next:
            [(highest,)] = self._highest.fetchall()
            self._next = highest + 1
            self._free = self._given.difference(id_ for (id_,) in self._asked)
        taken = wanted if wanted in self._free else self._next
        self._free.discard(taken)
        self._next = max(self._next, taken + 1)
        return taken
