"""What arrives late in a list, out of its order: readers may have passed its place already. It is judged when it is written."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import chain
from operator import attrgetter
from typing import Literal, NamedTuple

from storage.lifecycle import AMONG_NEWEST, MOST_LATE, SOON, arrived_anew, is_late
from storage.model import Article
from storage.scopes import HOME, lists_that_show_late, of_view
from storage.sql.engine import Connection, Cursor
from storage.sql.listings import IN_PUBLIC, Item, listing_of
from storage.sql.mixin import Write
from storage.sql.rows import from_us, from_us_or_none, to_us

What = Literal["article", "comment"]


class Arrival(NamedTuple):
    """Of an item, late in a scope's list."""

    scope: str
    at: datetime
    item_id: int


class Place(NamedTuple):
    """What stands first in a scope's list."""

    scope: str
    newest: datetime | None
    """The date of its newest."""
    among: datetime | None
    """That of the last of its AMONG_NEWEST; None where there are not so many."""


def late_in_lists(
    lists: Iterable[Place], items: Sequence[Item], arrived_at: datetime, *, imported: bool = False
) -> tuple[Arrival, ...]:
    """The lists in which items arrive late, before they stand there. Whoever brings in thousands at once is told of the last."""
    if not items:
        return ()
    newest_first = sorted(items, reverse=True)
    highest = from_us(newest_first[0][0])
    found = []
    for scope, newest, among in lists:
        top = max(newest or highest, highest)
        # Where the clock was put back, what arrives is older than what is there: the list's time is that of its newest.
        seen_at = arrived_at if imported else max(arrived_at, top)
        found += [
            Arrival(scope, seen_at, item_id)
            for at, item_id in newest_first[:MOST_LATE]
            if is_late(from_us(at), seen_at, newest=top, among_newest=among, archived=of_view(scope)[1] == HOME)
        ]
    return tuple(found)


def places(db: Connection, what: What, scopes: Collection[str]) -> list[Place]:
    """Of some lists."""
    return to_places(ask_places(db, what, scopes), scopes)


def ask_places(db: Connection, what: What, scopes: Collection[str]) -> Iterable[tuple[str, int | None, int | None]]:
    """For `to_places`; not yet waited for."""
    if not scopes:
        return ()
    return db.execute(
        f"""
        SELECT name,
            (SELECT at FROM {what}_listings WHERE scope_id = scopes.id AND gone = 0 ORDER BY at DESC LIMIT 1),
            (SELECT at FROM {what}_listings WHERE scope_id = scopes.id AND gone = 0 ORDER BY at DESC
                LIMIT 1 OFFSET {AMONG_NEWEST - 1})
        FROM scopes WHERE name IN ({", ".join("?" * len(scopes))})
        """,
        sorted(scopes),
    )


def to_places(rows: Iterable[tuple[str, int | None, int | None]], scopes: Iterable[str]) -> list[Place]:
    known = {name: (from_us_or_none(newest), from_us_or_none(among)) for name, newest, among in rows}
    return [Place(scope, *known.get(scope, (None, None))) for scope in sorted(scopes)]


class Newest:
    """What stands first in lists while a write brings in entries and takes others away, one after the other."""

    def __init__(self, db: Connection, what: What, lists: Iterable[Iterable[str]]) -> None:
        """`lists`: those of each entry that comes, changes or goes."""
        self._db = db
        uses = Counter(chain.from_iterable(lists))
        once = [scope for scope, count in uses.items() if count == 1]
        self._rows = ask_places(db, what, once)
        self._places: dict[str, Place] = {}
        """Of lists in which one entry comes or goes."""
        self._sql = f"""
            SELECT at FROM {what}_listings WHERE scope_id = (SELECT id FROM scopes WHERE name = ?) AND gone = 0
            ORDER BY at DESC LIMIT {AMONG_NEWEST}
        """
        self._asked: dict[str, Cursor] = {}
        self._times: dict[str, list[int]] = {}
        """Of each other list the newest, newest first."""
        for scope in sorted(uses.keys() - set(once)):
            self._ask(scope)
        self._once = once

    def _ask(self, scope: str) -> None:
        self._asked[scope] = self._db.execute(self._sql, (scope,))

    def _learn(self) -> None:
        """All that was asked for, before anything is written."""
        if self._once:
            self._places = {place.scope: place for place in to_places(self._rows, self._once)}
            self._once = []
        for scope, rows in self._asked.items():
            self._times[scope] = [at for (at,) in rows.fetchall()]
        self._asked.clear()

    def _of(self, scope: str) -> list[int]:
        if scope not in self._times:
            self._ask(scope)
            self._learn()
        return self._times[scope]

    def places(self, scopes: Iterable[str]) -> list[Place]:
        self._learn()
        return [self._places.get(scope) or self._place(scope) for scope in sorted(scopes)]

    def _place(self, scope: str) -> Place:
        times = self._of(scope)
        last = times[-1] if len(times) == AMONG_NEWEST else None
        return Place(scope, from_us(times[0]) if times else None, from_us_or_none(last))

    def enter(self, scopes: Iterable[str], items: Sequence[Item]) -> None:
        for scope in scopes:
            if scope not in self._places:
                self._times[scope] = sorted([*self._of(scope), *(at for at, _ in items)], reverse=True)[:AMONG_NEWEST]

    def leave(self, scopes: Iterable[str]) -> None:
        """What stands behind them is not known."""
        for scope in scopes:
            self._times.pop(scope, None)
            self._asked.pop(scope, None)


def article_arrivals(
    db: Connection, before: Article | None, after: Article, now: datetime, *, imported: bool
) -> tuple[Arrival, ...]:
    """Where a write brings a public article in late: into lists that it did not stand in, at another place of those that it
    did, or before its readers' eyes again.
    """
    if stays(before, after):
        return ()
    scopes = _entered(before, after)
    if not scopes:
        return ()
    anew = imported or before is None or not before.public or arrived_anew(before, after)
    arrived_at = after.arrived_at if anew and after.arrived_at else now
    if imported and after.published_at and arrived_at - after.published_at < SOON:
        # Most of an import: wherever it stands in its lists, it came to them in time.
        return ()
    return late_in_lists(places(db, "article", scopes), [listing_of(after)], arrived_at, imported=imported)


def keep_article_arrivals(write: Write, before: Article | None, after: Article, late: Sequence[Arrival]) -> None:
    """`late` is what `article_arrivals` says of the write."""
    if stays(before, after):
        return
    if before and before.public and not after.public:
        add_tombstones(write, "article", [after.id])
    if not after.public:
        return
    if before and before.public:
        leave(
            write,
            "article",
            (lists_that_show_late(before) - lists_that_show_late(after)) | _entered(before, after),
            [after.id],
        )
    elif before:
        forget(write, "article", [after.id])
    arrive(write, "article", late)


_place = attrgetter("day", "published_at", "arrived_at", "sections", "tags", "authors")


def stays(before: Article | None, after: Article) -> bool:
    """Whether a write leaves a public article at its place in all its lists, as most edits do: that they are not named four times
    saves 40 us of one's 1,100.
    """
    return before is not None and before.public and after.public and bool(_place(before) == _place(after))


def _entered(before: Article | None, after: Article) -> frozenset[str]:
    if not after.public:
        return frozenset()
    lists = lists_that_show_late(after)
    if before is None or not before.public or arrived_anew(before, after) or before.published_at != after.published_at:
        return lists
    return lists - lists_that_show_late(before)


def arrive(write: Write, what: What, late: Iterable[Arrival]) -> None:
    late = tuple(late)
    ids = write.scope_ids(one.scope for one in late)
    write.db.executemany(
        f"INSERT INTO {what}_arrivals (scope_id, gone, at, item_id) VALUES (?, 0, ?, ?)",
        [(ids[one.scope], to_us(one.at), one.item_id) for one in late],
    )


def leave(write: Write, what: What, scopes: Iterable[str], item_ids: Sequence[int]) -> None:
    """Items leave lists, or arrive there anew."""
    scopes = tuple(scopes)
    ids = write.scope_ids(scopes)
    write.db.executemany(
        f"DELETE FROM {what}_arrivals WHERE item_id = ? AND scope_id = ?",
        [(item_id, ids[scope]) for scope in scopes for item_id in item_ids],
    )


def add_tombstones(write: Write, what: What, item_ids: Iterable[int]) -> None:
    """Leave tombstones of items wherever readers saw them arrive late; they are dated where the items are kept."""
    write.db.executemany(
        f"UPDATE {what}_arrivals SET gone = 1 WHERE item_id = ? AND {IN_PUBLIC}", [(id_,) for id_ in item_ids]
    )


def forget(write: Write, what: What, item_ids: Iterable[int]) -> None:
    """Take items away, and their tombstones, from wherever readers saw them arrive late."""
    write.db.executemany(f"DELETE FROM {what}_arrivals WHERE item_id = ? AND {IN_PUBLIC}", [(id_,) for id_ in item_ids])
