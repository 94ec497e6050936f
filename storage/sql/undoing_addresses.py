"""Taking back what an import knew of addresses elsewhere: aliases of a former site's lists, and the site itself."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from storage.model import FormerSite
from storage.sql.former_sites import former_site_at, put_former_site
from storage.sql.import_changes import ADDRESS, ALIAS
from storage.sql.mixin import Write
from storage.sql.rows import from_json, to_json


def undo_address(write: Write, named: str, was: Mapping[str, Any], import_id: int) -> tuple[bool, str]:
    """Take back what an import kept under a name: whether anything is another now, and the name of what stays, for it was changed
    since; '' of nothing.

    What a later import brought as well stays, and is the later one's to take back from here on.
    """
    if is_left_to_a_later_one(write, ADDRESS, named, was, import_id):
        return False, ""
    kind, _, name = named.partition(" ")
    before, now = was["before"], was["now"]
    if kind == ALIAS:
        return _undo_alias(write, name, before, now)
    site = former_site_at(write.db, name)
    if site is not None and asdict(site) != now:
        return False, f"the former site {name}"
    if site is None or before == now:
        return False, ""
    put_former_site(write, name, FormerSite(**before) if before else None)
    return True, ""


def _undo_alias(write: Write, path: str, before: str | None, now: str) -> tuple[bool, str]:
    row = write.looking_up.execute("SELECT page FROM aliases WHERE path = ?", (path,)).fetchone()
    if row is not None and row[0] != now:
        return False, f"the address {path}"
    if row is None or before == now:
        return False, ""
    if before is None:
        write.db.execute("DELETE FROM aliases WHERE path = ?", (path,))
    else:
        write.db.execute("UPDATE aliases SET page = ? WHERE path = ?", (before, path))
    return True, ""


def is_left_to_a_later_one(write: Write, subject: str, named: str, was: Mapping[str, Any], import_id: int) -> bool:
    """Whether a later import brought the same: then it is told what stood there before, and takes it back."""
    row = write.looking_up.execute(
        """
        SELECT import_id, before FROM import_changes WHERE subject = ? AND subject_id = ? AND import_id > ?
        ORDER BY import_id LIMIT 1
        """,
        (subject, named, import_id),
    ).fetchone()
    if row is None:
        return False
    later, said = row[0], from_json(row[1])
    write.db.execute(
        "UPDATE import_changes SET before = ? WHERE subject = ? AND subject_id = ? AND import_id = ?",
        (to_json(said | {"before": was["before"]}), subject, named, later),
    )
    return True
