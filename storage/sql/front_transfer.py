"""The navigation and the pinned stories of whole newsrooms: out, in, and taken back."""

from collections.abc import Mapping
from typing import Any

from storage.model import FrontRecord, ImportRun
from storage.sql.engine import Connection
from storage.sql.front import LISTS, put_in_order, standing
from storage.sql.import_changes import ChangeLog
from storage.sql.mixin import StoreMixin, Write


class FrontTransferMixin(StoreMixin):
    async def import_front(self, record: FrontRecord, *, run: ImportRun | None = None) -> FrontRecord:
        def work(write: Write) -> FrontRecord:
            log = ChangeLog(write, run)
            kept = FrontRecord(
                navigation=_bring(write, log, "navigation", "path", record.navigation),
                pinned=_bring(write, log, "pinned", "guid", record.pinned),
            )
            log.finish()
            return kept

        return await self._write(work)


def front_record(db: Connection, *, public_only: bool) -> FrontRecord:
    shown = "WHERE articles.public = 1" if public_only else ""
    rows = db.execute(
        f"SELECT guid FROM pinned CROSS JOIN articles ON articles.id = pinned.article_id {shown} ORDER BY position"
    )
    return FrontRecord(navigation=tuple(standing(db, "navigation")), pinned=tuple(guid for (guid,) in rows.fetchall()))


def _bring(write: Write, log: ChangeLog, table: str, named: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Where nothing stands yet, what there is of these; returns the names of what was put there."""
    before = standing(write.db, table)
    _, of, key = LISTS[table]
    test = write.db.among(f"{of}.{named}")
    found = dict(
        write.looking_up.execute(f"SELECT {named}, {key} FROM {of} WHERE {test}", (write.db.array(names),)).fetchall()
    )
    there = {name: found[name] for name in names if name in found}
    wanted = [*there.values()]
    if not before and wanted:
        put_in_order(write, table, wanted)
        log.note_front(table, before, wanted)
        return tuple(there)
    if before and before == wanted:
        log.note_front(table, before, wanted)
    return ()


def undo_front(write: Write, table: str, was: Mapping[str, Any]) -> tuple[bool, str]:
    """Take back what an import put in an order: whether it did, and the name of what stays, for it was changed since."""
    if was["before"] == was["now"]:
        return False, ""
    if standing(write.db, table) != was["now"]:
        return False, "the navigation" if table == "navigation" else "what is pinned"
    put_in_order(write, table, was["before"])
    return True, ""
