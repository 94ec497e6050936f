"""Values in what the API answers, whatever a plugin made of them: one of another type than WordPress gives it says nothing."""

from collections.abc import Mapping
from typing import Any

Thing = Mapping[str, Any]
"""A post, a comment, a term, as the API gives it."""


def text(thing: Thing, *path: str) -> str:
    """`text(post, "title", "raw")`; '' where there is none."""
    value: Any = thing
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else str(value) if _is_number(value) else ""


def number(thing: Thing, *path: str) -> int:
    """An id or a length; 0 where there is none."""
    value: Any = thing
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 17:
        return int(value)
    return value if _is_number(value) and 0 < value < 2**53 else 0


def numbers(thing: Thing, key: str) -> list[int]:
    """Ids, in their order."""
    values = thing.get(key)
    return [value for value in values if _is_number(value)] if isinstance(values, list) else []


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def written(thing: Thing, key: str) -> str:
    """A text as its author wrote it, where the API gives that, else as the site shows it."""
    raw = thing[key].get("raw") if isinstance(thing.get(key), Mapping) else None
    return raw if isinstance(raw, str) else text(thing, key, "rendered")
