"""Management tokens."""

import json

from storage.model import Token
from storage.sqlite.rows import from_us, to_json, to_us
from storage.sqlite.topic import Topic, Write


class TokenTopic(Topic):
    async def add_token(self, token: Token) -> None:
        row = (token.name, token.hash, to_json(sorted(token.scopes)), to_us(token.created_at))

        def work(write: Write) -> None:
            write.db.execute("INSERT INTO tokens (name, hash, scopes, created_at) VALUES (?, ?, ?, ?)", row)

        await self._write(work)

    async def find_token(self, hash: str) -> Token | None:
        row = await self._read(
            lambda db: db.execute("SELECT name, scopes, created_at FROM tokens WHERE hash = ?", (hash,)).fetchone()
        )
        if row is None:
            return None
        name, scopes, created_at = row
        return Token(name=name, hash=hash, scopes=frozenset(json.loads(scopes)), created_at=from_us(created_at))
