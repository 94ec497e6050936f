"""What the server hands out and wants to know again: stateless, so that pages can be kept and any worker or host knows it."""

import hmac
from datetime import date

FORM = b"reply form"
OWN = b"own comment"

FORM_DAYS = 7
"""Days for which a form is good, after the one on which its page was made."""


def sign(secret: bytes, purpose: bytes, *what: int | str) -> str:
    """128 bits of HMAC-SHA-256 (RFC 2104), in hex. `purpose` keeps a signature from serving for another thing."""
    said = b":".join((purpose, *(str(each).encode(errors="replace") for each in what)))
    return hmac.digest(secret, said, "sha256").hex()[:32]


def is_signed(secret: bytes, signature: str, purpose: bytes, *what: int | str) -> bool:
    """In constant time, whatever the signature holds."""
    return hmac.compare_digest(sign(secret, purpose, *what).encode(), signature.encode(errors="replace"))


def form_token(secret: bytes, article_id: int, day: date) -> str:
    """Of an article and a day: the same for everyone, so that the page may be kept until midnight."""
    return sign(secret, FORM, article_id, day.toordinal())


def is_form_token(secret: bytes, token: str, article_id: int, day: date) -> bool:
    """Whether it was given out for the article, on this day or in the FORM_DAYS before it."""
    return any(is_signed(secret, token, FORM, article_id, day.toordinal() - age) for age in range(FORM_DAYS + 1))
