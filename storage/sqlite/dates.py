"""Dates that were not seen to be right, or not before their process ended."""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from storage.model import Action, Subject
from storage.sqlite.changes import read_changes
from storage.sqlite.mixin import StoreMixin, Write
from storage.sqlite.rows import from_us_or_none


class DateMixin(StoreMixin):
    async def settle_dates(self) -> None:
        rows = await self._read(lambda db: db.execute("SELECT writer, first_seq, last_seq FROM last_writes").fetchall())
        ended = [row for row in rows if row[0] != self._writer and not _is_running(row[0])]
        if ended or self._late:
            # Whatever this one writes is followed by what of its own is late.
            await self._write(lambda write: _raise_again(write, ended))


def last_date(db: sqlite3.Connection) -> datetime | None:
    """The date that the last write gave to scopes; None where there is none, or it cannot be read."""
    with suppress(sqlite3.DatabaseError):
        [(us,)] = db.execute(
            """
            SELECT max(modified_at) FROM scopes WHERE name IN (SELECT value FROM json_each((
                SELECT scopes FROM changes WHERE scopes <> '[]' ORDER BY seq DESC LIMIT 1
            )))
            """
        ).fetchall()
        return from_us_or_none(us)
    return None


def _raise_again(write: Write, ended: Sequence[tuple[str, int, int]]) -> None:
    scopes: set[str] = set()
    for writer, first, last in ended:
        # Another may have been quicker.
        if write.db.execute("DELETE FROM last_writes WHERE writer = ?", (writer,)).rowcount:
            scopes.update(*(change.scopes for change in read_changes(write.db, first - 1, last - first + 1)))
    if scopes:
        write.append(Action.EDIT, Subject.SITE, "", scopes)


def _is_running(writer: str) -> bool:
    """Whether the process that a writer is named after may still be at work; one of this process's number is not."""
    pid = int(writer.split()[0])
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
