"""Slugs that come from elsewhere, and how ours may look."""

import re
from urllib.parse import unquote

from feeds.clean.text import SLUG_LENGTH, one_line

_NOT_IN_PATH = re.compile(r"[\s/\\?#%<>\"\ufffd]+")
_LONGEST = 400


def decoded_slug(encoded: str) -> str:
    """A percent-encoded slug as one of ours: '' if nothing is left."""
    decoded = one_line(unquote(encoded.strip(), errors="replace"))
    return _NOT_IN_PATH.sub("-", decoded).strip("-.")[:SLUG_LENGTH].strip("-.")


def not_reserved(slug: str, reserved: frozenset[str]) -> str:
    """The slug, or another where ours has a meaning in URLs."""
    return f"{slug}-2" if slug in reserved else slug


def may_be_slug(text: str) -> bool:
    """Whether a text can be one part of a path."""
    return (
        0 < len(text) <= _LONGEST and not _NOT_IN_PATH.search(text) and text == one_line(text) and text.strip(".") != ""
    )
