"""Lists in pages: `limit`, and a cursor that says nothing to anybody but us."""

import base64
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, WithJsonSchema

from feeds.clean.fields import MAX_INTEGER, MAX_LINE, Instant, words
from feeds.described import Described

T = TypeVar("T")


class Query(Described):
    """Query parameters; those of other names are refused before these are read."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


def digits(text: object) -> object:
    # Python reads '1_000' and digits of other scripts as numbers too.
    if isinstance(text, str) and not (text.isascii() and text.isdigit() and len(text) < 20):
        raise ValueError("Give a number, in digits")
    return text


def _place(cursor: object) -> object:
    if not isinstance(cursor, str):
        return cursor
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars="-_", validate=True).decode()
    except ValueError:
        raise ValueError("Take it from the `next` of this list") from None


_OPAQUE = WithJsonSchema({"type": "string", "description": "The `next` of the page before."})

Number = Annotated[int, Field(ge=0, le=MAX_INTEGER), BeforeValidator(digits)]
NumberCursor = Annotated[
    int | None, Field(ge=0, le=MAX_INTEGER), BeforeValidator(digits), BeforeValidator(_place), _OPAQUE
]
"""Stands after an id or a sequence."""
TextCursor = Annotated[str | None, BeforeValidator(_place), _OPAQUE]
"""Stands after a path."""


Named = Annotated[str, Field(min_length=1, max_length=MAX_LINE), AfterValidator(words)]
"""A name that narrows a list down; one that nobody has leaves nothing of it."""
InstantSent = Annotated[
    Instant, BeforeValidator(lambda text: text.replace(" ", "+") if isinstance(text, str) else text)
]
"""A date and time; of a query that was not encoded, a plus sign has become a space."""


class Page(Query):
    limit: Annotated[int, Field(ge=1, le=200), BeforeValidator(digits)] = 50
    """Items in a page."""


def cut(rows: Sequence[T], limit: int, place: Callable[[T], int | str]) -> tuple[Sequence[T], str | None]:
    """A page of `limit` rows out of one more, and the cursor of the next page: None when there is none.

    `place`: where in the list a row stands, by its id, sequence or path.
    """
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], cursor_after(place(rows[limit - 1]))


def cursor_after(place: int | str) -> str:
    """The cursor of what stands after a place."""
    return base64.urlsafe_b64encode(str(place).encode()).rstrip(b"=").decode()
