"""What an import has to remember of a file, on disk: it may be more than fits in memory."""

import sqlite3

_CACHE = 200
"""KiB in memory of each such database: an import has several."""


def on_disk() -> sqlite3.Connection:
    """A nameless temporary file, which SQLite deletes. All of it is one transaction, which nobody ends."""
    database = sqlite3.connect("", isolation_level=None)
    for pragma in ("synchronous = OFF", "journal_mode = OFF", f"cache_size = -{_CACHE}"):
        database.execute(f"PRAGMA {pragma}")
    database.execute("BEGIN")
    return database
