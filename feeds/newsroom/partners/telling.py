"""A partner's changes after a cursor, in order: at least once each, with the articles as they are now."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from feeds.newsroom.partners.cursors import NOTHING, BadCursor, Cursor, Point, Seen, point_at
from storage.errors import NotFound, Pruned
from storage.model import Action, Article, EntitledChange
from storage.protocol import Store


class NotKept(Exception):
    """What comes after a cursor cannot be told any more. The message is a sentence for whoever sent it."""

    def __init__(self, why: str, restart: str) -> None:
        super().__init__(why)
        self.restart = restart
        """The cursor to begin anew from."""


@dataclass(frozen=True, slots=True)
class Told:
    """A change. `action`: what it comes to now, whatever it was when it was written."""

    cursor: Cursor
    """From which to go on after it."""
    action: Action
    guid: str
    article_id: int
    article: Article | None
    """As it is now; None: it is not seen any more."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Some changes, and from where to go on. No changes: there is nothing more to tell at present."""

    changes: tuple[Told, ...]
    next: Cursor


_Entries = Sequence[tuple[Cursor, EntitledChange]]


async def tell(store: Store, set_id: int, since: str, *, limit: int) -> Telling:
    """What whoever has `set_id` is to be told after a cursor, '' from the beginning on: `limit` changes at most.

    The views have to be expanded before. Raises BadCursor for what never was a cursor, and NotKept.
    """
    cursor = Cursor.of(since) if since else Cursor.begin(await _end_of(store, set_id))
    try:
        if cursor.seen is not None:
            await _require_seen(store, cursor.seen)
            cursor = replace(cursor, seen=None)
        if cursor.point.set_id != set_id:
            # Whether its log is there is known now, not when all of the difference was told.
            await _after(store, cursor.point, 1)
            cursor = cursor.towards(await _end_of(store, set_id))
        while True:
            is_last = not cursor.former
            entries, cursor = await _step(store, cursor, limit)
            if entries or is_last:
                break
    except (Pruned, NotFound, _AnotherLog, BadCursor) as gone:
        why = (
            str(gone)
            if isinstance(gone, BadCursor)
            else "What came after this cursor is not kept, or is not in this log."
        )
        raise NotKept(why, str(Cursor.begin(await _end_of(store, set_id)))) from None
    told = await _with_articles(store, set_id, entries)
    if not told:
        return Telling(told, cursor)
    seen = await _seen(store)
    on_the_way = tuple(replace(one, cursor=replace(one.cursor, seen=seen)) for one in told)
    is_at_end = is_last and len(entries) < limit
    return (
        Telling((*on_the_way[:-1], told[-1]), cursor) if is_at_end else Telling(on_the_way, replace(cursor, seen=seen))
    )


async def _seen(store: Store) -> Seen | None:
    newest = await store.changes_since(await store.last_seq() - 1, limit=1)
    return Seen.at(newest[0]) if newest else None


async def _require_seen(store: Store, seen: Seen) -> None:
    """Raises _AnotherLog where the newsroom's log is not the one of which that was told."""
    # A part of it that is kept no more is older than what backups are put back for.
    with suppress(Pruned):
        change = await store.changes_since(seen.seq - 1, limit=1)
        if not change or Seen.at(change[0]) != seen:
            raise _AnotherLog


async def end_of(store: Store, set_id: int) -> Cursor:
    """Of who has all that the set was told by now. Raises NotFound."""
    return Cursor(await _end_of(store, set_id))


async def restart_of(store: Store, set_id: int) -> NotKept:
    """What is said to who has a cursor that was not given to anybody. Raises NotFound."""
    return NotKept("This cursor names terms that are not yours.", str(Cursor.begin(await _end_of(store, set_id))))


class _AnotherLog(Exception):
    """The cursor is of a log that is not this one."""


async def _end_of(store: Store, set_id: int) -> Point:
    """Raises NotFound."""
    number = await store.entitled_number(set_id)
    try:
        entry = await store.entitled_changes(set_id, number - 1, limit=1) if number else ()
    except Pruned:
        entry = ()
    return point_at(set_id, entry[0]) if entry else Point(set_id, number)


async def _step(store: Store, cursor: Cursor, limit: int) -> tuple[_Entries, Cursor]:
    """The next changes of the phase that a cursor is in, and the cursor after these: maybe of another phase."""
    if cursor.former and cursor.after_id is not None:
        return await _read_difference(store, cursor, limit)
    if not cursor.former:
        return await _read_log(store, cursor, cursor.point, limit)
    if cursor.former[0] == NOTHING:
        return (), cursor.left()
    # Whatever the former set saw at its number is told of by now, but for what it has lost since.
    entries, after = await _read_log(store, cursor, cursor.former[0], limit)
    return (entries, after) if len(entries) == limit else (entries, after.left())


async def _read_difference(store: Store, cursor: Cursor, limit: int) -> tuple[_Entries, Cursor]:
    assert cursor.after_id is not None, "it is on its way through the articles"
    entries, onward = await store.view_difference(
        cursor.former[0].set_id, cursor.point.set_id, after_id=cursor.after_id, limit=limit
    )
    return [(cursor.told(entry.article_id), entry) for entry in entries], cursor.told(onward)


async def _read_log(store: Store, cursor: Cursor, point: Point, limit: int) -> tuple[_Entries, Cursor]:
    """Raises Pruned, NotFound, _AnotherLog."""
    entries = await _after(store, point, limit)
    told = [(cursor.read(point_at(point.set_id, entry)), entry) for entry in entries]
    return told, told[-1][0] if told else cursor


async def _after(store: Store, point: Point, limit: int) -> Sequence[EntitledChange]:
    """The entries after a point of a log, if it is the one that it was."""
    if not point.mark:
        if point.number > await store.entitled_number(point.set_id):
            raise _AnotherLog
        return await store.entitled_changes(point.set_id, point.number, limit=limit)
    try:
        # The last one that is known comes first, if this is the log that it was read from.
        known, *entries = await store.entitled_changes(point.set_id, point.number - 1, limit=limit + 1) or (None,)
    except Pruned:
        # That one may be the last that is kept no more.
        return await store.entitled_changes(point.set_id, point.number, limit=limit)
    if known is None or point_at(point.set_id, known) != point:
        raise _AnotherLog
    return entries


async def _with_articles(store: Store, set_id: int, entries: _Entries) -> tuple[Told, ...]:
    ids = {entry.article_id for _, entry in entries}
    articles = await store.entitled_articles(set_id, sorted(ids)) if ids else {}
    told = []
    for cursor, entry in entries:
        article = articles.get(entry.article_id)
        returned = entry.action is Action.WITHDRAW and article is not None
        action = Action.WITHDRAW if article is None else Action.INSERT if returned else entry.action
        told.append(Told(cursor, action, entry.guid, entry.article_id, article))
    return tuple(told)
