"""Names that were given already, on disk: a newsroom may have more than fit in memory."""

from feeds.importers.on_disk import on_disk


class Seen:
    """A set in a nameless temporary file, which SQLite deletes."""

    def __init__(self) -> None:
        self._database = on_disk()
        self._database.execute("CREATE TABLE seen (name TEXT PRIMARY KEY) WITHOUT ROWID")

    def first(self, name: str) -> bool:
        """Whether a name is given for the first time."""
        return self._database.execute("INSERT OR IGNORE INTO seen VALUES (?)", (name,)).rowcount == 1

    def close(self) -> None:
        self._database.close()
