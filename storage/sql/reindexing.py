"""What an earlier release indexed otherwise than this one does: indexed anew in parts, newest first."""

from contextlib import suppress
from functools import partial

from storage.errors import Unreadable
from storage.model import Action, Subject
from storage.scopes import HOME
from storage.sql.articles import load_article
from storage.sql.full_text import Reindexed
from storage.sql.indexing import index_anew
from storage.sql.mixin import StoreMixin, Write


class ReindexingMixin(StoreMixin):
    async def reindex(self) -> bool:
        if not await self._read(lambda db: db.full_text.is_outdated(db)):
            return False
        return await self._write(_next_part)


def _next_part(write: Write) -> bool:
    """Whether more may be left. Of two processes at it each does a part."""
    done = write.db.full_text.reindex(write.db, partial(_index, write))
    if done is Reindexed.ALL_ARTICLES:
        # Searches that are kept found less.
        write.append(Action.EDIT, Subject.SITE, "", {HOME})
    return done is not Reindexed.NOTHING


def _index(write: Write, article_id: int) -> bool:
    """Whether the article could be indexed: a damaged one cannot be read."""
    with suppress(Unreadable):
        index_anew(write, load_article(write.db, article_id))
        return True
    return False
