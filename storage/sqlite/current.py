"""The newest of the whole newsroom, with what arrived out of turn."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from storage.model import Arrival, Article, ArticleList, CurrentList, Tombstone
from storage.scopes import ARRIVALS, DAYS, HOME, day_scope
from storage.sqlite.articles import listing_of
from storage.sqlite.lists import days_beside, read_articles, tombstones
from storage.sqlite.rows import from_us, load_articles, to_json, to_us
from storage.sqlite.topic import Topic

MOST_LATE = 500
"""Of late arrivals, those that came last: whoever brings in an archive by the thousand does not make it everybody's news."""


class CurrentTopic(Topic):
    async def read_current(
        self,
        *,
        limit: int,
        day: date,
        since: datetime,
        is_late: Callable[[Arrival], bool],
        also: Sequence[str] = (),
    ) -> CurrentList:
        return await self._read(lambda db: _read_current(db, limit, day, since, is_late, (DAYS, *also)))


def _read_current(
    db: sqlite3.Connection,
    limit: int,
    day: date,
    since: datetime,
    is_late: Callable[[Arrival], bool],
    also: Sequence[str],
) -> CurrentList:
    newest = _newest(db, limit, day, also)
    arrivals = _arrivals(db, since, gone=False)
    shown = {article.id for article in newest.articles}
    late = [arrival.article_id for arrival in arrivals if arrival.article_id not in shown and is_late(arrival)]
    gone = [arrival.article_id for arrival in _arrivals(db, since, gone=True) if is_late(arrival)]
    return CurrentList(
        newest=newest,
        late=_by_place(db, late[-MOST_LATE:]),
        late_tombstones=(*tombstones(db, "article_listings", day_scope(day), None, None), *_tombstones(db, gone)),
        arrivals=arrivals,
    )


def _newest(db: sqlite3.Connection, limit: int, day: date, also: Sequence[str]) -> ArticleList:
    """So many, or all of the day where these are more."""
    [(of_day,)] = db.execute(
        "SELECT count(*) FROM article_listings WHERE scope_id = (SELECT id FROM scopes WHERE name = ?) AND gone = 0",
        (day_scope(day),),
    )
    # The day's are the newest there are: what is public has no later day than today.
    listed = read_articles(db, HOME, max(limit, of_day), None, also)
    return replace(listed, beside=days_beside(db, day))


def _arrivals(db: sqlite3.Connection, since: datetime, *, gone: bool) -> tuple[Arrival, ...]:
    """Oldest first."""
    rows = db.execute(
        """
        SELECT articles.id, articles.day, listings.at
        FROM article_listings AS listings CROSS JOIN articles ON articles.id = listings.item_id
        WHERE listings.scope_id = (SELECT id FROM scopes WHERE name = ?) AND listings.gone = ? AND listings.at >= ?
        ORDER BY listings.at DESC, listings.item_id DESC
        """,
        (ARRIVALS, gone, to_us(since)),
    ).fetchall()
    return tuple(
        Arrival(article_id=id_, day=date.fromisoformat(day), at=from_us(at)) for id_, day, at in reversed(rows)
    )


def _by_place(db: sqlite3.Connection, ids: Sequence[int]) -> tuple[Article, ...]:
    return tuple(sorted(load_articles(db, ids).values(), key=listing_of, reverse=True))


def _tombstones(db: sqlite3.Connection, ids: Sequence[int]) -> tuple[Tombstone, ...]:
    rows = db.execute(
        """
        SELECT articles.guid, articles.gone_at, articles.seq
        FROM json_each(?) AS wanted CROSS JOIN articles ON articles.id = wanted.value
        ORDER BY wanted.key DESC
        """,
        (to_json(list(ids)),),
    )
    return tuple(Tombstone(guid=guid, gone_at=from_us(gone_at), seq=seq) for guid, gone_at, seq in rows)
