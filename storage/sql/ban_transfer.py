"""Bans of whole newsrooms: out, in, and taken back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from storage.keys import require_short
from storage.model import Ban, ImportRun, Omission
from storage.sql.bans import BAN, STANDS, find_bans, insert_bans, sift_bans
from storage.sql.engine import Connection
from storage.sql.import_changes import ChangeLog
from storage.sql.mixin import StoreMixin, Write
from storage.sql.rows import to_us, to_us_or_none


class BanTransferMixin(StoreMixin):
    async def import_bans(self, bans: Sequence[Ban], *, run: ImportRun | None = None) -> int:
        def work(write: Write) -> int:
            require_short("value", *(ban.key for ban in bans))
            log = ChangeLog(write, run)
            there = find_bans(write.db, {ban.key for ban in bans}, write.now)
            wanted = {ban.key: ban for ban in bans if ban.ends_at is None or ban.ends_at > write.now}
            for ban in there:
                wanted.pop(ban.key, None)
            new = insert_bans(write.db, [*wanted.values()])
            for ban in new:
                log.note_ban(ban.id, None, _end(ban))
            for ban in there:
                log.note_ban(ban.id, _end(ban), _end(ban))
            log.finish()
            return len(new)

        return await self._write(work)


def bans_in_words(db: Connection, now: datetime) -> tuple[list[Ban], tuple[Omission, ...]]:
    """All that are not over and are known by more than a keyed hash, by id; and what cannot be read."""
    rows = db.execute(f"SELECT {BAN} FROM bans WHERE shown <> '' AND {STANDS} ORDER BY id", (to_us(now),))
    return sift_bans(db, rows.fetchall())


def undo_ban(write: Write, number: str, was: Mapping[str, Any]) -> tuple[bool, str]:
    """Take back what an import did of a ban: whether it is no more, and the name of one that stays, for it was changed since."""
    rows: Iterable[tuple[int | None]] = write.db.execute(
        "SELECT ends_at FROM bans WHERE id = ?", (int(number),)
    ).fetchall()
    for (ends_at,) in rows:
        if was["before"] is not None:
            return False, ""
        if [ends_at] != was["now"]:
            return False, f"ban {number}"
        write.db.execute("DELETE FROM bans WHERE id = ?", (int(number),)).close()
        return True, ""
    return False, ""


def _end(ban: Ban) -> list[int | None]:
    """What of a ban may be another, as it is noted."""
    return [to_us_or_none(ban.ends_at)]
