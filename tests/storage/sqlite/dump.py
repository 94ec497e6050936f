"""schema.sql, made of the migrations. `python -m tests.storage.sqlite.dump` writes it."""

import sqlite3
from importlib.resources import files
from pathlib import Path

from storage.sqlite.schema import migrate
from tests.storage.newsroom import SettableClock

SCHEMA = Path(str(files("storage.sqlite") / "schema.sql"))

_HEAD = "-- Every migration applied. A test compares: what is to change here changes by a new migration.\n\n"


def migrated() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None)
    migrate(db, SettableClock())
    return db


def dump(db: sqlite3.Connection) -> str:
    """The tables and indexes of a database, in the order in which they were made."""
    rows = db.execute(
        """
        SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
            AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')
        ORDER BY rowid
        """
    )
    return _HEAD + "\n\n".join(f"{sql};" for (sql,) in rows) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(dump(migrated()), encoding="utf-8")
