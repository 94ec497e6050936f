"""An export's reusable blocks by their ids, on disk: an export names them before or after the articles that show them."""

from feeds.importers.on_disk import on_disk
from feeds.importers.trace import Trace, question


class Blocks:
    """A table in a nameless temporary file, which SQLite deletes. `wp_block` items are its rows: `<!-- wp:block {"ref":50} /-->`
    in a body stands for what item 50 holds.
    """

    def __init__(self, trace: Trace | None = None) -> None:
        self.trace = trace or Trace()
        self.lacks = False
        """Whether one was asked for that is not here."""
        self._database = on_disk()
        self._database.execute("CREATE TABLE block (id INTEGER PRIMARY KEY, html TEXT NOT NULL)")

    def add(self, block_id: int, html: str) -> None:
        """Keep a block's content, as the block editor wrote it; of one id, the last counts."""
        self._database.execute("INSERT OR REPLACE INTO block VALUES (?, ?)", (block_id, html))

    @question("block")
    def get(self, block_id: int) -> str | None:
        """None for one that no part of the export has, or that readers were not shown."""
        row = self._database.execute("SELECT html FROM block WHERE id = ?", (block_id,)).fetchone()
        self.lacks = self.lacks or row is None
        return row[0] if row else None

    def close(self) -> None:
        self._database.close()
