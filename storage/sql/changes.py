"""The log of every write."""

from datetime import datetime

from storage.errors import Pruned
from storage.model import Action, Change, Subject
from storage.scopes import SITE
from storage.sql.engine import Connection
from storage.sql.mixin import StoreMixin, Write
from storage.sql.rows import BEYOND, Row, from_json, from_us, to_us


class ChangeMixin(StoreMixin):
    async def changes_since(self, seq: int, *, limit: int) -> tuple[Change, ...]:
        changes = await self._read(lambda db: read_changes(db, seq, limit))
        self._tell(changes)
        return changes

    async def last_seq(self) -> int:
        [(seq,)] = await self._read(lambda db: db.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchall())
        self._known = max(self._known, int(seq))
        return int(seq)

    async def supersede_log(self, seq: int) -> None:
        def work(write: Write) -> None:
            if write.db.execute("SELECT 1 FROM scopes WHERE name = ? AND version > ?", (SITE, seq)).fetchone() is None:
                write.db.number_after("changes", "seq", seq)
                write.append(Action.EDIT, Subject.SITE, "", {SITE})
                write.note_move(SITE, to_us(write.now))
                # What subscribers were sent by the log that is no more, nobody knows.
                write.db.execute("UPDATE push_topics SET digest = ''").close()
                write.db.execute("UPDATE subscriptions SET digest = 'unknown' WHERE digest <> ''").close()

        await self._write(work)

    def written(self) -> int:
        return self._written

    def moved(self, shown: datetime | None = None) -> bool:
        if shown is None:
            self._now()
        elif shown > self._latest:
            self._latest = shown
        return self._engine.moved()


def read_changes(db: Connection, seq: int, limit: int) -> tuple[Change, ...]:
    """Those after a seq. Raises Pruned."""
    rows = db.execute(
        """
        SELECT seq, at, action, subject, subject_id, scopes, (SELECT pruned_seq FROM site WHERE id = 1) FROM changes
        WHERE seq > ? ORDER BY seq LIMIT ?
        """,
        (min(seq, BEYOND), max(1, limit)),
    ).fetchall()
    # The newest Change is never let go: where others after `seq` were, there is a row that says so.
    if rows and rows[0][-1] > seq:
        raise Pruned(rows[0][-1])
    return tuple(_change(db, row) for row in rows[:limit])


def _change(db: Connection, row: Row) -> Change:
    seq, at, action, subject, subject_id, scopes, _ = row
    try:
        return Change(
            seq=seq,
            at=from_us(at),
            action=Action(action),
            subject=Subject(subject),
            subject_id=subject_id,
            scopes=frozenset(from_json(scopes)),
        )
    except (ValueError, TypeError, OverflowError):
        # It cannot be read, so it may have raised whatever there is: followers forget everything, and go on.
        every = frozenset(name for (name,) in db.execute("SELECT name FROM scopes"))
        return Change(seq=seq, at=from_us(0), action=Action.EDIT, subject=Subject.SITE, subject_id="", scopes=every)
