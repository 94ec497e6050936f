"""Who may manage, and who is signed in at the desk."""

from datetime import datetime, timedelta
from typing import Protocol

from storage.model import Session, Token

TOKEN_USE_INTERVAL = timedelta(hours=1)
"""Between two notes of a token's use: each is a write, at which every process looks once."""


class Tokens(Protocol):
    """Management tokens. No call appends a Change: nothing that is published shows them."""

    async def add_token(self, token: Token) -> None:
        """Keep a new token. Raises Conflict if the name is taken."""

    async def find_token(self, hash: str) -> Token | None:
        """The token whose SHA-256, in hex, this is; None if there is none, or it was revoked."""

    async def list_tokens(self) -> tuple[Token, ...]:
        """Every token, by name."""

    async def revoke_token(self, name: str) -> None:
        """Forget a token and end its sessions: no look-up that begins after this returned finds them, in any process.

        Raises NotFound.
        """

    async def note_token_use(self, name: str, at: datetime) -> None:
        """Keep when a token was last used, unless that was noted within TOKEN_USE_INTERVAL before `at`, or it is gone."""


class Sessions(Protocol):
    """Who is signed in at the desk. No call appends a Change."""

    async def begin_session(self, hash: str, *, token: str, ends_at: datetime) -> None:
        """Keep a session of the token of that name; forget some that are over.

        Raises NotFound if there is no such token, Conflict if the hash is taken.
        """

    async def find_session(self, hash: str) -> Session | None:
        """The session of this hash, with its token as it is now; None if there is none, or it is over."""

    async def end_session(self, hash: str) -> None:
        """Forget a session, whether or not there is one."""
