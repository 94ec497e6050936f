"""Authors: what they are called, and what their page says of them."""

from collections.abc import Mapping

from storage.errors import NotFound
from storage.model import Action, Author, ImportRun, Subject
from storage.scopes import SITE, author_scope
from storage.sql.engine import Connection
from storage.sql.import_changes import ChangeLog
from storage.sql.indexing import index_rows
from storage.sql.mixin import StoreMixin, Write
from storage.sql.rows import BEYOND, known_names
from storage.sql.tables import ARTICLES

_AT_ONCE = 200


class AuthorMixin(StoreMixin):
    async def list_authors(self, *, after: str = "", limit: int) -> tuple[Author, ...]:
        sql = "SELECT slug, name, url, about FROM authors WHERE slug > ? ORDER BY slug LIMIT ?"
        rows = await self._read(lambda db: db.execute(sql, (after, limit)).fetchall())
        return tuple(Author(slug=slug, name=name, url=url, about=about) for slug, name, url, about in rows)

    async def get_author(self, slug: str) -> Author:
        return await self._read(lambda db: _load(db, slug))

    async def update_author(self, author: Author) -> Author:
        return await self._write(lambda write: _update(write, author))


def _load(db: Connection, slug: str) -> Author:
    authors, _ = known_names(db, [slug], ())
    if slug not in authors:
        raise NotFound(f"There is no author {slug!r}.")
    return authors[slug]


def _update(write: Write, author: Author) -> Author:
    before = _load(write.looking_up, author.slug)
    if author == before:
        return before
    if author.name != before.name:
        rename_author(write, before, author.name)
    else:
        write.append(Action.EDIT, Subject.SITE, "", {SITE})
    write.db.execute("UPDATE authors SET url = ?, about = ? WHERE slug = ?", (author.url, author.about, author.slug))
    return author


def name_authors(write: Write, names: Mapping[str, tuple[str, str]], run: ImportRun) -> tuple[str, ...]:
    """What `storage.protocol.Transfer.name_authors` says."""
    there, _ = known_names(write.db, names, ())
    renamed = [slug for slug, (was, now) in names.items() if slug in there and there[slug].name == was != now]
    if renamed:
        log = ChangeLog(write, run)
        for slug in renamed:
            log.note_author(slug, *names[slug])
            rename_author(write, there[slug], names[slug][1])
        log.finish()
    return tuple(renamed)


def rename_author(write: Write, author: Author, name: str) -> None:
    """Every page and feed may name him, and the search finds his articles by it."""
    write.append(Action.EDIT, Subject.SITE, "", {SITE})
    write.db.execute("UPDATE authors SET name = ? WHERE slug = ?", (name, author.slug))
    scope = write.scope_ids([author_scope(author.slug)])[author_scope(author.slug)]
    place = (BEYOND, BEYOND)
    while rows := _listed(write.db, scope, place):
        index_rows(write.db, ARTICLES, [id_ for _, id_ in rows])
        place = rows[-1]


def _listed(db: Connection, scope: int, below: tuple[int, int]) -> list[tuple[int, int]]:
    """Dates and ids of articles in a list, the next ones in its order."""
    return db.execute(
        """
        SELECT at, item_id FROM article_listings WHERE scope_id = ? AND gone = 0 AND (at, item_id) < (?, ?)
        ORDER BY at DESC, item_id DESC LIMIT ?
        """,
        (scope, *below, _AT_ONCE),
    ).fetchall()
