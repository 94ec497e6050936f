"""The newest of the whole newsroom, with what arrived out of turn."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from storage.model import ArticleList, CurrentList, Subject, Tombstone
from storage.omissions import Name
from storage.scopes import ARRIVALS, DAYS, HOME, day_scope
from storage.sqlite.days import stands_beside
from storage.sqlite.listings import listing_of
from storage.sqlite.lists import read_articles
from storage.sqlite.periods import periods_beside
from storage.sqlite.rows import Row, from_us, from_us_or_none, sift_loaded, to_us
from storage.sqlite.topic import Topic
from storage.sqlite.units import omissions_of

MOST_LATE = 500
"""Of late arrivals, those that came last: whoever brings in an archive by the thousand does not make it everybody's news."""


class CurrentTopic(Topic):
    async def read_current(self, *, limit: int, day: date, since: datetime, also: Sequence[str] = ()) -> CurrentList:
        return await self._read(lambda db: _read_current(db, limit, day, to_us(since), also))


def _read_current(db: sqlite3.Connection, limit: int, day: date, since: int, also: Sequence[str]) -> CurrentList:
    newest = read_articles(db, HOME, limit, None, (DAYS, *also))
    arrivals = _arrivals(db, since)
    late, left_out = sift_loaded(db, (id_ for id_, _ in arrivals))
    shown = {article.id for article in newest.articles}
    gone = _tombstones(db, since, limit)
    times = [at for _, at in arrivals[-1:]] + [at for _, at in gone[-1:]]
    return CurrentList(
        newest=replace(
            newest,
            beside=periods_beside(db, day_scope(day)),
            omissions=tuple(dict.fromkeys(newest.omissions + left_out)),
        ),
        late=tuple(sorted((one for one in late if one.id not in shown), key=listing_of, reverse=True)),
        late_tombstones=tuple(stone for stone, _ in gone),
        first_late_at=from_us(min(times)) if times else None,
        last_past_at=from_us_or_none(_last_past(db, since)),
        day_goes_on=_goes_on(db, newest, day),
    )


def _goes_on(db: sqlite3.Connection, newest: ArticleList, day: date) -> bool:
    if not newest.older or not newest.articles:
        return False
    return stands_beside(db, day_scope(day), listing_of(newest.articles[-1]), newer=False)


def _arrivals(db: sqlite3.Connection, since: int) -> list[tuple[int, int]]:
    """Articles with the times at which they arrived, the last one first."""
    return db.execute(
        """
        SELECT item_id, at FROM article_listings
        WHERE scope_id = (SELECT id FROM scopes WHERE name = ?) AND gone = 0 AND at > ?
        ORDER BY at DESC, item_id DESC LIMIT ?
        """,
        (ARRIVALS, since, MOST_LATE),
    ).fetchall()


def _tombstones(db: sqlite3.Connection, since: int, limit: int) -> list[tuple[Tombstone, int]]:
    """With the times at which their articles arrived, the last one first."""
    rows = db.execute(
        """
        SELECT articles.id, articles.seq, articles.guid, articles.gone_at, listings.at
        FROM article_listings AS listings CROSS JOIN articles ON articles.id = listings.item_id
        WHERE listings.scope_id = (SELECT id FROM scopes WHERE name = ?) AND listings.gone = 1 AND listings.at > ?
            AND articles.gone_at IS NOT NULL
        ORDER BY listings.at DESC, listings.item_id DESC LIMIT ?
        """,
        (ARRIVALS, since, limit),
    )

    def tombstone(row: Row) -> tuple[Tombstone, int]:
        _, seq, guid, gone_at, at = row
        return Tombstone(guid=guid, gone_at=from_us(gone_at), seq=seq), at

    return omissions_of(db).sift(rows.fetchall(), tombstone, lambda row: Name(Subject.ARTICLE, row[0], row[1]))


def _last_past(db: sqlite3.Connection, since: int) -> int | None:
    """When the last one arrived up to an instant, be it there or gone."""
    sql = """
        SELECT at FROM article_listings
        WHERE scope_id = (SELECT id FROM scopes WHERE name = ?) AND gone = ? AND at <= ?
        ORDER BY at DESC, item_id DESC LIMIT 1
    """
    return max((at for gone in (0, 1) for (at,) in db.execute(sql, (ARRIVALS, gone, since))), default=None)
