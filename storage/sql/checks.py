"""Whether a database is well: its schema, its pages, its references, each of its rows."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from storage.errors import Unavailable
from storage.model import Omission, Subject
from storage.omissions import Name, sift
from storage.sql.bans import BAN, sift_bans
from storage.sql.comment_rows import COMMENT, sift_comments
from storage.sql.engine import Connection
from storage.sql.mixin import StoreMixin
from storage.sql.pages import PAGE, to_page
from storage.sql.rows import ARTICLE, Row, checked, sift_articles

_READ_BY_ID: Mapping[str, tuple[str, Callable[[Connection, Sequence[Row]], tuple[Any, tuple[Omission, ...]]]]] = {
    "articles": (ARTICLE, sift_articles),
    "comments": (COMMENT, sift_comments),
    "bans": (BAN, sift_bans),
}
"""Tables whose rows have an id: what to select, and what makes values of it."""
_PAGE = 1000


class CheckMixin(StoreMixin):
    async def check(self) -> Sequence[str]:
        faults: list[str] = []
        try:
            faults += await self._engine.faults()
            for table in _READ_BY_ID:
                faults += [f"The {one.name} is left out of lists: {one.why}." for one in await self._unreadable(table)]
            faults += [f"The page {path} cannot be read: {why}." for path, why in await self._unreadable_pages()]
        except Unavailable as error:
            faults.append(str(error))
        return faults

    async def _unreadable(self, table: str) -> Sequence[Omission]:
        """Of all rows, some at a time: whoever writes need not wait for it."""
        last: int | None = 0
        found: list[Omission] = []
        while last is not None:
            left_out, last = await self._read(partial(_unreadable_after, table=table, last=last))
            found += left_out
        return found

    async def _unreadable_pages(self) -> Sequence[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        done, count = 0, _PAGE
        while count == _PAGE:
            damaged, count = await self._read(partial(_unreadable_pages, done=done))
            found += damaged
            done += count
        return found


def _unreadable_pages(db: Connection, done: int) -> tuple[list[tuple[str, str]], int]:
    """Which pages behind as many cannot be read, and why; and how many were looked at. Their paths may be what is damaged."""
    rows = db.execute(f"SELECT {PAGE} FROM pages ORDER BY path LIMIT ? OFFSET ?", (_PAGE, done)).fetchall()
    make = checked(db, to_page)
    _, damaged = sift(range(len(rows)), lambda at: make(rows[at]), lambda at: Name(Subject.PAGE, at))
    return [(rows[one.id][0], one.why) for one in damaged], len(rows)


def _unreadable_after(db: Connection, table: str, last: int) -> tuple[tuple[Omission, ...], int | None]:
    """What cannot be read among the rows after an id, and the last id that was looked at; None behind the last of all."""
    columns, make = _READ_BY_ID[table]
    rows = db.execute(f"SELECT {columns} FROM {table} WHERE id > ? ORDER BY id LIMIT ?", (last, _PAGE)).fetchall()
    return make(db, rows)[1], rows[-1][0] if rows else None
