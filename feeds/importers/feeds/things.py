"""What feedparser gathers, looked at before it is read: an element's name may be any key of it, and hold anything."""

from typing import Any

Thing = dict[str, Any]
"""A feed, an entry, or a part of one, as feedparser has it."""


def get_text(thing: Thing, key: str) -> str:
    # By dict's own `get`: feedparser's may give another key's value.
    value = dict.get(thing, key)
    return value if isinstance(value, str) else ""


def get_thing(thing: Thing, key: str) -> Thing:
    value = dict.get(thing, key)
    return value if isinstance(value, dict) else {}


def get_things(thing: Thing, key: str) -> list[Thing]:
    value = dict.get(thing, key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
