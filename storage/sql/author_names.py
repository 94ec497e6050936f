"""Authors and tags: what they are called, and what an author's page says of him."""

from storage.errors import NotFound
from storage.model import Action, Author, Subject
from storage.scopes import SITE, author_scope, tag_scope
from storage.sql.engine import Connection
from storage.sql.indexing import index_rows
from storage.sql.mixin import StoreMixin, Write
from storage.sql.rows import BEYOND, known_names
from storage.sql.tables import ARTICLES
from storage.sql.term_sets import look_again

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
        if author.url != before.url:
            look_again(write, author_scope(author.slug))
    write.db.execute("UPDATE authors SET url = ?, about = ? WHERE slug = ?", (author.url, author.about, author.slug))
    return author


def rename_author(write: Write, author: Author, name: str) -> None:
    """Every page and feed may name him, partners are told of his articles with it, and the search finds these by it."""
    _rename(write, author_scope(author.slug), "UPDATE authors SET name = ? WHERE slug = ?", (name, author.slug))


def rename_tag(write: Write, slug: str, name: str) -> None:
    """As `rename_author`."""
    _rename(write, tag_scope(slug), "UPDATE tags SET name = ? WHERE slug = ?", (name, slug))


def move_author(write: Write, slug: str, url: str) -> None:
    """Give an author another address of his own, which is named with his articles."""
    write.append(Action.EDIT, Subject.SITE, "", {SITE})
    look_again(write, author_scope(slug))
    write.db.execute("UPDATE authors SET url = ? WHERE slug = ?", (url, slug))


def _rename(write: Write, scope_name: str, update: str, parameters: tuple[str, str]) -> None:
    write.append(Action.EDIT, Subject.SITE, "", {SITE})
    look_again(write, scope_name)
    write.db.execute(update, parameters)
    scope = write.scope_ids([scope_name])[scope_name]
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
