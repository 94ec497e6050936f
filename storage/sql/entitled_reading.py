"""What sets of terms see, and the logs that tell of it."""

from collections.abc import Mapping, Sequence
from copy import copy
from datetime import datetime, timedelta
from typing import Self

from storage.entitlement import Entitlement, entitle
from storage.errors import NotFound, Pruned
from storage.model import Action, Article, EntitledChange
from storage.scopes import in_view
from storage.sql.articles import load_article
from storage.sql.engine import Connection
from storage.sql.entitled_expansion import expand, is_behind, next_view_due
from storage.sql.entitled_pruning import is_to_prune, prune_part
from storage.sql.entitled_rows import SEEN, seen_of, still_seen, to_entry
from storage.sql.mixin import StoreMixin
from storage.sql.rows import ARTICLE, BEYOND, from_us, from_us_or_none, load_articles, refilled, to_articles, to_us
from storage.sql.term_sets import load_terms


class EntitlementMixin(StoreMixin):
    async def expand_views(self) -> None:
        def look(db: Connection) -> tuple[bool, int]:
            return is_behind(db, to_us(self._clock())), db.last_seq()

        is_left, seq = await self._read(look)
        while is_left:
            await self._write(expand)
            is_left, seq = await self._read(look)
        # Another worker may have done it: whoever reads a view now has to know of that.
        self._known = max(self._known, seq)

    async def next_view_due(self) -> datetime | None:
        return from_us_or_none(await self._read(next_view_due))

    def within(self, set_id: int) -> Self:
        view = copy(self)
        view._view = in_view(set_id, "")
        return view

    async def entitled_changes(self, set_id: int, after: int, *, limit: int) -> tuple[EntitledChange, ...]:
        return await self._read(lambda db: _read_log(db, set_id, after, limit))

    async def entitled_number(self, set_id: int) -> int:
        return await self._read(lambda db: _last_number(db, set_id))

    async def entitled_articles(self, set_id: int, ids: Sequence[int]) -> Mapping[int, Article]:
        def work(db: Connection) -> Mapping[int, Article]:
            articles = load_articles(db, seen_of(db, set_id, ids))
            return {one.id: one for one in still_seen(db, set_id, tuple(articles.values()))}

        return await self._read(work)

    async def entitled_list(self, set_id: int, *, after_id: int, limit: int) -> tuple[Article, ...]:
        sql = f"""
            SELECT {ARTICLE} FROM entitled CROSS JOIN articles ON articles.id = entitled.article_id
            WHERE entitled.set_id = ? AND entitled.article_id > ? AND {SEEN} ORDER BY entitled.article_id LIMIT ?
        """

        def work(db: Connection) -> tuple[Article, ...]:
            return refilled(
                lambda last, wanted: db.execute(sql, (set_id, last[0] if last else after_id, wanted)).fetchall(),
                lambda rows: still_seen(db, set_id, to_articles(db, rows)),
                limit,
            )

        return await self._read(work)

    async def view_difference(
        self, old: int, new: int, *, after_id: int, limit: int
    ) -> tuple[tuple[EntitledChange, ...], int | None]:
        return await self._read(lambda db: _difference(db, old, new, after_id, limit))

    async def entitlement_of(self, set_id: int, article_id: int) -> Entitlement:
        def work(db: Connection) -> Entitlement:
            withheld = {name for (name,) in db.execute("SELECT name FROM withheld_sources").fetchall()}
            return entitle(load_terms(db, set_id), load_article(db, article_id), withheld, self._clock())

        return await self._read(work)

    async def prune_sets(self, *, keep_log: int, keep_unused: int) -> None:
        log, unused = (to_us(self._clock() - timedelta(seconds=kept)) for kept in (keep_log, keep_unused))
        while await self._read(lambda db: is_to_prune(db, log, unused)):
            await self._write(lambda write: prune_part(write, log, unused))


def _last_number(db: Connection, set_id: int) -> int:
    row = db.execute("SELECT last_number FROM term_sets WHERE id = ?", (set_id,)).fetchone()
    if row is None:
        raise NotFound(f"There is no set of terms {set_id}.")
    return int(row[0])


def _read_log(db: Connection, set_id: int, after: int, limit: int) -> tuple[EntitledChange, ...]:
    last = _last_number(db, set_id)
    rows = db.execute(
        """
        SELECT number, action, article_id, guid, at FROM entitled_log
        WHERE set_id = ? AND number > ? ORDER BY number LIMIT ?
        """,
        (set_id, min(after, BEYOND), limit),
    ).fetchall()
    first = rows[0][0] if rows else last + 1
    if after < first - 1:
        raise Pruned(first - 1)
    return tuple(map(to_entry, rows))


def _difference(
    db: Connection, old: int, new: int, after_id: int, limit: int
) -> tuple[tuple[EntitledChange, ...], int | None]:
    sql = f"""
        SELECT entitled.article_id, articles.guid
        FROM entitled CROSS JOIN articles ON articles.id = entitled.article_id
        WHERE entitled.set_id = ? AND entitled.article_id > ? AND {SEEN} ORDER BY entitled.article_id LIMIT ?
    """
    asked = [(set_id, db.execute(sql, (set_id, after_id, limit + 1))) for set_id in (old, new)]
    seen: dict[int, tuple[set[int], str]] = {}
    known_to = BEYOND
    for set_id, found in asked:
        rows = found.fetchall()
        for article_id, guid in rows:
            seen.setdefault(article_id, (set(), guid))[0].add(set_id)
        if len(rows) > limit:
            known_to = min(known_to, rows[-1][0])
    ids = [article_id for article_id in sorted(seen) if article_id <= known_to][:limit]
    goes_on = len(ids) < len(seen)
    now = from_us(0)

    def entry(article_id: int) -> EntitledChange:
        sets, guid = seen[article_id]
        action = Action.WITHDRAW if new not in sets else Action.EDIT if old in sets else Action.INSERT
        return EntitledChange(number=0, action=action, article_id=article_id, guid=guid, at=now)

    return tuple(map(entry, ids)), ids[-1] if goes_on and ids else None
