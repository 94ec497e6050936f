"""Taking back what an import did to standing pages."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from storage.model import PageStatus
from storage.sql.mixin import Write
from storage.sql.page_transfer import origin_of
from storage.sql.pages import pages_at, put_page, remove_page, what_leads


def undo_page(write: Write, origin: str, was: Mapping[str, Any]) -> str:
    """Take back what an import made of a page, known by its origin; '' where that is done, else the name of what stays, for it was
    edited since.
    """
    known = origin_of(write.db, origin)
    page = pages_at(write.db, [known.path]).get(known.path) if known else None
    if known is None or page is None:
        return ""
    if page.version != known.version:
        return f"{page.title} ({page.path})"
    fields = was["fields"]
    if fields is None:
        remove_page(write, page)
        write.db.execute("DELETE FROM page_origins WHERE origin = ?", (origin,))
        return ""
    wanted = replace(page, **fields | {"status": PageStatus(fields["status"])})
    if wanted.path != page.path and (pages_at(write.db, [wanted.path]) or what_leads(write.db, wanted.path, page)):
        # Something else has its former path by now.
        wanted = replace(wanted, path=page.path)
    kept = put_page(write, page, wanted)
    # What the source says is news again: the same import changes it once more.
    write.db.execute("UPDATE page_origins SET digest = '', version = ? WHERE origin = ?", (kept.version, origin))
    return ""
