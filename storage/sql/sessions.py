"""Who is signed in at the desk."""

from datetime import datetime

from storage.errors import NotFound
from storage.model import Session
from storage.sql.mixin import StoreMixin, Write
from storage.sql.rows import from_us, to_us
from storage.sql.tokens import TOKEN, to_token

_CLEARED = 100
"""Sessions that are over, forgotten at a time."""


class SessionMixin(StoreMixin):
    async def begin_session(self, hash: str, *, token: str, ends_at: datetime) -> None:
        def work(write: Write) -> None:
            if write.db.execute("SELECT 1 FROM tokens WHERE name = ?", (token,)).fetchone() is None:
                raise NotFound(f"There is no token named {token!r}.")
            write.db.execute(
                "DELETE FROM sessions WHERE hash IN (SELECT hash FROM sessions WHERE ends_at <= ? ORDER BY ends_at LIMIT ?)",
                (to_us(write.now), _CLEARED),
            )
            write.db.execute(
                "INSERT INTO sessions (hash, token, ends_at) VALUES (?, ?, ?)", (hash, token, to_us(ends_at))
            )

        await self._write(work)

    async def find_session(self, hash: str) -> Session | None:
        now = to_us(self._clock())
        row = await self._read(
            lambda db: db.execute(
                f"SELECT sessions.ends_at, {TOKEN} FROM sessions JOIN tokens ON tokens.name = sessions.token "
                "WHERE sessions.hash = ? AND sessions.ends_at > ?",
                (hash, now),
            ).fetchone()
        )
        return None if row is None else Session(hash=hash, ends_at=from_us(row[0]), token=to_token(row[1:]))

    async def end_session(self, hash: str) -> None:
        def work(write: Write) -> None:
            write.looking_up.execute("DELETE FROM sessions WHERE hash = ?", (hash,))

        await self._write(work)
