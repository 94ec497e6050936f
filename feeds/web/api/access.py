"""Who may call what: bearer tokens (RFC 6750) and their scopes."""

import hashlib

from starlette.exceptions import HTTPException
from starlette.requests import Request

from feeds.newsroom.last_use import LastUse
from storage.model import Token
from storage.protocol import Tokens

PUBLISH = "publish"
"""Articles and sections."""
MODERATE = "moderate"
"""Comments, and the addresses of who wrote them."""
ADMIN = "admin"
"""Everything."""

_CHALLENGE = 'Bearer realm="dateline"'


def token_hash(token: str) -> str:
    """What a store keeps of a token: its SHA-256, in hex."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


async def authorize(request: Request, store: Tokens, last_use: LastUse, scopes: frozenset[str]) -> Token:
    """The request's token, if it holds one of the scopes; its use is noted.

    Raises HTTPException 401 without a token that is known, 403 for one that holds none of the scopes.
    """
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not credentials.strip():
        raise HTTPException(401, "Send a token, as Authorization: Bearer TOKEN.", {"WWW-Authenticate": _CHALLENGE})
    token = await store.find_token(token_hash(credentials.strip()))
    if token is None:
        raise HTTPException(401, "This token is unknown.", {"WWW-Authenticate": f'{_CHALLENGE}, error="invalid_token"'})
    last_use.note(token)
    if not holds(token, *scopes):
        wanted = " ".join(sorted(scopes))
        raise HTTPException(
            403,
            f"This takes a token with the scope {' or '.join(sorted(scopes))}.",
            {"WWW-Authenticate": f'{_CHALLENGE}, error="insufficient_scope", scope="{wanted}"'},
        )
    return token


def holds(token: Token, *scopes: str) -> bool:
    """Whether the token holds one of the scopes."""
    return not token.scopes.isdisjoint({ADMIN, *scopes})
