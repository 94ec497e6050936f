"""What all hosts of a site share, and who may manage it."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What all hosts of a site share."""

    created_at: datetime
    secret: bytes = field(repr=False)
    """32 random bytes, made by the first migration: keys of IP hashes, of the reply form's tokens, of what shows a reader
    their own reply, and of a cache's keys. Whoever has it may make these; it opens neither the API nor the desk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A management token. Only its SHA-256 (hex) is kept."""

    name: str
    hash: str = field(repr=False)
    scopes: frozenset[str]
    created_at: datetime
    used_at: datetime | None = None
    """When a request, or a session at the desk, last used it, as far as was noted: to the hour; None = not yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who is signed in at the desk. Only the SHA-256 (hex) of what their browser holds is kept."""

    hash: str = field(repr=False)
    token: Token
    """With which they signed in: what it may do now, they may."""
    ends_at: datetime
