"""The rows that lists are read from: entries that stand in a scope's list, and tombstones of those that stood there."""

from collections.abc import Iterable, Sequence
from typing import Literal

from storage.model import Article
from storage.sql.engine import Connection
from storage.sql.mixin import Write
from storage.sql.rows import to_us

Table = Literal["article_listings", "comment_listings"]
IN_PUBLIC = """
    NOT EXISTS (SELECT 1 FROM scopes WHERE scopes.id = scope_id AND scopes.name >= 'terms:' AND scopes.name < 'terms;')
"""
"""Of a row of a list: what sets of terms see follows each write, and knows by itself what it leaves behind."""
Item = tuple[int, int]
"""What an entry is ordered by: its time in microseconds, its id."""


def listing_of(article: Article) -> Item:
    """What a public article is listed by."""
    assert article.published_at is not None, "a public article has a date"
    return (to_us(article.published_at), article.id)


def enter(write: Write, table: Table, scopes: Iterable[str], items: Sequence[Item]) -> None:
    _insert(write, table, 0, [(scopes, items)])


def enter_threads(write: Write, table: Table, threads: Iterable[tuple[Iterable[str], Sequence[Item]]]) -> None:
    """The same of many threads at once: the scopes of each, and its items."""
    _insert(write, table, 0, threads)


def add_tombstones(write: Write, table: Table, scopes: Iterable[str], items: Sequence[Item]) -> None:
    """Leave tombstones of the items; they are dated where the items are kept."""
    _insert(write, table, 1, [(scopes, items)])


def leave(write: Write, table: Table, scopes: Iterable[str], items: Sequence[Item], *, with_tombstones: bool) -> None:
    """`with_tombstones`: tombstones are left in the items' stead."""
    if not items:
        return
    scopes = tuple(scopes)
    if not with_tombstones:
        for scope in scopes:
            write.note_move(scope, max(at for at, _ in items))
    ids = write.scope_ids(scopes)
    write.db.executemany(
        f"DELETE FROM {table} WHERE scope_id = ? AND gone = 0 AND at = ? AND item_id = ?",
        [(ids[scope], at, item_id) for scope in scopes for at, item_id in items],
    )


def remove_tombstones(write: Write, table: Table, items: Sequence[Item]) -> None:
    """Take the items' tombstones away, wherever readers see them."""
    write.db.executemany(
        f"DELETE FROM {table} WHERE gone = 1 AND item_id = ? AND {IN_PUBLIC}", [(item_id,) for _, item_id in items]
    )


def find_tombstones(db: Connection, table: Table, items: Iterable[Item]) -> Iterable[tuple[str, int]]:
    """The names of the public's scopes whose lists hold tombstones of the items, each with an item's id; not yet waited for."""
    ids = [item_id for _, item_id in items]
    if not ids:
        return ()
    return db.execute(
        f"""
        SELECT scopes.name, listings.item_id FROM {table} AS listings CROSS JOIN scopes ON scopes.id = listings.scope_id
        WHERE listings.gone = 1 AND {db.among("listings.item_id")} AND (scopes.name < 'terms:' OR scopes.name >= 'terms;')
        """,
        (db.array(ids),),
    )


def _insert(write: Write, table: Table, gone: int, threads: Iterable[tuple[Iterable[str], Sequence[Item]]]) -> None:
    """Items, with the scopes in which they are to stand."""
    rows = [(scope, *item) for scopes, items in threads for scope in scopes for item in items]
    if not rows:
        return
    ids = write.scope_ids({scope for scope, _, _ in rows})
    write.db.executemany(
        f"INSERT INTO {table} (scope_id, gone, at, item_id) VALUES (?, ?, ?, ?)",
        [(ids[scope], gone, at, item_id) for scope, at, item_id in rows],
    )
