"""What the newsroom puts where: in the navigation, and at the top of the front page."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from storage.errors import Invalid
from storage.model import Action, Article, FrontPage, Subject
from storage.scopes import HOME, PAGES
from storage.sql.engine import Connection
from storage.sql.kept import MARK, KeptArticles
from storage.sql.lists import read_articles
from storage.sql.mixin import StoreMixin, Write
from storage.sql.places import sections_named
from storage.sql.rows import one_of

LISTS = {"navigation": ("section", "sections", "path"), "pinned": ("article_id", "articles", "id")}
"""Tables of what stands in an order: the column that names it, and the table and key that it is of."""


class FrontMixin(StoreMixin):
    async def set_navigation(self, paths: Sequence[str]) -> None:
        await self._write(lambda write: put_in_order(write, "navigation", paths))

    async def get_navigation(self) -> tuple[str, ...]:
        return await self._read(lambda db: tuple(standing(db, "navigation")))

    async def pin_articles(self, ids: Sequence[int]) -> None:
        await self._write(lambda write: put_in_order(write, "pinned", ids))

    async def get_pinned(self) -> tuple[int, ...]:
        return await self._read(lambda db: tuple(standing(db, "pinned")))

    async def read_front(
        self, *, limit: int, also: Sequence[str] = (), late_since: datetime | None = None
    ) -> FrontPage:
        def work(db: Connection) -> FrontPage:
            listed = read_articles(db, self._kept, HOME, limit, None, (PAGES, *also), late_since)
            pinned = _pinned(db, self._kept)
            named = {section.path: section for section in listed.sections}
            if further := {path for article in pinned for path in article.sections} - named.keys():
                named |= {section.path: section for section in sections_named(db, further)}
            return FrontPage(
                listed=replace(listed, sections=tuple(named[path] for path in sorted(named))), pinned=pinned
            )

        return await self._read_shown(work)


def standing(db: Connection, table: str) -> list[Any]:
    column = LISTS[table][0]
    return [one for (one,) in db.execute(f"SELECT {column} FROM {table} ORDER BY position")]


def put_in_order(write: Write, table: str, wanted: Sequence[str] | Sequence[int]) -> None:
    """In place of what stands there. Raises Invalid for what there is not."""
    column, of, key = LISTS[table]
    if list(wanted) == standing(write.looking_up, table):
        return
    test, parameters = one_of(write.db, key, wanted)
    there = {found for (found,) in write.looking_up.execute(f"SELECT {key} FROM {of} WHERE {test}", parameters)}
    for one in wanted:
        if one not in there:
            raise Invalid({of: f"There is no {of.removesuffix('s')} {one}."})
    write.append(Action.EDIT, Subject.SITE, "", {PAGES})
    write.db.execute(f"DELETE FROM {table}")
    write.db.executemany(f"INSERT INTO {table} (position, {column}) VALUES (?, ?)", list(enumerate(wanted, 1)))


def _pinned(db: Connection, kept: KeptArticles) -> tuple[Article, ...]:
    """Those that are public, in their order, without what cannot be read."""
    rows = db.execute(
        f"""
        SELECT {MARK} FROM pinned CROSS JOIN articles ON articles.id = pinned.article_id
        WHERE articles.public = 1 ORDER BY pinned.position
        """
    ).fetchall()
    return kept.of(db, rows)[0]
