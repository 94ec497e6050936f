"""A day of the archive: its articles in parts, and the days beside it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from storage.model import ArticleList, Rest, Span
from storage.scopes import DAYS, day_scope, with_older
from storage.sql.engine import Connection
from storage.sql.kept import MARK, KeptArticles
from storage.sql.listings import Item, listing_of
from storage.sql.lists import Listed, article_list, read_list
from storage.sql.mixin import StoreMixin
from storage.sql.periods import periods_beside


class DayMixin(StoreMixin):
    async def read_day(
        self, day: date, *, limit: int, today: date, span: Span | Rest | None = None, also: Sequence[str] = ()
    ) -> ArticleList:
        view = self._view
        return await self._read_shown(
            lambda db: _read_day(db, self._kept, view, day, limit, today, span, self._lists(*also))
        )

    async def first_day(self) -> date | None:
        return await self._read(_first_day)


def _first_day(db: Connection) -> date | None:
    """A day's scope stays, whatever becomes of its articles."""
    [(name,)] = db.execute("SELECT min(name) FROM scopes WHERE name >= 'day:' AND name <= 'day:~'").fetchall()
    return _day_of(name) if name else None


def _day_of(scope: str) -> date:
    return date.fromisoformat(scope.removeprefix("day:"))


def _read_day(
    db: Connection,
    kept: KeptArticles,
    view: str,
    day: date,
    limit: int,
    today: date,
    span: Span | Rest | None,
    also: Sequence[str],
) -> ArticleList:
    scope = view + day_scope(day)
    beside = periods_beside(db, scope)
    names = [view + DAYS, *also]
    if beside.next and beside.next < today:
        names += with_older(view + day_scope(beside.next))
        beside = replace(beside, next_is_longer=_has_more(db, view + day_scope(beside.next), limit))
    rows = read_list(db, "article_listings", MARK, scope, limit, span)
    listed = article_list(db, kept, _to_where_parts_meet(rows, limit, span), scope, limit, span, names)
    if isinstance(span, Span) and listed.articles:
        # Of the side that a part begins at, nothing is known as yet.
        first, last = listing_of(listed.articles[0]), listing_of(listed.articles[-1])
        if span.newer:
            listed = replace(listed, older=stands_beside(db, scope, last, newer=False))
        else:
            listed = replace(listed, newer=stands_beside(db, scope, first, newer=True))
    return replace(listed, beside=beside)


def _to_where_parts_meet(listed: Listed, limit: int, span: Span | Rest | None) -> Listed:
    if not isinstance(span, Span) or span.newer:
        return listed
    end = next((number for number, row in enumerate(listed.rows, start=1) if _id(row) % limit == 0), len(listed.rows))
    return Listed(listed.rows[:end], newer=listed.newer, older=listed.older or end < len(listed.rows))


def _id(row: tuple[Any, ...]) -> int:
    """Of a row of MARK."""
    return int(row[0])


def stands_beside(db: Connection, scope: str, item: Item, *, newer: bool) -> bool:
    """Whether a list goes on before an item of it, or beyond it."""
    row = db.execute(
        f"""
        SELECT 1 FROM article_listings WHERE scope_id = (SELECT id FROM scopes WHERE name = ?) AND gone = 0
            AND (at, item_id) {">" if newer else "<"} (?, ?) LIMIT 1
        """,
        (scope, *item),
    ).fetchone()
    return row is not None


def _has_more(db: Connection, scope: str, count: int) -> bool:
    row = db.execute(
        """
        SELECT 1 FROM article_listings WHERE scope_id = (SELECT id FROM scopes WHERE name = ?) AND gone = 0
        LIMIT 1 OFFSET ?
        """,
        (scope, count),
    ).fetchone()
    return row is not None
