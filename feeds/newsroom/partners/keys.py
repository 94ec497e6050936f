"""Partners' keys: made at random, shown once, and known by their hash."""

from hashlib import sha256
from secrets import token_urlsafe

KEY_PREFIX = "dlp_"
"""By it a key is told from other secrets, by people and by those who look for leaked ones."""


def new_key() -> str:
    """With 256 random bits, of characters that may stand in a path."""
    return KEY_PREFIX + token_urlsafe(32)


def key_hash(key: str) -> str:
    """What a store keeps of a key: its SHA-256, in hex."""
    return sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
