"""The footnotes of a post written in the block editor: marks stand in the text, the notes in a custom field."""

import json
from collections.abc import Iterator
from html import escape

MOST = 1_000
"""Notes of a post."""


def footnotes_html(field: str) -> str:
    """The notes as a list, each with a link to its mark, from what the custom field `footnotes` holds; '' where that is nothing."""
    items = "".join(
        f'<li id="{escape(place)}">{note} <a href="#{escape(place)}-link">↩︎</a></li>' for place, note in _notes(field)
    )
    return f"<ol>{items}</ol>" if items else ""


def _notes(field: str) -> Iterator[tuple[str, str]]:
    """Ids, and notes in HTML."""
    try:
        found = json.loads(field)
    except (ValueError, RecursionError):
        return
    for one in found[:MOST] if isinstance(found, list) else ():
        if not isinstance(one, dict):
            continue
        place, note = one.get("id"), one.get("content")
        if isinstance(place, str) and isinstance(note, str) and place.strip() and note.strip():
            yield place.strip(), note
