"""An export's pictures and other files by their ids, on disk: it names them before or after the articles that show them."""

from typing import NamedTuple

from feeds.importers.on_disk import on_disk
from feeds.importers.trace import Trace, question
from feeds.importers.wxr.uploads import base_of


class Attachment(NamedTuple):
    """What is kept of one. Lengths in bytes, sides in pixels; 0 = unknown."""

    id: int
    parent: int
    url: str
    """At the old site."""
    alt: str
    caption: str
    credit: str
    width: int
    height: int
    length: int
    title: str = ""
    date: str = ""
    """As WordPress writes it: in the order of time."""
    menu_order: int = 0


_COLUMNS = ", ".join(Attachment._fields)
_BASES = 20
"""Places that attachments may be served from; one has two or three."""


class Attachments:
    """A table in a nameless temporary file, which SQLite deletes: a newsroom may have more pictures than fit in memory."""

    def __init__(self, trace: Trace | None = None) -> None:
        self.trace = trace or Trace()
        self.bases: dict[str, None] = {}
        """Addresses below which attachments have the paths that they have below the uploads folder."""
        self.lacks = False
        """Whether one was asked for that is not here."""
        self._database = on_disk()
        self._database.execute(f"CREATE TABLE attachment ({_COLUMNS}, PRIMARY KEY (id)) WITHOUT ROWID")
        self._database.execute("CREATE INDEX of_parent ON attachment (parent, id)")
        self._database.execute("CREATE TABLE hidden (post INTEGER PRIMARY KEY)")

    def add(self, attachment: Attachment, path: str = "") -> None:
        """Keep one. `path`: where its file is below the uploads folder, if that is said."""
        values = ", ".join("?" * len(attachment))
        self._database.execute(f"INSERT OR REPLACE INTO attachment VALUES ({values})", attachment)
        base = base_of(attachment.url, path)
        if base and len(self.bases) < _BASES:
            self.bases[base] = None

    @question("attachment")
    def get(self, attachment_id: int) -> Attachment | None:
        row = self._database.execute(f"SELECT {_COLUMNS} FROM attachment WHERE id = ?", (attachment_id,)).fetchone()
        self.lacks = self.lacks or row is None
        return Attachment(*row) if row else None

    @question("attachments of")
    def of_parent(self, parent: int, most: int = -1) -> list[Attachment]:
        """Those uploaded for an article, by id; `most` of them, if that is given."""
        rows = self._database.execute(
            f"SELECT {_COLUMNS} FROM attachment WHERE parent = ? ORDER BY id LIMIT ?", (parent, most)
        )
        return [Attachment(*row) for row in rows]

    def hide(self, post_id: int) -> None:
        """Learn that not everybody may see a post, or a file: no other shows its pictures, or that."""
        self._database.execute("INSERT OR IGNORE INTO hidden VALUES (?)", (post_id,))

    @question("public")
    def is_public(self, post_id: int) -> bool:
        """Whether everybody may see a post or a file, as far as that is known."""
        return self._database.execute("SELECT 1 FROM hidden WHERE post = ?", (post_id,)).fetchone() is None

    def close(self) -> None:
        self._database.close()
