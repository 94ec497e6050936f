"""Places in the log of Changes that outlive whoever reads it."""

from datetime import timedelta

from storage.sql.engine import Connection
from storage.sql.mixin import StoreMixin, Write
from storage.sql.rows import to_us


class CursorMixin(StoreMixin):
    async def read_cursor(self, name: str) -> int:
        row = await self._read(lambda db: db.execute("SELECT seq FROM cursors WHERE name = ?", (name,)).fetchone())
        return 0 if row is None else int(row[0])

    async def claim_cursor(self, name: str, *, holder: str, lease: timedelta) -> bool:
        now = to_us(self._clock())

        def is_free(db: Connection) -> bool:
            sql = "SELECT 1 FROM cursors WHERE name = ? AND holder <> ? AND held_until > ?"
            return db.execute(sql, (name, holder, now)).fetchone() is None

        def work(write: Write) -> bool:
            until = to_us(write.now + lease)
            return write.db.execute(_CLAIM, (name, 0, holder, until, to_us(write.now))).fetchone() is not None

        # Of many that ask at once, most write nothing: a commit makes every process look at the log.
        return await self._read(is_free) and await self._write(work)

    async def move_cursor(self, name: str, seq: int, *, holder: str, done: bool) -> None:
        def work(write: Write) -> None:
            write.db.execute(_MOVE, (name, seq, holder, 0))
            if done:
                write.db.execute("UPDATE cursors SET held_until = 0 WHERE name = ? AND holder = ?", (name, holder))

        await self._write(work)


_CLAIM = """
    INSERT INTO cursors (name, seq, holder, held_until) VALUES (?, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
    WHERE cursors.holder = excluded.holder OR cursors.held_until <= ?
    RETURNING name
"""
_MOVE = """
    INSERT INTO cursors (name, seq, holder, held_until) VALUES (?, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET seq = excluded.seq WHERE cursors.seq < excluded.seq
"""
