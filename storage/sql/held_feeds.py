"""Feeds of what waits for a moderator."""

from storage.errors import NotFound
from storage.model import Token
from storage.sql.mixin import StoreMixin, Write
from storage.sql.rows import to_us
from storage.sql.tokens import TOKEN, to_token


class HeldFeedMixin(StoreMixin):
    async def open_held_feed(self, token: str, key_hash: str) -> None:
        def work(write: Write) -> None:
            if write.looking_up.execute("SELECT 1 FROM tokens WHERE name = ?", (token,)).fetchone() is None:
                raise NotFound(f"There is no token named {token!r}.")
            write.db.execute(
                """
                INSERT INTO held_feeds (token, key_hash, created_at) VALUES (?, ?, ?)
                ON CONFLICT (token) DO UPDATE SET key_hash = excluded.key_hash, created_at = excluded.created_at
                """,
                (token, key_hash, to_us(write.now)),
            ).close()

        await self._write(work)

    async def end_held_feed(self, token: str) -> bool:
        return await self._write(
            lambda write: bool(write.looking_up.execute("DELETE FROM held_feeds WHERE token = ?", (token,)).rowcount)
        )

    async def has_held_feed(self, token: str) -> bool:
        sql = "SELECT 1 FROM held_feeds WHERE token = ?"
        return await self._read(lambda db: db.execute(sql, (token,)).fetchone()) is not None

    async def find_held_feed(self, key_hash: str) -> Token | None:
        sql = f"SELECT {TOKEN} FROM held_feeds JOIN tokens ON tokens.name = held_feeds.token WHERE held_feeds.key_hash = ?"
        row = await self._read(lambda db: db.execute(sql, (key_hash,)).fetchone())
        return None if row is None else to_token(row)
