"""Pages of a list (RFC 5005, section 3), by cursors: a page is what stands after an entry, or right before it.

Cursors do not drift: what is published meanwhile moves no page.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from feeds.document import Paging
from feeds.kinds.base import Params
from storage.model import Position, Span

BEFORE, AFTER = "before", "after"
CURSORS = (BEFORE, AFTER)
"""The parameters of a page's query."""

_CURSOR = re.compile(r"(-?[0-9]{1,17})\.([0-9]{1,18})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def span_of(params: Params) -> Span | None:
    """The part of the list that is asked for; None for its beginning, as for what is no cursor of ours."""
    for name in CURSORS:
        cursor = _CURSOR.fullmatch(params.get(name, ""))
        if cursor is not None:
            try:
                at = _EPOCH + timedelta(microseconds=int(cursor[1]))
            except OverflowError:
                continue
            return Span(Position(at, int(cursor[2])), newer=name == AFTER)
    return None


def canonical_cursor(params: Params) -> dict[str, str]:
    """The parameter that `span_of` goes by, in its one spelling."""
    span = span_of(params)
    return {} if span is None else {AFTER if span.newer else BEFORE: _cursor(span.position)}


def paging(url: str, query: Mapping[str, str], entries: Sequence[Position], *, newer: bool, older: bool) -> Paging:
    """The pages beside the one of this query, which shows these entries in the list's order."""
    list_itself = {name: value for name, value in query.items() if name not in CURSORS}
    return Paging(
        first=with_query(url, list_itself) if newer or older else "",
        previous=with_query(url, list_itself | {AFTER: _cursor(entries[0])}) if newer and entries else "",
        next=with_query(url, list_itself | {BEFORE: _cursor(entries[-1])}) if older and entries else "",
    )


def with_query(url: str, query: Mapping[str, str]) -> str:
    return f"{url}?{urlencode(query)}" if query else url


def _cursor(position: Position) -> str:
    return f"{(position.at - _EPOCH) // timedelta(microseconds=1)}.{position.id}"
