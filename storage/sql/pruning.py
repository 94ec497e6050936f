"""What is old is let go, in a walk of short steps."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import accumulate
from typing import NamedTuple

from storage.model import ANSWERS_KEPT
from storage.protocol.retention import Onward
from storage.sql.arrivals import What
from storage.sql.dates import last_writes_of_the_ended
from storage.sql.engine import Connection, Engine
from storage.sql.members import DAY
from storage.sql.mixin import StoreMixin, Write
from storage.sql.rows import BEYOND, to_us

LISTED = 1000
"""Entries that a list shows at most, and tombstones: the settings allow no more."""
_AT_ONCE = 1000
"""Rows that a step looks at."""
_WEEK_OVER = timedelta(days=9)
"""After so long nothing is late any more, whichever host's clock is asked."""

_ENDED_KEYS_KEPT = timedelta(days=400)
"""Readers come for long with a key that was ended."""
_UNDO = timedelta(days=30)
"""So long an import can be taken back at least."""

MOST_ANSWERS, MOST_BYTES = 10_000, 64 << 20
"""Of a day's answers to requests that are done once."""
_ANSWER = 500
"""Bytes that one takes besides its body."""

Place = tuple[int, int]
"""Where a step has come to in a table: the ids of an item and of a scope."""
_BEGINNING: Place = (-1, -1)


class Found(NamedTuple):
    """What a step of the walk looked at."""

    statements: Sequence[str]
    """That let go of it."""
    rows: Sequence[tuple[int | str, ...]]
    """Their parameters, once for each row; none where nothing is to be let go."""
    onward: Place | None
    """Where the next step begins; None at the end of the table."""


Part = Callable[[Connection, datetime, Place], Found]
"""Finds what may go of a table, given the present and a place to begin from."""


class PruningMixin(StoreMixin):
    async def prune(
        self, *, changes: timedelta | None, decisions: timedelta | None, onward: Onward | None = None
    ) -> Onward | None:
        parts = _parts(self._engine, changes, decisions)
        number, *at = onward or (0, *_BEGINNING)
        if number >= len(parts):
            return None
        part, place = parts[number], (at[0], at[1])
        # Of many hosts that look, most write nothing: a commit makes every process look at the log.
        found = await self._read(lambda db: part(db, self._now(), place))
        if found.rows:
            found = await self._write(partial(_let_go, part=part, place=place))
        if found.onward is not None:
            return (number, *found.onward)
        return (number + 1, *_BEGINNING) if number + 1 < len(parts) else None


def _let_go(write: Write, part: Part, place: Place) -> Found:
    """Of what may go as the only one sees it that writes."""
    found = part(write.db, write.now, place)
    for statement in found.statements:
        write.db.executemany(statement, found.rows)
    return found


def _parts(engine: Engine, changes: timedelta | None, decisions: timedelta | None) -> list[Part]:
    parts: list[Part] = [_networks, _ended_keys, _answers]
    parts += [
        partial(_of_partners_gone, table=table, key=key) for table, key in (("members", "id"), ("ended_keys", "hash"))
    ]
    if decisions is not None:
        parts.append(partial(_decisions, kept=decisions))
    if changes is not None:
        parts.append(partial(_changes, engine=engine, kept=changes))
        parts.append(partial(_imports, kept=max(changes, _UNDO)))
        whats: tuple[What, What] = ("article", "comment")
        parts += [partial(_tombstones, what=what, kept=changes) for what in whats]
        parts += [partial(_arrivals, what=what, kept=max(changes, _WEEK_OVER)) for what in whats]
    return parts


def _before(now: datetime, kept: timedelta) -> int:
    return to_us(now - min(kept, now - datetime.min.replace(tzinfo=UTC)))


def _decisions(db: Connection, now: datetime, _place: Place, *, kept: timedelta) -> Found:
    rows = db.execute("SELECT id, at FROM decisions WHERE id > 0 ORDER BY id LIMIT ?", (_AT_ONCE,)).fetchall()
    before = _before(now, kept)
    return _oldest(("DELETE FROM decisions WHERE id <= ?",), rows, lambda _, at: at < before)


def _networks(db: Connection, now: datetime, _place: Place) -> Found:
    """From where members' keys were used, of other days than this one and the one before."""
    rows = db.execute(
        "SELECT day, member_id FROM member_networks WHERE day < ? ORDER BY day, member_id LIMIT ?",
        (to_us(now) // DAY - 1, _AT_ONCE),
    ).fetchall()
    statement = "DELETE FROM member_networks WHERE (day, member_id) <= (?, ?)"
    return Found((statement,), rows[-1:], _BEGINNING if len(rows) == _AT_ONCE else None)


def _ended_keys(db: Connection, now: datetime, _place: Place) -> Found:
    rows = db.execute(
        "SELECT ended_at FROM ended_keys WHERE ended_at < ? ORDER BY ended_at LIMIT ?",
        (_before(now, _ENDED_KEYS_KEPT), _AT_ONCE),
    ).fetchall()
    statement = "DELETE FROM ended_keys WHERE ended_at <= ?"
    return Found((statement,), rows[-1:], _BEGINNING if len(rows) == _AT_ONCE else None)


def _answers(db: Connection, now: datetime, _place: Place) -> Found:
    """A day's answers to requests that are done once; of so many that they take much room, the newest."""
    newest = db.execute(
        "SELECT at, size FROM kept_answers WHERE at > ? ORDER BY at DESC, size DESC LIMIT ?",
        (_before(now, ANSWERS_KEPT), MOST_ANSWERS + 1),
    ).fetchall()
    sizes = accumulate(size + _ANSWER for _, size in newest)
    beyond = [at for (at, _), total in zip(newest, sizes, strict=True) if total > MOST_BYTES] + [
        at for at, _ in newest[MOST_ANSWERS:]
    ]
    last = max(beyond, default=_before(now, ANSWERS_KEPT))
    rows = db.execute("SELECT at FROM kept_answers WHERE at <= ? ORDER BY at LIMIT ?", (last, _AT_ONCE)).fetchall()
    return Found(("DELETE FROM kept_answers WHERE at <= ?",), rows[-1:], _BEGINNING if len(rows) == _AT_ONCE else None)


def _of_partners_gone(db: Connection, _now: datetime, place: Place, *, table: str, key: str) -> Found:
    """What there was of a partner that was removed: it may have had a hundred thousand members."""
    sql = f"SELECT partner_id FROM {table} WHERE partner_id > ? ORDER BY partner_id LIMIT 1"
    row = db.execute(sql, (place[0],)).fetchone()
    if row is None:
        return Found((), (), None)
    [partner_id] = row
    if db.execute("SELECT 1 FROM partners WHERE id = ?", (partner_id,)).fetchone() is not None:
        return Found((), (), (partner_id, 0))
    rows = db.execute(f"SELECT {key} FROM {table} WHERE partner_id = ? LIMIT ?", (partner_id, _AT_ONCE)).fetchall()
    return Found((f"DELETE FROM {table} WHERE {key} = ?",), rows, (partner_id - 1, 0))


def _changes(db: Connection, now: datetime, _place: Place, *, engine: Engine, kept: timedelta) -> Found:
    rows = db.execute("SELECT seq, at FROM changes WHERE seq > 0 ORDER BY seq LIMIT ?", (_AT_ONCE,)).fetchall()
    before, long_before = _before(now, kept), _before(now, 2 * kept)
    needed = _first_needed(db, engine)
    [(slowest,)] = db.execute("SELECT coalesce(min(seq), ?) FROM cursors", (BEYOND,)).fetchall()

    def may_go(seq: int, at: int) -> bool:
        # A cursor that stood still for so long is nobody's any more.
        return at < before and seq < needed and (seq <= slowest or at < long_before)

    return _oldest(("DELETE FROM changes WHERE seq <= ?", "UPDATE site SET pruned_seq = ? WHERE id = 1"), rows, may_go)


def _imports(db: Connection, now: datetime, _place: Place, *, kept: timedelta) -> Found:
    """Imports, and what was before they changed it."""
    rows = db.execute("SELECT id, at FROM imports WHERE id > 0 ORDER BY id LIMIT ?", (_AT_ONCE,)).fetchall()
    before = _before(now, kept)
    statements = (
        "DELETE FROM import_changes WHERE import_id <= ?",
        "DELETE FROM import_memory WHERE done_by > 0 AND done_by <= ?",
        "DELETE FROM imports WHERE id <= ?",
    )
    return _oldest(statements, rows, lambda _, at: at < before)


def _first_needed(db: Connection, engine: Engine) -> int:
    """The seq from which on the log is needed to tell its end, and the dates that were given last."""
    [(newest, raising)] = db.execute(
        """
        SELECT (SELECT max(seq) FROM changes),
            (SELECT seq FROM changes WHERE seq > 0 AND scopes <> '[]' ORDER BY seq DESC LIMIT 1)
        """
    ).fetchall()
    unsettled = [first for _, first, _ in last_writes_of_the_ended(db, engine)]
    return min((seq for seq in (newest, raising, *unsettled) if seq is not None), default=0)


def _oldest(statements: Sequence[str], rows: Sequence[Place], may_go: Callable[[int, int], bool]) -> Found:
    """Of rows of a number and a time, in their order, the first that may go, up to one that may not."""
    last = None
    for number, at in rows:
        if not may_go(number, at):
            break
        last = number
    else:
        if len(rows) == _AT_ONCE and last is not None:
            return Found(statements, [(last,)], _BEGINNING)
    return Found(statements, [] if last is None else [(last,)], None)


_GONE_AT = "coalesce(items.gone_at, (SELECT max(gone_at) FROM entitled WHERE entitled.article_id = items.id))"
"""What readers see yet may have left what a set of terms sees."""


def _tombstones(db: Connection, now: datetime, place: Place, *, what: What, kept: timedelta) -> Found:
    gone_at = "items.gone_at" if what == "comment" else _GONE_AT
    rows = db.execute(
        f"""
        SELECT listings.item_id, listings.scope_id, listings.at, {gone_at}
        FROM {what}_listings AS listings CROSS JOIN {what}s AS items ON items.id = listings.item_id
        WHERE listings.gone = 1 AND (listings.item_id, listings.scope_id) > (?, ?)
        ORDER BY listings.item_id, listings.scope_id LIMIT ?
        """,
        (*place, _AT_ONCE),
    ).fetchall()
    before = _before(now, kept)
    old = [row for row in rows if row[3] is not None and row[3] < before]
    newest = f"SELECT at FROM {what}_listings WHERE scope_id = scopes.id AND gone"
    last = f"ORDER BY at DESC LIMIT 1 OFFSET {LISTED - 1}"
    shown = _by_scope(db, f"({newest} = 0 {last}), ({newest} = 1 {last})", (), {row[1] for row in old})
    return Found(
        (f"DELETE FROM {what}_listings WHERE item_id = ? AND scope_id = ? AND at = ? AND gone = 1",),
        [row[:3] for row in old if row[2] < shown[row[1]]],
        _onward(rows),
    )


def _arrivals(db: Connection, now: datetime, place: Place, *, what: What, kept: timedelta) -> Found:
    rows = db.execute(
        f"""
        SELECT item_id, scope_id, at FROM {what}_arrivals WHERE (item_id, scope_id) > (?, ?)
        ORDER BY item_id, scope_id LIMIT ?
        """,
        (*place, _AT_ONCE),
    ).fetchall()
    before = _before(now, kept)
    old = [row for row in rows if row[2] < before]
    last = f"SELECT at FROM {what}_arrivals WHERE scope_id = scopes.id AND at < ? AND gone"
    in_turn = "ORDER BY at DESC LIMIT 1"
    # The last one whose week is over dates its list.
    dating = _by_scope(db, f"({last} = 0 {in_turn}), ({last} = 1 {in_turn})", (before, before), {row[1] for row in old})
    return Found(
        (f"DELETE FROM {what}_arrivals WHERE item_id = ? AND scope_id = ? AND at = ?",),
        [row for row in old if row[2] < dating[row[1]]],
        _onward(rows),
    )


def _by_scope(db: Connection, times: str, parameters: Sequence[int], scope_ids: Collection[int]) -> dict[int, int]:
    """Of each scope the later of two times, whichever it has."""
    if not scope_ids:
        return {}
    rows = db.execute(
        f"SELECT scopes.id, {times} FROM scopes WHERE {db.among('scopes.id')}",
        (*parameters, db.array(sorted(scope_ids))),
    ).fetchall()
    return {id_: max((at for at in found if at is not None), default=-BEYOND) for id_, *found in rows}


def _onward(rows: Sequence[tuple[int, ...]]) -> Place | None:
    return (rows[-1][0], rows[-1][1]) if len(rows) == _AT_ONCE else None
