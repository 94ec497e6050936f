"""What an earlier release gave the index of articles otherwise than this one does: indexed anew in parts, newest first."""

import sqlite3
from contextlib import suppress

from storage.errors import Unreadable
from storage.model import Action, Subject
from storage.scopes import HOME
from storage.segmentation import is_segmented
from storage.sqlite.articles import load_article
from storage.sqlite.indexing import index_anew
from storage.sqlite.mixin import StoreMixin, Write

_LOOKED_AT, _INDEXED = 200, 10
"""Articles of one transaction: some 20 ms, in which other writers wait."""


class ReindexingMixin(StoreMixin):
    async def reindex(self) -> bool:
        if not await self._read(_is_left):
            return False
        return await self._write(_next_part)


def _is_left(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM reindexing WHERE id = 1").fetchone() is not None


def _next_part(write: Write) -> bool:
    """Whether more is left. Of two processes at it each does a part."""
    row = write.db.execute("SELECT below, found FROM reindexing WHERE id = 1").fetchone()
    if row is None:
        return False
    below, found = row
    rows = write.db.execute(
        "SELECT rowid, headline, names, summary, body FROM article_search WHERE rowid < ? ORDER BY rowid DESC LIMIT ?",
        (below, _LOOKED_AT),
    ).fetchall()
    indexed = 0
    for search_row, *texts in rows:
        if indexed == _INDEXED:
            break
        below = search_row
        if any(map(is_segmented, texts)):
            indexed += _index(write, search_row)
    if rows:
        write.db.execute("UPDATE reindexing SET below = ?, found = ? WHERE id = 1", (below, found or indexed > 0))
        return True
    write.db.execute("DELETE FROM reindexing WHERE id = 1")
    if found:
        # Searches that are kept found less.
        write.append(Action.EDIT, Subject.SITE, "", {HOME})
    return False


def _index(write: Write, search_row: int) -> bool:
    """Index the article of a row of the index; whether that could be done: a damaged one stays as it is."""
    row = write.db.execute("SELECT id FROM articles WHERE search_row = ?", (search_row,)).fetchone()
    if row is not None:
        with suppress(Unreadable):
            index_anew(write, load_article(write.db, row[0]))
            return True
    return False
