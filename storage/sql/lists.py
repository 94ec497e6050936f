"""What readers see: public lists, and where a path leads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from storage.model import Article, ArticleList, Late, Omission, PathTarget, Rest, Span, Subject, Tombstone
from storage.omissions import Name
from storage.scopes import of_view, scopes_of_part, view_id
from storage.sql.engine import Connection
from storage.sql.entitled_rows import still_seen
from storage.sql.kept import MARK, KeptArticles
from storage.sql.late import LateRows, as_late, read_late
from storage.sql.listings import Item, Table, listing_of
from storage.sql.mixin import StoreMixin, snapshot
from storage.sql.paths import find_path, find_paths
from storage.sql.places import sections_named
from storage.sql.rows import BEYOND, Row, from_us, one_of, to_us


class ListMixin(StoreMixin):
    async def read_articles(
        self,
        scope: str,
        *,
        limit: int | None,
        span: Span | Rest | None = None,
        also: Sequence[str] = (),
        late_since: datetime | None = None,
    ) -> ArticleList:
        [scope, *also] = self._lists(scope, *also)
        return await self._read_shown(lambda db: read_articles(db, self._kept, scope, limit, span, also, late_since))

    async def find_path(self, path: str) -> PathTarget | None:
        return await self._read(lambda db: find_path(db, path))

    async def find_paths(self, paths: Sequence[str]) -> Mapping[str, PathTarget]:
        return await self._read(lambda db: find_paths(db, paths))


def read_articles(
    db: Connection,
    kept: KeptArticles,
    scope: str,
    limit: int | None,
    span: Span | Rest | None,
    also: Sequence[str],
    late_since: datetime | None = None,
) -> ArticleList:
    listed = read_list(db, "article_listings", MARK, scope, limit, span)
    return article_list(db, kept, listed, scope, limit, span, also, late_since)


def article_list(
    db: Connection,
    kept: KeptArticles,
    listed: "Listed",
    scope: str,
    limit: int | None,
    span: Span | Rest | None,
    also: Sequence[str],
    late_since: datetime | None = None,
) -> ArticleList:
    """The articles of rows of MARK, which were read of a scope, with what arrived late there."""
    articles, left_out = kept.of(db, listed.rows)
    rows = read_late(db, "article", scope, late_since, limit, {row[0] for row in listed.rows})
    late, late_left_out = late_articles(db, kept, rows)
    if view := view_id(of_view(scope)[0]):
        articles = still_seen(db, view, articles)
        late = replace(late, entries=still_seen(db, view, late.entries))
    last = _place_of(listed.rows[-1]) if listed.rows and len(listed.rows) == limit else None
    return ArticleList(
        articles=articles,
        late=late,
        omissions=tuple(dict.fromkeys(left_out + late_left_out)),
        tombstones=() if span else tombstones(db, "article_listings", scope, last, limit),
        left=0 if span else left_seq(db, scope, last),
        newer=listed.newer,
        older=listed.older,
        sections=sections_named(
            db, (path for article in (*articles, *late.entries) for path in article.sections), of_view(scope)[1]
        ),
        snapshot=snapshot(db, (*scopes_of_part(scope, limit, span), *also)),
    )


def late_articles(db: Connection, kept: KeptArticles, rows: LateRows) -> tuple[Late[Article], tuple[Omission, ...]]:
    if not rows.ids:
        return as_late(rows, ()), ()
    test, parameters = one_of(db, "articles.id", sorted(rows.ids))
    articles, left_out = kept.of(db, db.execute(f"SELECT {MARK} FROM articles WHERE {test}", parameters).fetchall())
    return as_late(rows, sorted(articles, key=listing_of, reverse=True)), left_out


def _place_of(mark: Row) -> Item | None:
    """Where the article of a row of MARK stands in lists, whether it can be read or not; None where it has no place."""
    return None if mark[1] is None else (mark[1], mark[0])


class Listed(NamedTuple):
    """Rows of a list, in its order, and whether it has others on either side of them."""

    rows: list[tuple[Any, ...]]
    newer: bool
    older: bool


def read_list(
    db: Connection,
    table: Table,
    columns: str,
    scope: str,
    limit: int | None,
    span: Span | Rest | None,
    *,
    only: str = "",
) -> Listed:
    """One range of the table. One entry more than wanted is looked at, for whether there is one.

    `only`: a condition on what is listed.
    """
    items = "articles" if table == "article_listings" else "comments"
    compared, direction = (">", "ASC") if is_newer(span) else ("<", "DESC")
    at, item_id = _start(db, table, scope, span)
    rows = db.execute(
        f"""
        SELECT {columns} FROM {table} AS listings CROSS JOIN {items} ON {items}.id = listings.item_id
        WHERE listings.scope_id = (SELECT id FROM scopes WHERE name = ?) AND listings.gone = 0
            AND (listings.at, listings.item_id) {compared} (?, ?) {only}
        ORDER BY listings.at {direction}, listings.item_id {direction} LIMIT ?
        """,
        (scope, at, item_id, BEYOND if limit is None else limit + 1),
    ).fetchall()
    return in_order(rows[:limit], span, further=limit is not None and len(rows) > limit)


def _start(db: Connection, table: Table, scope: str, span: Span | Rest | None) -> Item:
    """What the entries of a part of a list stand behind."""
    if isinstance(span, Span):
        return (to_us(span.position.at), span.position.id)
    if span is None:
        return (BEYOND, 0)
    # In the list alone: no article is read that is not shown.
    row = db.execute(
        f"""
        SELECT at, item_id FROM {table} WHERE scope_id = (SELECT id FROM scopes WHERE name = ?) AND gone = 0
        ORDER BY at DESC, item_id DESC LIMIT 1 OFFSET ?
        """,
        (scope, span.skipped - 1),
    ).fetchone()
    return row or (-BEYOND, 0)


def is_newer(span: Span | Rest | None) -> bool:
    """Whether it is what stands before a position."""
    return isinstance(span, Span) and span.newer


def in_order(rows: list[tuple[Any, ...]], span: Span | Rest | None, *, further: bool) -> Listed:
    """Rows as they were read from a part's beginning on; `further`: whether there are others behind them."""
    if is_newer(span):
        return Listed(rows[::-1], newer=further, older=True)
    return Listed(rows, newer=span is not None, older=further)


def left_seq(db: Connection, scope: str, last: Item | None) -> int:
    """The seq of the Change by which an entry left a list without a tombstone, or came unchanged, if the list is shown down to
    its place; 0 else.
    """
    at = last[0] if last else -BEYOND
    row = db.execute("SELECT left_seq FROM scopes WHERE name = ? AND left_at >= ?", (scope, at)).fetchone()
    return int(row[0]) if row else 0


def tombstones(db: Connection, table: Table, scope: str, last: Item | None, limit: int | None) -> tuple[Tombstone, ...]:
    """A list's tombstones, newest first, down to the place of its last entry (all of them for None)."""
    if of_view(scope)[0]:
        return view_tombstones(db, scope, last, limit)
    items = "articles" if table == "article_listings" else "comments"
    rows = db.execute(
        f"""
        SELECT items.id, items.seq, items.guid, items.gone_at
        FROM {table} AS listings CROSS JOIN {items} AS items ON items.id = listings.item_id
        WHERE listings.scope_id = (SELECT id FROM scopes WHERE name = ?) AND listings.gone = 1
            AND (listings.at, listings.item_id) >= (?, ?) AND items.gone_at IS NOT NULL
        ORDER BY listings.at DESC, listings.item_id DESC LIMIT ?
        """,
        (scope, *(last or (-BEYOND, 0)), BEYOND if limit is None else limit),
    )
    return to_tombstones(db, rows, Subject.ARTICLE if items == "articles" else Subject.COMMENT)


def view_tombstones(db: Connection, scope: str, last: Item | None, limit: int | None) -> tuple[Tombstone, ...]:
    """The same of a list of articles within a view: an article may have left it and be public still."""
    set_id = view_id(of_view(scope)[0])
    rows = db.execute(
        """
        SELECT items.id, entitled.gone_seq, items.guid, entitled.gone_at
        FROM article_listings AS listings
            CROSS JOIN entitled ON entitled.set_id = ? AND entitled.article_id = listings.item_id
            CROSS JOIN articles AS items ON items.id = listings.item_id
        WHERE listings.scope_id = (SELECT id FROM scopes WHERE name = ?) AND listings.gone = 1
            AND (listings.at, listings.item_id) >= (?, ?) AND entitled.gone_at IS NOT NULL
        ORDER BY listings.at DESC, listings.item_id DESC LIMIT ?
        """,
        (set_id, scope, *(last or (-BEYOND, 0)), BEYOND if limit is None else limit),
    )
    return to_tombstones(db, rows, Subject.ARTICLE)


def to_tombstones(db: Connection, rows: Iterable[Row], subject: Subject) -> tuple[Tombstone, ...]:
    """Tombstones of rows of id, seq, guid and gone_at, without those that cannot be read."""

    def tombstone(row: Row) -> Tombstone:
        _, seq, guid, gone_at = row
        return Tombstone(guid=guid, gone_at=from_us(gone_at), seq=seq)

    return tuple(db.omissions.sift(tuple(rows), tombstone, lambda row: Name(subject, row[0], row[1])))
