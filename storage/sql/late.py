"""What a list shows beside its newest, because it arrived late."""

from collections.abc import Container, Iterable
from datetime import datetime
from typing import NamedTuple, TypeVar

from storage.lifecycle import MOST_LATE
from storage.model import Late, Subject, Tombstone
from storage.omissions import Name
from storage.scopes import of_view, view_id
from storage.sql.arrivals import What
from storage.sql.engine import Connection
from storage.sql.rows import Row, from_us, from_us_or_none, to_us

E = TypeVar("E")


class LateRows(NamedTuple):
    """As `storage.model.Late` says, of a list."""

    ids: tuple[int, ...]
    tombstones: tuple[Tombstone, ...]
    first_at: datetime | None
    last_past_at: datetime | None


NONE_LATE = LateRows((), (), None, None)


def as_late(rows: LateRows, entries: Iterable[E]) -> Late[E]:
    """With the entries of its ids, in the list's order."""
    return Late(
        entries=tuple(entries), tombstones=rows.tombstones, first_at=rows.first_at, last_past_at=rows.last_past_at
    )


class Only(NamedTuple):
    """What a list shows of another: a condition on `arrivals.item_id`. Whatever is late in a part of a list is so in the whole."""

    condition: str = "TRUE"
    parameters: tuple[object, ...] = ()


ALL = Only()


def read_late(
    db: Connection,
    what: What,
    scope: str,
    since: datetime | None,
    limit: int | None,
    shown: Container[int],
    only: Only = ALL,
) -> LateRows:
    """The ids of what arrived late in a list after an instant, but for what is shown anyway; nothing where it is None."""
    scope_id = None if since is None else _scope_with_late(db, what, scope)
    if since is None or scope_id is None:
        return NONE_LATE
    after = to_us(since)
    arrived = _arrived(db, what, scope_id, after, only)
    gone = _tombstones(db, what, view_id(of_view(scope)[0]), scope_id, after, limit, only)
    times = [at for _, at in arrived[-1:]] + [at for _, at in gone[-1:]]
    return LateRows(
        ids=tuple(id_ for id_, _ in arrived if id_ not in shown),
        tombstones=tuple(stone for stone, _ in gone),
        first_at=from_us_or_none(min(times, default=None)),
        last_past_at=from_us_or_none(_last_past(db, what, scope_id, after, only)),
    )


def _scope_with_late(db: Connection, what: What, scope: str) -> int | None:
    """Most lists never had anything late: one look tells."""
    row = db.execute(
        f"SELECT id FROM scopes WHERE name = ? AND EXISTS (SELECT 1 FROM {what}_arrivals WHERE scope_id = scopes.id)",
        (scope,),
    ).fetchone()
    return None if row is None else int(row[0])


def _arrived(db: Connection, what: What, scope_id: int, since: int, only: Only) -> list[tuple[int, int]]:
    """Ids with the times at which they arrived, the last one first."""
    return db.execute(
        f"""
        SELECT item_id, at FROM {what}_arrivals AS arrivals
        WHERE scope_id = ? AND gone = 0 AND at > ? AND {only.condition}
        ORDER BY at DESC, item_id DESC LIMIT ?
        """,
        (scope_id, since, *only.parameters, MOST_LATE),
    ).fetchall()


_OF_VIEW = "CROSS JOIN entitled ON entitled.set_id = {} AND entitled.article_id = arrivals.item_id"


def _tombstones(
    db: Connection, what: What, view: int, scope_id: int, since: int, limit: int | None, only: Only
) -> list[tuple[Tombstone, int]]:
    """With the times at which their entries arrived, the last one first. `view`: the set of terms that they left; 0: the public."""
    seq, left, joined = ("items.seq", "items", "")
    if view:
        seq, left, joined = "entitled.gone_seq", "entitled", _OF_VIEW.format(view)
    rows = db.execute(
        f"""
        SELECT items.id, {seq}, items.guid, {left}.gone_at, arrivals.at
        FROM {what}_arrivals AS arrivals CROSS JOIN {what}s AS items ON items.id = arrivals.item_id {joined}
        WHERE arrivals.scope_id = ? AND arrivals.gone = 1 AND arrivals.at > ?
            AND {left}.gone_at IS NOT NULL AND {only.condition}
        ORDER BY arrivals.at DESC, arrivals.item_id DESC LIMIT ?
        """,
        (scope_id, since, *only.parameters, MOST_LATE if limit is None else limit),
    )

    def tombstone(row: Row) -> tuple[Tombstone, int]:
        _, seq, guid, gone_at, at = row
        return Tombstone(guid=guid, gone_at=from_us(gone_at), seq=seq), at

    subject = Subject.ARTICLE if what == "article" else Subject.COMMENT
    return db.omissions.sift(rows.fetchall(), tombstone, lambda row: Name(subject, row[0], row[1]))


def _last_past(db: Connection, what: What, scope_id: int, since: int, only: Only) -> int | None:
    """When the last one arrived up to an instant, be it there or gone."""
    sql = f"""
        SELECT at FROM {what}_arrivals AS arrivals
        WHERE scope_id = ? AND gone = ? AND at <= ? AND {only.condition}
        ORDER BY at DESC, item_id DESC LIMIT 1
    """
    found = (db.execute(sql, (scope_id, gone, since, *only.parameters)).fetchone() for gone in (0, 1))
    return max((row[0] for row in found if row), default=None)
