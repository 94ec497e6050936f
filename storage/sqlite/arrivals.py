"""Which articles arrived late, out of the order of their list: what readers may have passed already."""

import sqlite3

from storage.lifecycle import AMONG_NEWEST, LATE, SOON
from storage.model import Article
from storage.scopes import ARRIVALS, HOME
from storage.sqlite import listings
from storage.sqlite.listings import Item, listing_of
from storage.sqlite.rows import to_us
from storage.sqlite.topic import Write


def keep_arrival(write: Write, before: Article | None, after: Article | None) -> None:
    """`before` and `after` are of the same article, as far as it is public. The list has an order of its own."""
    if before and after and (before.arrived_at, before.published_at) == (after.arrived_at, after.published_at):
        return
    table: listings.Table = "article_listings"
    if (
        before
        and before.arrived_at
        and (old := (to_us(before.arrived_at), before.id))
        and _is_listed_late(write.db, old)
    ):
        listings.leave(write, table, {ARRIVALS}, [old], entombed=True)
        if not after:
            listings.entomb(write, table, {ARRIVALS}, [old])
    if after and after.arrived_at and _is_late(write.db, after):
        listings.enter(write, table, {ARRIVALS}, [(to_us(after.arrived_at), after.id)])


def _is_late(db: sqlite3.Connection, article: Article) -> bool:
    assert article.arrived_at is not None, "only what arrived is looked at"
    assert article.published_at is not None, "a public article has a date"
    after_its_date = article.arrived_at - article.published_at
    return after_its_date >= LATE or (after_its_date >= SOON and _stands_below(db, listing_of(article), AMONG_NEWEST))


def _stands_below(db: sqlite3.Connection, item: Item, count: int) -> bool:
    """Whether so many public articles stand before it."""
    row = db.execute(
        """
        SELECT 1 FROM article_listings WHERE scope_id = (SELECT id FROM scopes WHERE name = ?) AND gone = 0
            AND (at, item_id) > (?, ?) LIMIT 1 OFFSET ?
        """,
        (HOME, *item, count - 1),
    ).fetchone()
    return row is not None


def _is_listed_late(db: sqlite3.Connection, item: Item) -> bool:
    row = db.execute(
        """
        SELECT 1 FROM article_listings WHERE scope_id = (SELECT id FROM scopes WHERE name = ?) AND gone = 0
            AND at = ? AND item_id = ?
        """,
        (ARRIVALS, *item),
    ).fetchone()
    return row is not None
