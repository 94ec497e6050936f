"""The rows of a Ghost export, one at a time: it is a dump of Ghost's tables, of any size, in one JSON document."""

from collections.abc import Iterator, Mapping
from typing import Any

import ijson

from feeds.importers.file import ImportFile, ImportRefused

Row = Mapping[str, Any]

_PREFIXES = ("db.item.data.", "data.")
"""Where the tables are: newer releases wrap them once more."""


def read_rows(
    source: ImportFile, tables: frozenset[str], *, done_before: float = 0.0, share: float = 1.0
) -> Iterator[tuple[str, Row]]:
    """The rows of some tables, each with its table's name, as they stand in the file. Raises ImportRefused for what is no JSON."""
    wanted = {f"{prefix}{table}.item": table for prefix in _PREFIXES for table in tables}
    building, place = None, ""
    for prefix, event, value in _events(source, done_before, share):
        if building is None and event == "start_map" and prefix in wanted:
            building, place = ijson.ObjectBuilder(), prefix
        if building is not None:
            building.event(event, value)
            if event == "end_map" and prefix == place:
                yield wanted[place], building.value
                building = None


def _events(source: ImportFile, done_before: float, share: float) -> Iterator[tuple[str, str, Any]]:
    """Of each value where it stands, what it is, and itself. Raises ImportRefused."""
    events = ijson.sendable_list()
    parser = ijson.parse_coro(events, use_float=True)
    try:
        for text in source.json_text(done_before=done_before, share=share):
            parser.send(text.encode())
            yield from events
            del events[:]
        # Which tells whether it was at its end.
        parser.close()
    except ijson.JSONError as error:
        raise ImportRefused(f"no well-formed JSON ({str(error).splitlines()[0][:120]})") from None
    yield from events


def text_of(row: Row, name: str) -> str:
    """A column's text; '' for one that is none."""
    value = row.get(name)
    return value if isinstance(value, str) else ""


def id_of(row: Row, name: str = "id") -> str:
    """An id as text: numbers in old exports."""
    value = row.get(name)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
