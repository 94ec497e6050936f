"""The rows that lists are read from: entries that stand in a scope's list, and tombstones of those that stood there."""

from collections.abc import Iterable, Sequence
from typing import Literal

from storage.model import Article
from storage.sql.engine import Connection
from storage.sql.mixin import Write
from storage.sql.rows import to_us

Table = Literal["article_listings", "comment_listings"]
Item = tuple[int, int]
"""What an entry is ordered by: its time in microseconds, its id."""


def listing_of(article: Article) -> Item:
    """What a public article is listed by."""
    assert article.published_at is not None, "a public article has a date"
    return (to_us(article.published_at), article.id)


def enter(write: Write, table: Table, scopes: Iterable[str], items: Sequence[Item]) -> None:
    _insert(write, table, 0, scopes, items)


def add_tombstones(write: Write, table: Table, scopes: Iterable[str], items: Sequence[Item]) -> None:
    """Leave tombstones of the items; they are dated where the items are kept."""
    _insert(write, table, 1, scopes, items)


def leave(write: Write, table: Table, scopes: Iterable[str], items: Sequence[Item], *, with_tombstones: bool) -> None:
    """`with_tombstones`: tombstones are left in the items' stead."""
    if not items:
        return
    scopes = tuple(scopes)
    if not with_tombstones:
        for scope in scopes:
            write.note_move(scope, max(at for at, _ in items))
    write.db.executemany(
        f"DELETE FROM {table} WHERE scope_id = ? AND gone = 0 AND at = ? AND item_id = ?",
        [(write.scope_id(scope), at, item_id) for scope in scopes for at, item_id in items],
    )


def remove_tombstones(write: Write, table: Table, items: Sequence[Item]) -> None:
    """Take the items' tombstones away, wherever they are."""
    write.db.executemany(f"DELETE FROM {table} WHERE gone = 1 AND item_id = ?", [(item_id,) for _, item_id in items])


def tombstone_scopes(db: Connection, table: Table, items: Iterable[Item]) -> frozenset[str]:
    """The scopes whose lists hold tombstones of the items."""
    return frozenset(
        name
        for _, item_id in items
        for (name,) in db.execute(
            f"""
            SELECT scopes.name FROM {table} AS listings CROSS JOIN scopes ON scopes.id = listings.scope_id
            WHERE listings.gone = 1 AND listings.item_id = ?
            """,
            (item_id,),
        )
    )


def _insert(write: Write, table: Table, gone: int, scopes: Iterable[str], items: Sequence[Item]) -> None:
    write.db.executemany(
        f"INSERT INTO {table} (scope_id, gone, at, item_id) VALUES (?, ?, ?, ?)",
        [(write.scope_id(scope), gone, at, item_id) for scope in scopes for at, item_id in items],
    )
