"""The list of all articles, drafts included, by id descending: all of it, or what a filter leaves of it.

Every condition but one on a date or a guid is a range of an index in the order of the list. One of several is walked, the one that
has the fewest; the others are looked up for each article that it has, of no more than so many for a page.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from storage.model import Article, ArticleFilter, ArticleStatus, FilteredArticles
from storage.scopes import author_scope, section_scope, tag_scope
from storage.sql.engine import Connection
from storage.sql.mixin import StoreMixin
from storage.sql.rows import ARTICLE, BEYOND, Row, one_of, refilled, to_articles, to_us

WALKED = 1000
"""Articles that are looked at for a page, at most: what is found among them is the page, be it few or none."""


class _Condition(NamedTuple):
    table: str
    column: str
    """Of the table, the article's id."""
    test: str
    value: object
    in_order: bool = True
    """Whether the articles of which it is true are a range of an index in the order of their ids. Those of others are read where
    they are few.
    """

    @property
    def rows(self) -> str:
        """Where they are, behind SELECT."""
        return f"FROM {self.table} WHERE {self.test}"


class FilterMixin(StoreMixin):
    async def list_articles(
        self, *, status: ArticleStatus | None = None, before_id: int | None = None, limit: int
    ) -> tuple[Article, ...]:
        found = await self.filter_articles(ArticleFilter(status=status), before_id=before_id, limit=limit)
        return found.articles

    async def filter_articles(
        self, wanted: ArticleFilter, *, before_id: int | None = None, limit: int
    ) -> FilteredArticles:
        below = BEYOND if before_id is None else min(before_id, BEYOND)
        conditions = _conditions(wanted)
        return await self._read(lambda db: _filtered(db, conditions, below, limit))


def _conditions(wanted: ArticleFilter) -> list[_Condition]:
    facets = [
        *([section_scope(wanted.section)] if wanted.section is not None else []),
        *([tag_scope(wanted.tag)] if wanted.tag is not None else []),
        *([author_scope(wanted.author)] if wanted.author is not None else []),
    ]
    found = [_Condition("article_facets", "article_id", "facet = ?", facet) for facet in facets]
    if wanted.guid is not None:
        found.append(_Condition("articles", "id", "guid = ?", wanted.guid, in_order=False))
    if wanted.status is not None:
        found.append(_Condition("articles", "id", "status = ?", wanted.status))
    if wanted.updated_since is not None:
        found.append(_since(wanted.updated_since))
    return found


def _since(instant: datetime) -> _Condition:
    return _Condition("articles", "id", "modified_at >= ?", to_us(instant), in_order=False)


def _filtered(db: Connection, conditions: Sequence[_Condition], below: int, limit: int) -> FilteredArticles:
    if not conditions or (len(conditions) == 1 and conditions[0].test == "status = ?"):
        return FilteredArticles(articles=_range(db, conditions, below, limit), stopped_at=None)
    walked, stopped_at = _walk(db, conditions, below)
    return FilteredArticles(articles=_loaded(db, walked, limit), stopped_at=stopped_at)


def _range(db: Connection, conditions: Sequence[_Condition], below: int, limit: int) -> tuple[Article, ...]:
    """Of a condition on what the list itself is indexed by, or of none: one range."""
    tests = "".join(f"{one.test} AND " for one in conditions)
    sql = f"SELECT {ARTICLE} FROM articles WHERE {tests} id < ? ORDER BY id DESC LIMIT ?"
    given = [one.value for one in conditions]
    return refilled(
        lambda after, wanted: db.execute(sql, (*given, after[0] if after else below, wanted)).fetchall(),
        lambda rows: to_articles(db, rows),
        limit,
    )


def _walk(db: Connection, conditions: Sequence[_Condition], below: int) -> tuple[list[int], int | None]:
    """The ids of which all conditions are true, the highest first, and the last that was looked at: None where there is none
    further down.
    """
    narrowest = _narrowest(db, conditions, below)
    others = [one for one in conditions if one is not narrowest]
    # Not EXISTS: PostgreSQL would read all of which the other condition is true, and look among them.
    tests = "".join(f", (SELECT 1 {one.rows} AND {one.column} = walked.id LIMIT 1)" for one in others)
    given = [one.value for one in others]
    if narrowest is not None and not narrowest.in_order:
        walked, given = f"SELECT id {narrowest.rows} LIMIT ?", [*given, narrowest.value, WALKED]
    elif narrowest is not None:
        column = narrowest.column
        walked = f"SELECT {column} AS id {narrowest.rows} AND {column} < ? ORDER BY {column} DESC LIMIT ?"
        given += [narrowest.value, below, WALKED]
    else:
        walked = "SELECT id FROM articles WHERE id < ? ORDER BY id DESC LIMIT ?"
        given += [below, WALKED]
    rows = db.execute(f"SELECT walked.id {tests} FROM ({walked}) AS walked", given).fetchall()
    goes_on = len(rows) == WALKED and (narrowest is None or narrowest.in_order)
    found = sorted((row[0] for row in rows if None not in row and row[0] < below), reverse=True)
    return found, min(row[0] for row in rows) if goes_on else None


def _narrowest(db: Connection, conditions: Sequence[_Condition], below: int) -> _Condition | None:
    """The condition that is true of the fewest articles below an id; None where the only one is of a date, and of too many."""
    if len(conditions) == 1 and conditions[0].in_order:
        return conditions[0]
    counted = [one for one in conditions if one.in_order]
    unordered = [one for one in conditions if not one.in_order]
    # The count is cut off: how many more there are of a condition of which there are many makes no difference.
    counts = [f"(SELECT count(*) FROM (SELECT 1 {one.rows} AND {one.column} < ? LIMIT ?) AS few)" for one in counted]
    counts += [f"(SELECT count(*) FROM (SELECT 1 {one.rows} LIMIT ?) AS few)" for one in unordered]
    given = [value for one in counted for value in (one.value, below, WALKED)]
    given += [value for one in unordered for value in (one.value, WALKED)]
    [numbers] = db.execute(f"SELECT {', '.join(counts)}", given).fetchall()
    few = [
        (number, place)
        for place, (one, number) in enumerate(zip((*counted, *unordered), numbers, strict=True))
        if one.in_order or number < WALKED
    ]
    return (*counted, *unordered)[min(few)[1]] if few else None


def _loaded(db: Connection, ids: Sequence[int], limit: int) -> tuple[Article, ...]:
    def rows(after: Row | None, wanted: int) -> list[Row]:
        start = ids.index(after[0]) + 1 if after else 0
        test, parameters = one_of(db, "articles.id", ids[start : start + wanted])
        found = db.execute(f"SELECT {ARTICLE} FROM articles WHERE {test}", parameters).fetchall()
        return sorted(found, key=lambda row: -row[0])

    return refilled(rows, lambda found: to_articles(db, found), limit)
