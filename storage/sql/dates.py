"""Dates that were not seen to be right, or not before their process ended."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from storage.errors import Pruned
from storage.model import Action, Subject
from storage.sql.changes import read_changes
from storage.sql.engine import Connection, Engine
from storage.sql.mixin import StoreMixin, Write
from storage.sql.rows import from_json, from_us_or_none


class DateMixin(StoreMixin):
    async def settle_dates(self) -> None:
        ended = await self._read(self._ended)
        if ended or self._late:
            # Whatever this one writes is followed by what of its own is late.
            await self._write(lambda write: _raise_again(write, ended))

    def _ended(self, db: Connection) -> Sequence[tuple[str, int, int]]:
        return last_writes_of_the_ended(db, self._engine)


def last_writes_of_the_ended(db: Connection, engine: Engine) -> Sequence[tuple[str, int, int]]:
    """The last writes of processes that are at work no more: who wrote, its first seq and its last."""
    rows = db.execute("SELECT writer, first_seq, last_seq FROM last_writes").fetchall()
    return [row for row in rows if row[0] != engine.writer and not engine.is_at_work(db, row[0])]


def last_date(db: Connection) -> datetime | None:
    """The date that the last write gave to scopes; None where there is none, or it cannot be read."""
    row = db.execute("SELECT scopes FROM changes WHERE scopes <> '[]' ORDER BY seq DESC LIMIT 1").fetchone()
    with suppress(ValueError):
        rows = db.execute(
            f"SELECT modified_at FROM scopes WHERE {db.among('name')}", (db.array(from_json(row[0]) if row else ()),)
        )
        return from_us_or_none(max((at for (at,) in rows), default=None))
    return None


def _raise_again(write: Write, ended: Sequence[tuple[str, int, int]]) -> None:
    scopes: set[str] = set()
    for writer, first, last in ended:
        # Another may have been quicker.
        if write.db.execute("DELETE FROM last_writes WHERE writer = ?", (writer,)).rowcount:
            # What is let go was written by one that lived on for days, and saw its dates.
            with suppress(Pruned):
                scopes.update(*(change.scopes for change in read_changes(write.db, first - 1, last - first + 1)))
    if scopes:
        write.append(Action.EDIT, Subject.SITE, "", scopes)
