"""What all hosts of a site share, and who may manage it."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What all hosts of a site share."""

    created_at: datetime
    secret: bytes = field(repr=False)
    """32 random bytes, made by the first migration: keys of IP hashes and form tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A management token. Only its SHA-256 (hex) is kept."""

    name: str
    hash: str = field(repr=False)
    scopes: frozenset[str]
    created_at: datetime
