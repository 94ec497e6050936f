"""Whose replies the newsroom takes no more."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class BanKind(StrEnum):
    """What is banned of a reader."""

    EMAIL = "email"
    NAME = "name"
    ADDRESS = "address"
    """What one subscriber has: an IPv4 address, or an IPv6 network of 64 bits."""
    NETWORK = "network"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ban:
    """Set by the store: `id`."""

    id: int = 0
    kind: BanKind
    key: str = field(repr=False)
    """What replies are compared by, as `storage.bans` makes it. Addresses are in it as keyed hashes alone."""
    shown: str = field(default="", repr=False)
    """As moderators see it; '' of an address, or a comment's network, of which nothing but a keyed hash is kept."""
    note: str = ""
    """A moderator's."""
    by: str
    """As of a Decision; 'cli' for the command line."""
    created_at: datetime
    ends_at: datetime | None = None
    """None: when it is lifted."""
