"""Management tokens."""

import json
from datetime import datetime
from typing import Any

from storage.errors import NotFound
from storage.keys import require_short
from storage.model import Token
from storage.protocol import TOKEN_USE_INTERVAL
from storage.sql.engine import Connection
from storage.sql.mixin import StoreMixin, Write
from storage.sql.rows import from_us, from_us_or_none, to_json, to_us, to_us_or_none

TOKEN = "tokens.name, tokens.hash, tokens.scopes, tokens.created_at, tokens.used_at"
"""What to select for `to_token`."""


class TokenMixin(StoreMixin):
    async def add_token(self, token: Token) -> None:
        row = (
            token.name, token.hash, to_json(sorted(token.scopes)), to_us(token.created_at), to_us_or_none(token.used_at),
        )  # fmt: skip

        def work(write: Write) -> None:
            require_short("name", token.name)
            write.db.execute("INSERT INTO tokens (name, hash, scopes, created_at, used_at) VALUES (?, ?, ?, ?, ?)", row)

        await self._write(work)

    async def find_token(self, hash: str) -> Token | None:
        row = await self._read(lambda db: db.execute(f"SELECT {TOKEN} FROM tokens WHERE hash = ?", (hash,)).fetchone())
        return None if row is None else to_token(row)

    async def list_tokens(self) -> tuple[Token, ...]:
        rows = await self._read(lambda db: db.execute(f"SELECT {TOKEN} FROM tokens ORDER BY name").fetchall())
        return tuple(map(to_token, rows))

    async def revoke_token(self, name: str) -> None:
        def work(write: Write) -> None:
            # Its sessions go with it.
            if write.looking_up.execute("DELETE FROM tokens WHERE name = ?", (name,)).rowcount == 0:
                raise NotFound(f"There is no token named {name!r}.")

        await self._write(work)

    async def note_token_use(self, name: str, at: datetime) -> None:
        def is_due(db: Connection) -> bool:
            [(due,)] = db.execute(f"SELECT EXISTS (SELECT 1 FROM tokens WHERE {_USE_IS_DUE})", (name, before))
            return bool(due)

        def work(write: Write) -> None:
            write.db.execute(f"UPDATE tokens SET used_at = ? WHERE {_USE_IS_DUE}", (to_us(at), name, before))

        before = to_us(at - TOKEN_USE_INTERVAL)
        # Of many that ask at once, most write nothing: a commit makes every process look at the log.
        if await self._read(is_due):
            await self._write(work)


_USE_IS_DUE = "name = ? AND (used_at IS NULL OR used_at <= ?)"


def to_token(row: tuple[Any, ...]) -> Token:
    name, hash_, scopes, created_at, used_at = row
    return Token(
        name=name,
        hash=hash_,
        scopes=frozenset(json.loads(scopes)),
        created_at=from_us(created_at),
        used_at=from_us_or_none(used_at),
    )
