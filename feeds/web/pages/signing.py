"""What the server hands out in a page and wants to know again: stateless, so that pages can be kept."""

import hmac

FORM = b"reply form"
HELD = b"held comment"


def sign(secret: bytes, purpose: bytes, number: int) -> str:
    """128 bits of HMAC-SHA-256 (RFC 2104), in hex. `purpose` keeps a signature from serving for another thing."""
    return hmac.digest(secret, b"%s:%d" % (purpose, number), "sha256").hex()[:32]


def is_signed(secret: bytes, purpose: bytes, number: int, signature: str) -> bool:
    """In constant time, whatever the signature holds."""
    return hmac.compare_digest(sign(secret, purpose, number).encode(), signature.encode(errors="replace"))
