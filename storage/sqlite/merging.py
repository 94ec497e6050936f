"""Indexes of FTS5 written anew in parts, without what they only mark as deleted (https://sqlite.org/fts5.html, section 6.8)."""

from storage.sql.engine import Connection

_MERGED = 2000
"""Pages of an index in one transaction: some 10 ms, in which other writers wait."""


def merge(db: Connection, index: str, *, begin: bool, pages: int = _MERGED) -> bool:
    """Write a part of an index anew; whether there was any. To `begin` takes in all of it, not only what is due."""
    before = _written(db)
    db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('merge', ?)", (-pages if begin else pages,))
    return _written(db) - before >= 2


def merge_comments(db: Connection, *, begin: bool) -> bool:
    """The same of the indexes of comments."""
    parts = [merge(db, index, begin=begin) for index in ("comment_words", "comment_search")]
    return any(parts)


def _written(db: Connection) -> int:
    [(changes,)] = db.execute("SELECT total_changes()").fetchall()
    return int(changes)
