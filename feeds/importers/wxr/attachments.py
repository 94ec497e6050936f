"""An export's pictures by their ids, on disk: an export names them before or after the articles that show them."""

import sqlite3
from typing import NamedTuple


class Attachment(NamedTuple):
    """What is kept of one. Lengths in bytes, sides in pixels; 0 = unknown."""

    id: int
    parent: int
    url: str
    """A path on this site for an upload of the old one, else absolute."""
    alt: str
    caption: str
    credit: str
    width: int
    height: int
    length: int


class Attachments:
    """A table in a nameless temporary file, which SQLite deletes: a newsroom may have more pictures than fit in memory."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute(
            "CREATE TABLE attachment (id INTEGER PRIMARY KEY, parent, url, alt, caption, credit, width, height, length)"
        )
        self._database.execute("CREATE INDEX of_parent ON attachment (parent)")

    def add(self, attachment: Attachment) -> None:
        self._database.execute("INSERT OR REPLACE INTO attachment VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", attachment)

    def get(self, attachment_id: int) -> Attachment | None:
        row = self._database.execute("SELECT * FROM attachment WHERE id = ?", (attachment_id,)).fetchone()
        return Attachment(*row) if row else None

    def of_parent(self, parent: int) -> list[Attachment]:
        """Those uploaded for an article, by id."""
        rows = self._database.execute("SELECT * FROM attachment WHERE parent = ? ORDER BY id", (parent,))
        return [Attachment(*row) for row in rows]

    def close(self) -> None:
        self._database.close()
