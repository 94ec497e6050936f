"""What an import leaves for later ones of the same source to know: what articles in other files refer to."""

from collections.abc import Mapping, Sequence

from storage.imports import site_key
from storage.model import ImportRun, ImportSource
from storage.sql.engine import Connection
from storage.sql.import_changes import ChangeLog
from storage.sql.import_sources import Sources, names_of
from storage.sql.mixin import Write

NAMES, _AFTER_NAMES = "said ", "said!"
"""What begins so is this store's own: what the source called something last. An importer is not given it."""


def remember(write: Write, source: ImportSource, said: Mapping[str, str], run: ImportRun) -> None:
    """What `storage.protocol.Transfer.remember` says."""
    if not said:
        return
    source_id, log = Sources(write, [source]).of(source).id, ChangeLog(write, run)
    remember_all(write, source_id, said, log)
    log.finish()


def remember_all(write: Write, source_id: int, said: Mapping[str, str], log: ChangeLog) -> None:
    """The same of a source that is known by its id; where nothing is said the import has not begun by it."""
    if not said:
        return
    db, import_id = write.db, log.import_id
    db.executemany(
        "UPDATE import_memory SET done_by = ? WHERE source_id = ? AND name = ? AND done_by = 0",
        [(import_id, source_id, name) for name in said],
    )
    db.executemany(
        """
        INSERT INTO import_memory (source_id, name, added_by, said, done_by) VALUES (?, ?, ?, ?, 0)
        ON CONFLICT (source_id, name, added_by) DO UPDATE SET said = excluded.said, done_by = 0
        """,
        [(source_id, name, import_id, words) for name, words in said.items() if words],
    )


def recalled(db: Connection, source: ImportSource, after: str, limit: int) -> Sequence[tuple[str, str]]:
    """What `storage.protocol.Transfer.recall` says."""
    found = _source_id(db, source)
    if not found:
        return ()
    return db.execute(
        """
        SELECT name, said FROM import_memory
        WHERE source_id = ? AND name > ? AND done_by = 0 AND (name < ? OR name >= ?) ORDER BY name LIMIT ?
        """,
        (found, after, NAMES, _AFTER_NAMES, limit),
    ).fetchall()


def forget_import(db: Connection, import_id: int) -> None:
    """As it was before the import."""
    db.execute("DELETE FROM import_memory WHERE added_by = ?", (import_id,)).close()
    db.execute("UPDATE import_memory SET done_by = 0 WHERE done_by > 0 AND done_by = ?", (import_id,)).close()


def _source_id(db: Connection, source: ImportSource) -> int:
    """By its site, else by a name; 0 for one that is new."""
    if source.site:
        rows = db.execute(
            "SELECT id FROM import_sources WHERE whole = ? AND site <> '' AND site = ? ORDER BY id LIMIT 1",
            (int(source.whole), site_key(source.site)),
        ).fetchall()
        if rows:
            return int(rows[0][0])
    rows = db.execute(
        f"SELECT source_id FROM import_source_names AS names WHERE names.whole = ? AND {db.among('names.name')}",
        (int(source.whole), db.array(names_of(source))),
    ).fetchall()
    return int(min(rows)[0]) if rows else 0
