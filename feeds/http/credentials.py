"""Who a partner's request says it is from: Basic (RFC 7617), Bearer (RFC 6750), or a key in the path."""

import re
from base64 import b64decode
from binascii import Error
from typing import NamedTuple

from feeds import paths

_KEY_IN_PATH = re.compile(rf"{paths.PARTNER}(dlp_[A-Za-z0-9_-]+)(?=[/?]|\Z)")
_LONGEST = 1024
"""Characters of a field that may hold a name and a key."""


class Credentials(NamedTuple):
    """A key, and the name that was given with it; None where none was."""

    key: str
    name: str | None = None


def is_partners(path: str) -> bool:
    """Whether what is at a path, or at a request target, is for partners alone."""
    return path.startswith(paths.PARTNER) or path == paths.PARTNER[:-1]


def split_key(target: str) -> tuple[str, str]:
    """The key that stands in a path or a request target, '' where none does, and the same without it."""
    found = _KEY_IN_PATH.match(target)
    if found is None:
        return "", target
    rest = target[found.end() :]
    return found[1], paths.PARTNER[:-1] + (rest if rest.startswith("/") else f"/{rest}")


def credentials_of(field: str | None) -> Credentials | None:
    """What Authorization says; None where it says nothing that is understood."""
    if field is None or len(field) > _LONGEST:
        return None
    scheme, _, said = field.partition(" ")
    said = said.strip(" ")
    match scheme.lower():
        case "bearer":
            return Credentials(said) if said else None
        case "basic":
            return _basic(said)
    return None


def _basic(said: str) -> Credentials | None:
    try:
        name, colon, key = b64decode(said, validate=True).decode("utf-8").partition(":")
    except (Error, ValueError):
        return None
    return Credentials(key, name) if colon and key else None
