"""What a renderer does not take on trust."""

from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from feeds.document import FeedItem
from feeds.formats.safe import safe_item
from tests.formats.golden.documents import FULL, REPLY

EVERYTHING = replace(FULL, in_reply_to=REPLY.in_reply_to)


def spoilt(value: Any) -> Any:
    """A value with a character that XML forbids in each of its texts, at any depth."""
    if isinstance(value, str):
        return f"{value}\x0b"
    if isinstance(value, tuple):
        return tuple(map(spoilt, value))
    if is_dataclass(value):
        return replace(value, **{field.name: spoilt(getattr(value, field.name)) for field in fields(value)})  # type: ignore[type-var]
    return value


@pytest.mark.parametrize("name", [field.name for field in fields(FeedItem) if field.name != "key"])
def test_every_text_of_an_entry_is_made_safe(name: str) -> None:
    assert safe_item(replace(EVERYTHING, **{name: spoilt(getattr(EVERYTHING, name))})) == EVERYTHING


def test_an_entry_that_is_safe_already_is_not_copied() -> None:
    assert safe_item(EVERYTHING) is EVERYTHING
