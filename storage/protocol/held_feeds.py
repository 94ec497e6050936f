"""Feeds of what waits for a moderator, for feed readers that cannot sign in."""

from typing import Protocol

from storage.model import Token


class HeldFeeds(Protocol):
    """One of a token at most; it ends with the token. No call appends a Change."""

    async def open_held_feed(self, token: str, key_hash: str) -> None:
        """Give a token's feed an address, in place of the one that it had. Raises NotFound if the token was revoked."""

    async def end_held_feed(self, token: str) -> bool:
        """Take a token's feed away; whether there was one."""

    async def has_held_feed(self, token: str) -> bool:
        """Whether a token has one."""

    async def find_held_feed(self, key_hash: str) -> Token | None:
        """The token of the feed whose key has this SHA-256, in hex; None if there is none (any more)."""
