"""The calendar of the archive: which days, months and years have public articles, by the names of their scopes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from storage.model import ArticleList, DaysBeside, Rest, Span
from storage.scopes import DAYS, of_view
from storage.sql.engine import Connection
from storage.sql.lists import read_articles
from storage.sql.mixin import StoreMixin

_PARTS = {"year": "month", "month": "day"}


class PeriodMixin(StoreMixin):
    async def read_period(
        self, scope: str, *, limit: int, span: Span | Rest | None = None, also: Sequence[str] = ()
    ) -> ArticleList:
        [scope, *also] = self._lists(scope, DAYS, *also)

        def work(db: Connection) -> ArticleList:
            listed = read_articles(db, self._kept, scope, limit, span, also)
            return replace(listed, beside=periods_beside(db, scope), parts=_parts_of(db, scope))

        return await self._read_shown(work)


def periods_beside(db: Connection, scope: str) -> DaysBeside:
    """The first days of what is like the period of a scope, before and after it."""
    view, name = of_view(scope)
    kind = view + name.partition(":")[0]
    # One bound on each side: with two on one side SQLite starts at the wrong one, and walks every day there is.
    before = _named(db, (f"{kind}:", scope), "DESC LIMIT 1")
    after = _named(db, (f"{scope}!", f"{kind}:~"), "ASC LIMIT 1")
    return DaysBeside(previous=before[0] if before else None, next=after[0] if after else None)


def last_day(db: Connection, view: str = "") -> date | None:
    return periods_beside(db, f"{view}day:~").previous


def _parts_of(db: Connection, scope: str) -> tuple[date, ...]:
    view, public = of_view(scope)
    kind, _, name = public.partition(":")
    begin = f"{view}{_PARTS[kind]}:{name}-"
    return _named(db, (begin, f"{begin}~"), "ASC")


def _named(db: Connection, bounds: tuple[str, str], order: str) -> tuple[date, ...]:
    """The first days of what is named between two bounds, the first included: the names are in the order of the calendar."""
    rows = db.execute(
        f"""
        SELECT name FROM scopes WHERE name >= ? AND name < ? AND EXISTS (
            SELECT 1 FROM article_listings WHERE scope_id = scopes.id AND gone = 0
        ) ORDER BY name {order}
        """,
        bounds,
    )
    return tuple(
        date(*(int(part) for part in (of_view(name)[1].partition(":")[2] + "-01-01")[:10].split("-")))
        for (name,) in rows
    )
