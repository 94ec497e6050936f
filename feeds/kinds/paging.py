"""Pages of a list (RFC 5005, section 3), by cursors: a page is what stands after an entry, or right before it.

Cursors do not drift: what is published meanwhile moves no page. WordPress's numbers do, and are understood in feeds all the
same: who walks a feed by them finds its entries, and an end.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from feeds.document import Paging
from feeds.kinds.base import NoSuchFeed, Params
from storage.model import Position, Rest, Span

BEFORE, AFTER = "before", "after"
CURSORS = (BEFORE, AFTER)
"""The parameters of a page's query."""
PAGED = "paged"
"""WordPress's: a page by its number, the first being 1."""
FEED_PAGES = (*CURSORS, PAGED)
"""The parameters of a feed's query."""

_CURSOR = re.compile(r"(-?[0-9]{1,17})\.([0-9]{1,18})")
_NUMBER = re.compile("0*([1-9][0-9]{0,8})")
_DEEPEST = 50_000
"""Entries that are passed over at most for a page by its number: they are counted each time."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def span_of(params: Params, size: int) -> Span | Rest | None:
    """The part of the list that is asked for, in pages of `size`; None for its beginning, as for what is no cursor of ours.

    Raises NoSuchFeed for the number of a page that is too far down.
    """
    skipped = (_number(params) - 1) * size
    if skipped > _DEEPEST:
        raise NoSuchFeed(f"pages have numbers down to the entry {_DEEPEST}; each links to the next")
    return Rest(skipped) if skipped else _span(params)


def _number(params: Params) -> int:
    """Of the page that is asked for; what is no number is the first, as in WordPress."""
    number = _NUMBER.fullmatch(params.get(PAGED, ""))
    return int(number[1]) if number else 1


def _span(params: Params) -> Span | None:
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
    if _number(params) > 1:
        return {PAGED: str(_number(params))}
    span = _span(params)
    return {} if span is None else {AFTER if span.newer else BEFORE: cursor_of(span.position)}


def paging(url: str, query: Mapping[str, str], entries: Sequence[Position], *, newer: bool, older: bool) -> Paging:
    """The pages beside the one of this query, which shows these entries in the list's order."""
    list_itself = {name: value for name, value in query.items() if name not in FEED_PAGES}
    return Paging(
        first=with_query(url, list_itself) if newer or older else "",
        previous=with_query(url, list_itself | {AFTER: cursor_of(entries[0])}) if newer and entries else "",
        next=with_query(url, list_itself | {BEFORE: cursor_of(entries[-1])}) if older and entries else "",
    )


def shown_down_to(pages: Paging) -> datetime | None:
    """When the last entry of a page of a list was published; None where no older ones follow."""
    span = _span(dict(parse_qsl(urlsplit(pages.next).query)))
    return span.position.at if span is not None else None


def with_query(url: str, query: Mapping[str, str]) -> str:
    return f"{url}?{urlencode(query)}" if query else url


def cursor_of(position: Position) -> str:
    return f"{(position.at - _EPOCH) // timedelta(microseconds=1)}.{position.id}"
