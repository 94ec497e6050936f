"""What an earlier release gave the index of articles otherwise than this one does: indexed anew in parts, newest first."""

from contextlib import suppress

from storage.errors import Unreadable
from storage.model import Action, Subject
from storage.scopes import HOME
from storage.sql.articles import load_article
from storage.sql.engine import Connection
from storage.sql.indexing import index_anew
from storage.sql.mixin import StoreMixin, Write

_LOOKED_AT, _INDEXED = 200, 10
"""Articles of one transaction: some 20 ms, in which other writers wait."""


class ReindexingMixin(StoreMixin):
    async def reindex(self) -> bool:
        if not await self._read(_is_left):
            return False
        return await self._write(_next_part)


def _is_left(db: Connection) -> bool:
    return db.execute("SELECT 1 FROM reindexing WHERE id = 1").fetchone() is not None


def _next_part(write: Write) -> bool:
    """Whether more is left. Of two processes at it each does a part."""
    row = write.db.execute("SELECT below, found FROM reindexing WHERE id = 1").fetchone()
    if row is None:
        return False
    below, found = row
    rows = write.db.full_text.stale(write.db, below, _LOOKED_AT)
    indexed = 0
    for place, article_id in rows:
        if indexed == _INDEXED:
            break
        below = place
        if article_id is not None:
            indexed += _index(write, article_id)
    if rows:
        write.db.execute("UPDATE reindexing SET below = ?, found = ? WHERE id = 1", (below, found or indexed > 0))
        return True
    write.db.execute("DELETE FROM reindexing WHERE id = 1")
    if found:
        # Searches that are kept found less.
        write.append(Action.EDIT, Subject.SITE, "", {HOME})
    return False


def _index(write: Write, article_id: int) -> bool:
    """Whether the article could be indexed: a damaged one stays as it is."""
    with suppress(Unreadable):
        index_anew(write, load_article(write.db, article_id))
        return True
    return False
